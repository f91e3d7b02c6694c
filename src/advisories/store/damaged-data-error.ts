/** The error for stored advisory data that is damaged. */

import { AssayError } from '../../core/base/errors.ts';

/** Returns the error. `path` is the damaged file, `what` the end of a sentence about it. */
export function damagedDataError(path: string, what: string, cause?: unknown): AssayError {
  return new AssayError('ADVISORY_DATA_UNVERIFIED', `the advisory data in "${path}" ${what}`, {
    hint: 'Load it again with "assay db update" or "assay db import PATH"; what is damaged is replaced.',
    cause,
  });
}
