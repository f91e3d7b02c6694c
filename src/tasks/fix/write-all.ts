/**
 * Writes several files of the user, all or none. The new contents are written beside the files and
 * synced first; then they are renamed one after the other. If a rename fails, the files that were
 * renamed get their old content back.
 */

import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import { stageContent, stagingPath } from '../../core/base/staged-file.ts';
import { systemCode } from '../../core/base/system-code.ts';

/** A file, its content as it was read, and its new content. */
export interface Replacement {
  /** Relative to the root. */
  readonly path: string;
  readonly old: Uint8Array;
  readonly fresh: Uint8Array;
}

interface Staged extends Replacement {
  readonly disk: string;
  readonly temporary: string;
}

const WRITE_BITS = 0o222;

/**
 * Writes all files or none. @throws AssayError `USAGE` if a file cannot be written or was changed
 * meanwhile; then none is changed
 */
export function writeAll(root: string, files: readonly Replacement[]): void {
  const temporaries: string[] = [];
  const clear = (): void => {
    for (const path of temporaries) rmSync(path, { force: true });
  };
  const takeBack = onForcedExit(clear);
  let current = '';
  const staged: Staged[] = [];
  const renamed: Staged[] = [];
  try {
    for (const file of files) {
      current = file.path;
      staged.push(stage(root, file, temporaries));
    }
    for (const one of staged) {
      current = one.path;
      renameSync(one.temporary, one.disk);
      renamed.push(one);
    }
  } catch (error) {
    if (!(error instanceof AssayError) && systemCode(error) === undefined) throw error;
    for (const { disk, old } of renamed) putBack(disk, old);
    const reason = error instanceof AssayError ? error.message : errorMessage(error);
    throw new AssayError('USAGE', `"${current}" cannot be written: ${reason}`, {
      hint: 'No file of the project was changed.',
      cause: error,
    });
  } finally {
    clear();
    takeBack();
  }
}

function stage(root: string, { path, old, fresh }: Replacement, temporaries: string[]): Staged {
  const disk = join(root, path);
  const owner = lstatSync(disk);
  if (!owner.isFile()) throw new AssayError('USAGE', 'it is not a regular file');
  // The superuser may write to read-only files too.
  if ((owner.mode & WRITE_BITS) === 0) throw new AssayError('USAGE', 'it is read-only');
  accessSync(disk, constants.W_OK);
  if (Buffer.compare(readFileSync(disk), old) !== 0) {
    throw new AssayError('USAGE', 'it was changed while this run was working');
  }
  const temporary = stagingPath(disk);
  temporaries.push(temporary);
  stageContent(disk, temporary, fresh);
  return { path, old, fresh, disk, temporary };
}

function putBack(disk: string, old: Uint8Array): void {
  const file = openSync(disk, 'r+');
  try {
    for (let at = 0; at < old.length;) at += writeSync(file, old, at, old.length - at, at);
    ftruncateSync(file, old.length);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
