/**
 * The new content of a file of the user, written and synced beside it. The caller renames it over
 * the file, so that readers and killed runs see the old content or the new one.
 */

import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

import { systemCode } from './system-code.ts';

const MODE_BITS = 0o7777;
const STAGING_NAME = /^\.assay-[0-9a-f]{16}\.tmp$/u;

/**
 * Returns a path for {@link stageContent} in the directory of a file. The caller removes what is
 * left there.
 */
export function stagingPath(path: string): string {
  return join(dirname(path), `.assay-${randomBytes(8).toString('hex')}.tmp`);
}

/** Returns whether a file of this name was made for {@link stageContent}. */
export function isStagingName(name: string): boolean {
  return STAGING_NAME.test(name);
}

/**
 * Writes the new content of a file to another path of the same directory, with the mode and the
 * owner of the file.
 *
 * @throws system errors, as for a full disk
 */
export function stageContent(path: string, staging: string, content: Uint8Array): void {
  const owner = lstatSync(path);
  const file = openSync(staging, 'wx', 0o600);
  try {
    for (let at = 0; at < content.length;) at += writeSync(file, content, at);
    fchmodSync(file, owner.mode & MODE_BITS);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const made = lstatSync(staging);
  if (made.uid !== owner.uid || made.gid !== owner.gid) giveTo(staging, owner);
}

/**
 * Only the superuser can give a file away. Other users own the file already, or become its owner.
 */
function giveTo(path: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  try {
    chownSync(path, uid, gid);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') throw error;
  }
}
