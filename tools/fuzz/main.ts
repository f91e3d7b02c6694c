/**
 * Fuzzing with coverage of every reader of binary files, by libFuzzer in the form of Jazzer.js.
 *
 *   npm run fuzz -- [--only TEXT] [--seconds N] [--jobs N] [--jazzer DIR]
 *
 * Each target with TEXT in its id runs for N seconds (default 600), from the inputs in `corpus/`
 * and what earlier runs left in `dist/fuzz`. An input that crashes a reader, or takes it longer
 * than ten seconds, is kept beside these, named in the output, and the exit code is 1. Jazzer.js is
 * no dependency of the project: `npm install --prefix DIR @jazzer.js/core@4.0.0` brings it, and so
 * does this program, below the folder for temporary files.
 */

import { execFileSync, spawn, type StdioOptions } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { FUZZ_TARGETS } from './list.ts';
import type { FuzzTarget } from './target.ts';

const JAZZER = '@jazzer.js/core@4.0.0';
const HERE = fileURLToPath(new URL('.', import.meta.url));
const OUT = fileURLToPath(new URL('../../dist/fuzz', import.meta.url));
const MAX_INPUT_BYTES = 16 * 1024;
const MAX_INPUT_MS = 10_000;
const MAX_MEMORY_MIB = 2048;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    seconds: { type: 'string', default: '600' },
    jobs: { type: 'string', default: '1' },
    jazzer: { type: 'string', default: join(tmpdir(), 'assay-jazzer') },
  },
});

const jazzer = installed(options.jazzer);
const waiting = FUZZ_TARGETS.filter(({ id }) => id.includes(options.only));
if (waiting.length === 0) throw new Error(`no target has "${options.only}" in its id`);
let failedCount = 0;
const workers = Array.from({ length: Number(options.jobs) }, async () => {
  for (let target = waiting.shift(); target !== undefined; target = waiting.shift()) {
    if (!(await fuzz(target))) failedCount += 1;
  }
});
await Promise.all(workers);
process.exitCode = failedCount === 0 ? 0 : 1;

/** Whether nothing was found. */
async function fuzz(target: FuzzTarget): Promise<boolean> {
  const name = target.id.replaceAll('/', '-');
  const folder = join(OUT, name);
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus, { recursive: true });
  const kept = join(HERE, 'corpus', name);
  if (existsSync(kept)) cpSync(kept, corpus, { recursive: true });
  for (const seed of await target.seeds()) {
    writeFileSync(join(corpus, createHash('sha1').update(seed).digest('hex')), seed);
  }
  const program = await bundled(target.id, folder);
  const { code, output } = await run(program, corpus, folder);
  const done = /Done (?<runs>\d+) runs? in (?<seconds>\d+) second/.exec(output)?.groups;
  const coverage = [...output.matchAll(/ cov: (?<edges>\d+) /g)].at(-1)?.groups?.['edges'];
  const isClean = code === 0 && done !== undefined;
  const found = isClean
    ? 'nothing found'
    : `FOUND SOMETHING (exit code ${String(code)}), see ${folder}`;
  console.log(
    `${target.id}: ${done?.['runs'] ?? '?'} inputs in ${done?.['seconds'] ?? '?'} s, ` +
      `${coverage ?? '?'} edges, ${String(readdirSync(corpus).length)} inputs kept: ${found}`,
  );
  return isClean;
}

/** The module that libFuzzer calls with each of its inputs. */
function entryOf(id: string): string {
  return [
    "import { FUZZ_TARGETS } from './list.ts';",
    "import { runOnce } from './target.ts';",
    `const target = FUZZ_TARGETS.find(({ id }) => id === ${JSON.stringify(id)});`,
    'export const fuzz = (bytes) => runOnce(target, bytes);',
  ].join('\n');
}

async function bundled(id: string, folder: string): Promise<string> {
  const outfile = join(folder, 'target.cjs');
  await build({
    stdin: {
      contents: entryOf(id),
      resolveDir: HERE,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile,
    logLevel: 'error',
    define: { 'import.meta.url': '__filename', 'import.meta.dirname': '__dirname' },
  });
  return outfile;
}

function run(
  program: string,
  corpus: string,
  folder: string,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const fuzzer = [
    `-max_total_time=${options.seconds}`,
    `-max_len=${String(MAX_INPUT_BYTES)}`,
    `-rss_limit_mb=${String(MAX_MEMORY_MIB)}`,
    `-artifact_prefix=${folder}/`,
    '-print_final_stats=1',
  ];
  const args = [jazzer, program, corpus, '-i', 'target.cjs', '--timeout', String(MAX_INPUT_MS)];
  // Into a file: what stands in a pipe is lost when the fuzzer ends its process.
  const log = join(folder, 'log.txt');
  const file = openSync(log, 'w');
  const stdio: StdioOptions = ['ignore', file, file];
  const child = spawn(process.execPath, [...args, '--', ...fuzzer], { cwd: folder, stdio });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      closeSync(file);
      resolve({ code, output: readFileSync(log, 'utf8') });
    });
  });
}

function installed(folder: string): string {
  const program = join(folder, 'node_modules/@jazzer.js/core/dist/cli.js');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const quiet = ['--silent', '--no-save', '--ignore-scripts'];
    execFileSync('npm', ['install', ...quiet, '--prefix', folder, JAZZER], { stdio: 'inherit' });
  }
  return program;
}
