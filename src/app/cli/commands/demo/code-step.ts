/**
 * The step of the demonstration that follows untrusted data through a program, and finds nothing in
 * the corrected twin.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';

const FOLDER = 'program';
const FILE = 'app.js';
const RULE = 'code/command-injection';

/** Lines of a server. The way from the request to the shell leads through a function. */
const HEAD = [
  "const { exec, execFile } = require('node:child_process');",
  "const app = require('express')();",
  '',
];
const BAD = [
  'function command(folder) {',
  '  return `du -sh ${folder}`;',
  '}',
  '',
  "app.get('/size', (request, response) => {",
  '  const folder = request.query.folder;',
  '  exec(command(folder), () => response.end());',
  '});',
];
const CORRECTED = [
  "const FOLDERS = ['uploads', 'backups'];",
  '',
  "app.get('/size', (request, response) => {",
  '  const folder = request.query.folder;',
  '  if (!FOLDERS.includes(folder)) return response.status(404).end();',
  "  execFile('du', ['-sh', folder], () => response.end());",
  '});',
];

/**
 * Finds an injection with its steps, and nothing once it is corrected. @throws Error if the verdict
 * is another one
 */
export async function codeStep(options: PinStepOptions): Promise<void> {
  const { say, shown, folder } = options;
  await mkdir(path.join(folder, FOLDER), { recursive: true });
  await say(
    '',
    '16. Your own code: data of a request reaches a shell, through a function',
    '',
    ...BAD.map(indented),
    '',
  );
  const flags = ['--scanners', 'code', '--fail-on', 'high'];
  const typed = `   $ assay audit ${shown(FOLDER)} ${flags.join(' ')}`;
  const found = await audited(BAD, flags, options);
  if (found.exitCode !== 1 || !found.text.includes(`${RULE}:`)) {
    throw new Error(`${RULE} did not decide: exit code ${found.exitCode}: ${found.text}`);
  }
  const block = found.text.slice(found.text.indexOf('  CRITICAL'), found.text.indexOf('Verdict:'));
  await say(typed, ...block.trimEnd().split('\n').flatMap(options.narrowed));
  await say(
    `   Verdict: FAIL (exit code ${found.exitCode})`,
    '',
    '   Corrected: a list of names, and no shell',
  );
  await say('', ...CORRECTED.map(indented), '');
  const clean = await audited(CORRECTED, flags, options);
  if (clean.exitCode !== 0) throw new Error(`the corrected program does not pass: ${clean.text}`);
  await say(typed, `   Verdict: PASS (exit code ${clean.exitCode})`);
  await say('   Rules of your own: docs/writing-rules.md');
}

function indented(line: string): string {
  return line === '' ? '' : `     ${line}`;
}

async function audited(
  lines: readonly string[],
  flags: readonly string[],
  { folder, assay, asOf }: PinStepOptions,
): Promise<{ readonly exitCode: number; readonly text: string }> {
  const program = path.join(folder, FOLDER);
  await writeFile(path.join(program, FILE), `${[...HEAD, ...lines].join('\n')}\n`);
  const output: string[] = [];
  const exitCode = await assay(['audit', program, ...flags, '--as-of', asOf], output);
  return { exitCode, text: output.join('') };
}
