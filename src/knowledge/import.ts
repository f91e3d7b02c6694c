/** `db import`: loads advisory data from files. */

import type { Context } from '../base/context.ts';
import type { BaseChange, ImportRequest } from './types.ts';

/**
 * Loads files and folders and swaps them in at once. Whole feeds (zips, secdb and tracker files) replace what was
 * there; single OSV records are added to it.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `ADVISORY_DATA_IMPLAUSIBLE`, `ADVISORY_DATA_MISSING`
 */
export function importIntoBase(_request: ImportRequest, _context: Context): Promise<BaseChange> {
  return Promise.reject(new Error('not written yet'));
}
