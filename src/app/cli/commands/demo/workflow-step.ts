/** The step of the demonstration that finds an injection in a workflow, and fixes it. */

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { auditProject } from './audit-project.ts';
import type { PinStepOptions } from './pin-step.ts';

const PROJECT = 'pipeline';
const FILE = '.github/workflows/greet.yml';
const RULE = 'pipeline/template-injection';
const BEFORE = [
  'name: greet',
  'on: issues',
  'permissions: {}',
  'jobs:',
  '  greet:',
  '    runs-on: ubuntu-24.04',
  '    steps:',
  '      - run: |',
  '          echo "New: ${{ github.event.issue.title }}"',
];
/** Lines in front of the steps are shown once. */
const STEPS = 7;

/**
 * Finds the injection, fixes it, and audits again. @throws Error if a command answers otherwise
 * than the step says
 */
export async function workflowStep(options: PinStepOptions): Promise<void> {
  const { say, shown, folder } = options;
  const file = path.join(folder, PROJECT, FILE);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${BEFORE.join('\n')}\n`);
  await say(
    '',
    '17. A workflow: whoever opens an issue chooses a part of the script',
    '',
    ...BEFORE.map((line) => `     ${line}`),
    '',
  );
  const flags = ['--scanners', 'misconfig', '--fail-on', 'high'];
  const typed = `   $ assay audit ${shown(PROJECT)} ${flags.join(' ')}`;
  const found = await auditProject(PROJECT, flags, options);
  if (found.exitCode !== 1 || !found.text.includes(RULE)) {
    throw new Error(`${RULE} did not decide: exit code ${found.exitCode}: ${found.text}`);
  }
  const start = found.text.indexOf('  HIGH');
  const block = found.text.slice(start, found.text.indexOf('\n\n', start));
  await say(typed, ...block.trimEnd().split('\n').flatMap(options.narrowed));
  await say(`   Verdict: FAIL (exit code ${found.exitCode})`, '');
  const clean = await auditProject(PROJECT, ['--fix', ...flags], options);
  const after = (await readFile(file, 'utf8')).trimEnd().split('\n');
  if (clean.exitCode !== 0 || after.length === BEFORE.length) {
    throw new Error(`the fixed workflow does not pass: ${clean.text}`);
  }
  await say(
    `${typed} --fix`,
    '',
    ...after.slice(STEPS).map((line) => `     ${line}`),
    '',
    `   Verdict: PASS (exit code ${clean.exitCode})`,
    '   What --fix edits, and what only --fix=all does: docs/pipelines.md',
  );
}
