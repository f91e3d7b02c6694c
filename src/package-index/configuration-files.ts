/**
 * Files that a package manager's configuration consists of: text, and certificates that it names.
 */

import { homedir } from 'node:os';

import { readBoundedFile } from '../base/bounded-file.ts';
import { AssayError, errorMessage } from '../base/errors.ts';
import { isMissing } from '../base/exists.ts';
import type { Environment } from '../model/environment.ts';

/** Configuration files have some KiB. */
const MAX_CONFIGURATION_BYTES = 1024 * 1024;
/** The certificates of all public authorities take 250 KB. */
const MAX_PEM_BYTES = 16 * 1024 * 1024;

/**
 * Returns the text of a file; `undefined` if it does not exist. @throws AssayError `CONFIG_INVALID`
 */
export async function readConfigurationFile(path: string): Promise<string | undefined> {
  try {
    const bytes = await readBoundedFile(path, { maxBytes: MAX_CONFIGURATION_BYTES });
    return bytes.toString('utf8').replace(/^\uFEFF/u, '');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unreadable(path, error);
  }
}

/**
 * Returns the text of a file in PEM that a configuration names. @throws AssayError `CONFIG_INVALID`
 */
export async function readPemFile(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_PEM_BYTES })).toString('utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Returns the home directory of the user. */
export function homeOf(env: Environment): string {
  return env['HOME'] ?? env['USERPROFILE'] ?? homedir();
}

function unreadable(path: string, error: unknown): AssayError {
  return new AssayError('CONFIG_INVALID', `cannot read "${path}": ${errorMessage(error)}`, {
    hint: 'It belongs to the configuration of a package manager; check its permissions.',
    cause: error,
  });
}
