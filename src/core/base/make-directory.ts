/**
 * Makes a folder and those above it. Node's own `mkdir` with `recursive` tries for ever where the
 * system says that a folder is not there although the one above it is, as Linux does below /proc.
 */

import { lstat, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AssayError, errnoOf } from './errors.ts';

/** Other processes may take folders away between two looks. */
const ATTEMPTS = 10;

/**
 * Makes a directory; harmless if it exists. @throws AssayError `ACCESS_DENIED` where none can be;
 * else what `mkdir` of Node throws
 */
export async function makeDirectory(path: string): Promise<void> {
  const above = dirname(path);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      await mkdir(path);
      return;
    } catch (error) {
      const there = await lookAt(path);
      if (there === 'folder') return;
      const errno = errnoOf(error);
      if (errno === 'ENOENT' && above !== path) {
        if ((await lookAt(above)) !== 'folder') await makeDirectory(above);
      } else if (errno !== 'EEXIST' || there === 'other') {
        throw error;
      }
    }
  }
  throw new AssayError('ACCESS_DENIED', `no folder can be made at "${path}"`, {
    hint: 'Choose a folder that can be written with --cache-dir DIR.',
  });
}

/**
 * Returns the kind of the entry at the path; a dangling link is an entry too. An entry that appears
 * meanwhile counts.
 */
async function lookAt(path: string): Promise<'folder' | 'other' | 'nothing'> {
  for (const look of [stat, lstat]) {
    try {
      return (await look(path)).isDirectory() ? 'folder' : 'other';
    } catch {
      // Gone, or a link that leads nowhere: that is seen by the second look alone.
    }
  }
  return 'nothing';
}
