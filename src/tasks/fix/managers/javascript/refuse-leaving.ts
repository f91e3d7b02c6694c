/**
 * Directories of a lockfile must be inside of its project, because nothing else is read or copied.
 */

import { AssayError } from '../../../../core/base/errors.ts';

/**
 * Checks a directory. @throws AssayError `USAGE` for a directory outside of the project of a
 * lockfile
 */
export function refuseLeaving(lockfile: string, directory: string): void {
  if (!directory.startsWith('/') && !directory.split('/').includes('..')) return;
  throw new AssayError(
    'USAGE',
    `"${lockfile}" has the package "${directory}", which is outside of its project`,
    { hint: 'Name the directory that contains both: assay fix DIR' },
  );
}
