/** The search for an implicit trust file. */

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The name that is looked for. */
const TRUST_FILE_NAME = 'assay.trust.yaml';

/**
 * Returns the path of the nearest trust file, from a directory upwards; `undefined` if there is
 * none.
 */
export function nearestTrustFile(cwd: string): string | undefined {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, TRUST_FILE_NAME);
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) return undefined;
  }
}
