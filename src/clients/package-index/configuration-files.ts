/**
 * Files that a package manager's configuration consists of: text, and certificates that it names.
 */

import { homedir } from 'node:os';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';

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

async function readPemFile(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_PEM_BYTES })).toString('utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Returns a function that returns the text of a file in PEM that a configuration names. It reads a
 * file again after a second: a registry opens many connections, and certificates are renewed while
 * it runs. A text that has not changed is the same string, so that it is compared without reading
 * it. `now` is in milliseconds. @throws AssayError `CONFIG_INVALID` for a file that cannot be read
 */
export function createPemReader(
  now: () => number = () => performance.now(),
): (path: string) => Promise<string> {
  const read = new Map<string, { readonly text: string; readonly until: number }>();
  return async (path) => {
    const known = read.get(path);
    if (known !== undefined && now() < known.until) return known.text;
    const found = await readPemFile(path);
    const text = known?.text === found ? known.text : found;
    read.set(path, { text, until: now() + PEM_AGE_MS });
    return text;
  };
}

const PEM_AGE_MS = 1000;

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
