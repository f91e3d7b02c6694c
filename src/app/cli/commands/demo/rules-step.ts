/**
 * The step of the demonstration that looks at the image itself by rules, in one verdict with its
 * vulnerabilities.
 */

import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';
import { verdictBlock } from './report-excerpts.ts';

const GATE = 'high+fixable,high+category=misconfiguration';
const RULE = 'image/root-user';

/**
 * Scans an image with the rules and explains the one that decides. @throws Error if the verdict is
 * another one
 */
export async function rulesStep(archive: string, options: PinStepOptions): Promise<void> {
  const { folder, asOf, assay, shown, say, narrowed } = options;
  await say('', '14. The image itself, by rules, in the same verdict: it runs as root');
  const image = path.join(folder, archive);
  const flags = ['--scanners', 'vuln,misconfig', '--fail-on', GATE];
  const output: string[] = [];
  const exitCode = await assay(['image', '--input', image, ...flags, '--as-of', asOf], output);
  const text = output.join('').replaceAll(image, shown(archive));
  if (exitCode !== 1 || !text.includes(RULE)) {
    throw new Error(`${RULE} did not decide: exit code ${exitCode}: ${text}`);
  }
  await say(
    '',
    `   $ assay image --input ${shown(archive)} ${flags.join(' ')}`,
    ...verdictBlock(text)
      .filter((line) => !line.startsWith('  Check'))
      .flatMap(narrowed),
    `   exit code ${exitCode}`,
    `   Why, and what to do: assay audit rules ${RULE}`,
    '   Results of other analyzers: assay audit . --sarif eslint.sarif',
  );
}
