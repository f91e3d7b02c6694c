/**
 * The step of the demonstration that looks at the Dockerfile which an earlier step has pinned, and
 * fixes one line of it.
 */

import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';

import { auditProject } from './audit-project.ts';
import { PROJECT, type PinStepOptions } from './pin-step.ts';

const RULE = 'dockerfile/apk-cache';
/** The package manager keeps what it downloaded. */
const ADDED = 'RUN apk add curl=8.9.1-r2\nUSER 1000\n';
const FIXED = 'RUN apk add --no-cache curl=8.9.1-r2';

/**
 * Audits a Dockerfile, shows the fix as a diff, and applies it. @throws Error if the verdict or the
 * fix is another one
 */
export async function dockerfileStep(options: PinStepOptions): Promise<void> {
  const { folder, shown, say } = options;
  const file = path.join(folder, PROJECT, 'Dockerfile');
  await appendFile(file, ADDED);
  await say('', '18. The Dockerfile of step 10 and one more line: apk leaves its cache', '');
  const gate = ['--scanners', 'misconfig', '--fail-on', 'low'];
  const typed = `   $ assay audit ${shown(PROJECT)} ${gate.join(' ')}`;
  const found = await auditProject(PROJECT, gate, options);
  if (found.exitCode !== 1 || !found.text.includes(`${RULE}:`)) {
    throw new Error(`${RULE} did not decide: exit code ${found.exitCode}: ${found.text}`);
  }
  const start = found.text.indexOf('  LOW');
  const block = found.text.slice(start, found.text.indexOf('Verdict:')).trimEnd();
  await say(typed, ...block.split('\n').flatMap(options.narrowed));
  await say(`   Verdict: FAIL (exit code ${found.exitCode})`, '', `${typed} --diff`);
  const { text: diff } = await auditProject(PROJECT, [...gate, '--diff'], options);
  await say(...diff.split('\n').filter(isChange).map(indented), '', `${typed} --fix`);
  const clean = await auditProject(PROJECT, [...gate, '--fix'], options);
  const isFixed = (await readFile(file, 'utf8')).split('\n').includes(FIXED);
  if (clean.exitCode !== 0 || !isFixed) {
    throw new Error(`the Dockerfile is not fixed: exit code ${clean.exitCode}: ${clean.text}`);
  }
  await say(`   Verdict: PASS (exit code ${clean.exitCode})`);
  await say('   A splice of bytes; the second look lost the finding and gained none.');
}

/** The lines that a diff takes away and adds. */
function isChange(line: string): boolean {
  return /^[+-](?![+-])/u.test(line);
}

function indented(line: string): string {
  return `     ${line}`;
}
