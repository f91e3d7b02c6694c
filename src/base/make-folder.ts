/**
 * Makes a folder and those above it. Node's own `mkdir` with `recursive` tries for ever where the system says that a folder
 * is not there although the one above it is, as Linux does below /proc.
 */

import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, errnoOf } from './errors.ts';

/** Other processes may take folders away between two looks. */
const ATTEMPTS = 10;

/** Harmless where it is there. @throws AssayError `ACCESS_DENIED` where none can be; else what `mkdir` of Node throws */
export async function makeFolder(path: string): Promise<void> {
  const above = dirname(path);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await mkdir(path);
      return;
    } catch (error) {
      if (await isFolder(path)) return;
      const errno = errnoOf(error);
      if (errno === 'ENOENT' && above !== path) {
        if (!(await isFolder(above))) await makeFolder(above);
      } else if (errno !== 'EEXIST' || (await isThere(path))) {
        throw error;
      }
    }
  }
  throw new AssayError('ACCESS_DENIED', `no folder can be made at "${path}"`, {
    hint: 'Choose a folder that can be written with --cache-dir DIR.',
  });
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

/** A link that leads nowhere is there too. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}
