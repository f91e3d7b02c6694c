/** Where advisory data lies: below the cache folder. */

import { join } from 'node:path';

import type { Session } from '../cli/command.ts';

/** Folder of the advisory base of this run; absolute. */
export function advisoryFolder({ cacheDir }: Pick<Session, 'cacheDir'>): string {
  return join(cacheDir, 'advisories');
}
