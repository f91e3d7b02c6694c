/** Reads the files of keys, and makes the errors about them. */

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errnoOf } from '../../core/base/errors.ts';

/** Far more than any key file has; a larger file is something else. */
const MAX_KEY_FILE_BYTES = 64 * 1024;

/**
 * Returns the text of a key file. `hint` says how to get a key.
 * @throws AssayError `CONFIG_INVALID`
 */
export async function readKeyFile(path: string, hint: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_KEY_FILE_BYTES })).toString('latin1');
  } catch (error) {
    if (error instanceof AssayError && error.code === 'LIMIT_EXCEEDED') {
      throw unusableKey(path, 'is too large for a key', hint, error);
    }
    if (error instanceof AssayError) {
      throw unusableKey(path, `cannot be read: ${error.message}`, 'Give a file.', error);
    }
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    const reason = errno === 'ENOENT' ? 'does not exist' : `cannot be read: ${errno}`;
    throw unusableKey(path, reason, 'Check the path of the key.', error);
  }
}

/**
 * Returns the error about a key that cannot be used. `name` is its path; `reason` a predicate, as
 * in `is damaged`.
 */
export function unusableKey(
  name: string,
  reason: string,
  hint: string,
  cause?: unknown,
): AssayError {
  return new AssayError('CONFIG_INVALID', `the key "${name}" ${reason}`, { hint, cause });
}

/** Returns the error about a file with several keys: programs differ in which one they take. */
export function severalKeys(name: string, count: number): AssayError {
  return unusableKey(name, `holds ${count} keys`, 'Give each key in a file of its own.');
}

/**
 * Returns the error about an encrypted key that does not open. A wrong password and a damaged file
 * look the same.
 */
export function doesNotOpen(name: string, cause?: unknown): AssayError {
  const reason =
    'does not open with the password given: the password is wrong, or the file is damaged';
  return unusableKey(name, reason, 'Check the password. An empty password counts as one.', cause);
}
