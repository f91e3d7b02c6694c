/** The command as users run it: bundled, in a directory of its own. */

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { madeOnce } from './made-once.ts';

export interface BuiltCommand extends Disposable {
  /** The script to run with `node`. */
  readonly script: string;
}

export interface CommandOutcome {
  /** `null` where a signal ended it. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Returns the command of the present sources, which is bundled once in a run. Its files must not be
 * changed.
 */
export async function builtCommand(): Promise<BuiltCommand> {
  const made = await madeOnce('command', bundleInto);
  return {
    script: path.join(made.folder, SCRIPT),
    [Symbol.dispose]: () => {
      made[Symbol.dispose]();
    },
  };
}

/** Bundles the command for a test that changes its files; disposing removes it. */
export function buildCommand(): BuiltCommand {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-built-'));
  bundleInto(folder);
  return {
    script: path.join(folder, SCRIPT),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** The command looks for grammars and names beside its folder, as in the package. */
const SCRIPT = 'bin/assay.js';

function bundleInto(folder: string): void {
  const bundle = fileURLToPath(new URL('../../tools/bundle.mjs', import.meta.url));
  execFileSync(process.execPath, [bundle, path.join(folder, 'bin')], { stdio: 'pipe' });
  const tool = (name: string): string =>
    JSON.stringify(new URL(`../../tools/${name}.mjs`, import.meta.url).href);
  const copy = [
    `import { copyGrammars } from ${tool('grammars')}; copyGrammars(process.argv[1]);`,
    `import { writePopularNames } from ${tool('popular-names')}; writePopularNames(process.argv[2]);`,
  ].join('\n');
  const folders = ['grammars', 'names'].map((name) => path.join(folder, name));
  const args = ['--input-type=module', '-e', copy, ...folders];
  execFileSync(process.execPath, args, { stdio: 'pipe' });
}

/**
 * Runs the built command to its end, without any `ASSAY_` or `TRIVY_` variable of the outside. A
 * caller that passes `onStart` can send a signal or close a stream.
 */
export function runBuilt(
  { script }: BuiltCommand,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly onStart?: (child: ReturnType<typeof spawn>) => void;
  },
): Promise<CommandOutcome> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [script, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, XDG_CACHE_HOME: options.cwd, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}
