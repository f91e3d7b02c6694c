/** Where advisory data lies: below the cache folder. */

import { join } from 'node:path';

/** Folder of the advisory base of this run; absolute. */
export function advisoryFolder({ cacheDir }: { readonly cacheDir: string }): string {
  return join(cacheDir, 'advisories');
}
