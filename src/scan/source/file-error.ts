/** Errors of the operating system about a file, as errors for people. */

import { AssayError, errorMessage, type ErrorCode } from '../../core/base/errors.ts';
import { systemCode } from '../../core/base/system-code.ts';

const CODES: ReadonlyMap<unknown, ErrorCode> = new Map<unknown, ErrorCode>([
  ['ENOENT', 'NOT_FOUND'],
  ['ENOTDIR', 'NOT_FOUND'],
  ['EACCES', 'ACCESS_DENIED'],
  ['EPERM', 'ACCESS_DENIED'],
]);

/**
 * Returns the error: `NOT_FOUND`, `ACCESS_DENIED`, or `DAMAGED` for every other reason that keeps a
 * file from being read.
 */
export function fileError(error: unknown, path: string): AssayError {
  if (error instanceof AssayError) return error;
  const code = CODES.get(systemCode(error)) ?? 'DAMAGED';
  return new AssayError(code, `cannot read "${path}": ${reasonOf(error)}`, { cause: error });
}

/** Returns the reason in words; the path that Node repeats is left out. */
export function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ELOOP':
      return 'it is a symbolic link where none may be, or its links form a loop';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    case 'EIO':
      return 'the disk reports an error';
    default:
      return errorMessage(error);
  }
}
