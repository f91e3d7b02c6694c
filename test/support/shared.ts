/** Where the shared test data lies: beside the checkout, or nowhere. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

/**
 * Absolute path below the shared data folder, `undefined` where that folder is absent. A suite that
 * needs it is skipped then, and its title says why.
 */
export function sharedPath(path: string): string | undefined {
  const full = SHARED + path;
  return existsSync(full) ? full : undefined;
}
