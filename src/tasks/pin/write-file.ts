/**
 * Replaces the content of a file of the user. The new content is written beside it and renamed, so
 * that readers and killed runs leave the old content or the new one. A file that changed since it
 * was read, or that is read-only, stays as it is.
 */

import { accessSync, constants, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { errorMessage } from '../../core/base/errors.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import { stageContent, stagingPath } from '../../core/base/staged-file.ts';
import { systemCode } from '../../core/base/system-code.ts';
import { readWhole, type ReadFile } from './read-references.ts';

const WRITE_BITS = 0o222;

/**
 * Replaces the content of a file. Returns why it was left as it was; `undefined` if it was written.
 */
export function replaceContent(
  { diskPath, bytes, mode }: Pick<ReadFile, 'diskPath' | 'bytes' | 'mode'>,
  content: Uint8Array,
  root: string,
): string | undefined {
  try {
    const reason = reasonToLeave(diskPath, bytes, mode, root);
    if (reason !== undefined) return reason;
    writeBeside(diskPath, content);
    return undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return `it cannot be written: ${errorMessage(error)}`;
  }
}

function reasonToLeave(
  path: string,
  bytes: Uint8Array,
  mode: number,
  root: string,
): string | undefined {
  const folder = realpathSync(dirname(path));
  if (folder !== root && !folder.startsWith(root.endsWith('/') ? root : `${root}/`)) {
    return `its directory is now a symlink to "${folder}"`;
  }
  // The superuser may write to read-only files too.
  if ((mode & WRITE_BITS) === 0) return 'it is read-only';
  accessSync(path, constants.W_OK);
  const now = readWhole(path, Math.max(bytes.length, 1));
  const isSame = typeof now !== 'string' && Buffer.compare(now.bytes, bytes) === 0;
  return isSame ? undefined : 'it was changed while this run was working';
}

function writeBeside(path: string, content: Uint8Array): void {
  const staging = stagingPath(path);
  const takeBack = onForcedExit(() => rmSync(staging, { force: true }));
  try {
    stageContent(path, staging, content);
    renameSync(staging, path);
  } finally {
    rmSync(staging, { force: true });
    takeBack();
  }
}
