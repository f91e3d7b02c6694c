/** Removes the advisory base of a folder. */

import { rmdir, stat } from 'node:fs/promises';
import { removeSets } from '../store/commit.ts';
import type { Context } from '../../core/base/context.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { RemovedRecords } from '../../core/base/record-store.ts';
import { withUpdateLock } from './update-lock.ts';

/**
 * Removes all advisory data unless an update runs. The record of the last import with keys is
 * retained, so that an older bundle cannot be imported after the base was removed.
 *
 * @throws AssayError `INTERRUPTED`, `ACCESS_DENIED`
 */
export async function removeBase(folder: string, context: Context): Promise<RemovedRecords> {
  if (!(await isFolder(folder))) return { fileCount: 0, sizeBytes: 0 };
  const removed = await withUpdateLock(folder, context, () => removeSets(folder));
  await rmdir(folder).catch(() => undefined);
  return removed;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
