/** `db update`: loads the feeds from a mirror or from their publishers. */

import type { Context } from '../base/context.ts';
import type { BaseChange, UpdateRequest } from './types.ts';

/**
 * Loads what the needs ask for and swaps it in at once; on any error the old data stays as it was.
 * @throws AssayError `NETWORK`, `OFFLINE`, `ADVISORY_DATA_IMPLAUSIBLE`, `ADVISORY_DATA_MISSING`
 */
export function updateBase(_request: UpdateRequest, _context: Context): Promise<BaseChange> {
  return Promise.reject(new Error('not written yet'));
}
