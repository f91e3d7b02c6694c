/**
 * Writes the popular names of npm, and the licence of the list, to where the built command and
 * library look for them. The list is the package npm-high-impact; the lists of other registries are
 * part of the source.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { npmHighImpact } from 'npm-high-impact';

const require = createRequire(import.meta.url);

/** Writes them into a folder, which is made. */
export function writePopularNames(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'npm.txt'), `${npmHighImpact.join('\n')}\n`);
  const origin = path.dirname(require.resolve('npm-high-impact'));
  copyFileSync(path.join(origin, 'license'), path.join(folder, 'npm.license.txt'));
}
