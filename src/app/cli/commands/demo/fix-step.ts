/**
 * The step of the demonstration that plans the fix of an npm lockfile, offline, and matches again
 * what the plan would leave.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { PinStepOptions } from './pin-step.ts';

const PROJECT = 'code';
/**
 * A package for each kind of step: inside its range, at an exact version, and behind a package that
 * nothing else fixes.
 */
const REQUESTS = { handlebars: '^4.5.0', moment: '2.24.0', settings: '^1.0.0' };
const PACKAGES = {
  'node_modules/handlebars': { version: '4.5.3' },
  'node_modules/moment': { version: '2.24.0' },
  'node_modules/settings': { version: '1.0.0', dependencies: { json5: '~2.1.0' } },
  'node_modules/json5': { version: '2.1.3' },
};

/** Plans a fix. @throws Error if the command answers otherwise than the step says */
export async function fixStep(options: PinStepOptions): Promise<void> {
  const { folder, asOf, assay, shown, say, narrowed } = options;
  const project = path.join(folder, PROJECT);
  await mkdir(project, { recursive: true });
  const root = { name: 'code', version: '1.0.0', dependencies: REQUESTS };
  const lock = { ...root, lockfileVersion: 3, packages: { '': root, ...PACKAGES } };
  for (const [name, value] of [
    ['package.json', root],
    ['package-lock.json', lock],
  ] as const) {
    await writeFile(path.join(project, name), `${JSON.stringify(value, null, 2)}\n`);
  }
  const output: string[] = [];
  const flags = ['--offline', '--fail-on', 'high+fixable'];
  const exitCode = await assay(['fix', project, ...flags, '--as-of', asOf], output, {
    withErrors: true,
  });
  const lines = output
    .join('')
    .split('\n')
    .filter((line) => line !== '');
  const isPlanned = lines.some((line) => line.includes('not tried'));
  if (exitCode !== 0 || !isPlanned) {
    throw new Error(`assay fix ended with ${exitCode}: ${lines.join('\n')}`);
  }
  await say(
    '',
    '19. Fix a lockfile: the smallest plan, from the lockfile and the advisories',
    '   With a network, npm tries the plan in a copy, and what it wrote is matched',
    '   again. Without one, the packages of the plan are matched.',
    '',
    `   $ assay fix ${shown(PROJECT)} ${flags.join(' ')}`,
    ...lines.flatMap(narrowed),
  );
}
