/** Running the cases of a comparison with one build, in a directory of its own. */

import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

/** One run of the command in the working directory of its case. */
export interface Step {
  /**
   * Arguments; a function gets the working directory, and can read the outputs of earlier steps.
   */
  readonly args: readonly string[] | ((directory: string) => readonly string[]);
  /** Name of the file that standard input is read from. Absent: empty. */
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The following steps run only if this one ended with 0 or 1: a report was written. */
  readonly isNeeded?: boolean;
}

/** Steps that share a working directory and a cache, which are empty before the first one. */
export interface Case {
  readonly name: string;
  readonly steps: readonly Step[];
  /** Contents of files in the working directory, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * One output of a case: standard output, standard error or exit code of a step, or a file that was
 * written.
 */
export interface Output {
  readonly label: string;
  readonly bytes: Buffer;
}

export interface Outcome {
  readonly outputs: readonly Output[];
  /** One for each step that ran; `null` if a signal ended it. */
  readonly exitCodes: readonly (number | null)[];
}

/** Instant of the fixed clock. Every feed of the test data is older. */
const AS_OF = '2026-12-01';

/** A build and the directory that it runs in. Nothing else is written to. */
export class Lane {
  readonly directory: string;
  readonly #script: string;
  readonly #advisories: string;

  /**
   * @param directory absolute; both lanes have paths of the same length, since tables break lines
   * by length
   */
  constructor(build: string, directory: string) {
    this.#script = path.join(path.resolve(build), 'dist/bin/assay.js');
    if (!existsSync(this.#script)) throw new Error(`"${this.#script}" is missing: build it first`);
    this.directory = directory;
    this.#advisories = path.join(directory, 'base');
    for (const name of ['home', 'tmp', 'cache']) {
      mkdirSync(path.join(directory, name), { recursive: true });
    }
  }

  /** Loads the advisory base that all cases of this lane read. */
  async importAdvisories(feeds: string): Promise<Outcome> {
    mkdirSync(path.join(this.directory, 'work'), { recursive: true });
    const args = ['db', 'import', feeds, '--cache-dir', '../base'];
    const outcome = await this.#run({ args }, path.join(this.directory, 'work'));
    if (outcome.exitCodes[0] !== 0) {
      const said = outcome.outputs.map(({ bytes }) => bytes.toString('utf8')).join('');
      throw new Error(`the advisories of "${feeds}" cannot be imported: ${said}`);
    }
    return outcome;
  }

  async run({ steps, files = {} }: Case): Promise<Outcome> {
    const directory = path.join(this.directory, 'work');
    this.#clear(directory);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
      writeFileSync(path.join(directory, name), text);
    }
    const outputs: Output[] = [];
    const exitCodes: (number | null)[] = [];
    for (const [index, step] of steps.entries()) {
      const outcome = await this.#run(step, directory);
      for (const { label, bytes } of outcome.outputs) {
        outputs.push({ label: `step ${index + 1}, ${label}`, bytes });
      }
      exitCodes.push(...outcome.exitCodes);
      const code = outcome.exitCodes[0];
      if (step.isNeeded === true && code !== 0 && code !== 1) break;
    }
    outputs.push(...writtenFiles(directory));
    return { outputs, exitCodes };
  }

  #clear(directory: string): void {
    const cache = path.join(this.directory, 'cache');
    for (const folder of [directory, cache]) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
    }
    symlinkSync(path.join(this.#advisories, 'advisories'), path.join(cache, 'advisories'));
  }

  #run({ args, stdin, env }: Step, directory: string): Promise<Outcome> {
    const typed = typeof args === 'function' ? args(directory) : args;
    const child = spawn(process.execPath, [this.#script, ...typed], {
      cwd: directory,
      env: { ...this.#environment(), ...env },
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A command that does not read its input may end before all of it is written.
    child.stdin.on('error', () => undefined);
    const input = stdin === undefined ? undefined : path.join(directory, stdin);
    child.stdin.end(input !== undefined && existsSync(input) ? readFileSync(input) : '');
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        const label = `assay ${typed.join(' ')}`;
        const outputs = [
          { label: `${label}: exit code`, bytes: Buffer.from(String(code ?? signal)) },
          { label: `${label}: standard output`, bytes: Buffer.concat(stdout) },
          { label: `${label}: standard error`, bytes: Buffer.concat(stderr) },
        ];
        resolve({ outputs, exitCodes: [code] });
      });
    });
  }

  /** No variable of the caller's reaches the command, but where programs are found. */
  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      HOME: path.join(this.directory, 'home'),
      TMPDIR: path.join(this.directory, 'tmp'),
      ASSAY_CACHE_DIR: path.join(this.directory, 'cache'),
      ASSAY_AS_OF: AS_OF,
      ASSAY_OFFLINE: 'true',
    };
  }
}

function writtenFiles(directory: string): readonly Output[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
    .filter((file) => !file.includes('/.git/') && !file.includes('/own-cache/'))
    .sort()
    .map((file) => ({
      label: `file ${path.relative(directory, file)}`,
      bytes: readFileSync(file),
    }));
}
