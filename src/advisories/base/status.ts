/** `db status`: what is loaded, how old it is, and that it can be opened. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { damagedDataError } from '../store/damaged-data-error.ts';
import { readStoreManifest } from '../store/store-manifest.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { toSetStatus } from './set-status.ts';
import { compareSets } from './set-order.ts';
import type { BaseStatus } from './types.ts';

/**
 * Reads the manifest and looks whether each file that it names is there and whole in length.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`, `INTERRUPTED`
 */
export async function readBaseStatus(folder: string, context: Context): Promise<BaseStatus> {
  const manifest = readStoreManifest(folder);
  const stored = manifest?.sets ?? [];
  for (const { file, sizeBytes } of stored) {
    if (context.signal.aborted) throw new AssayError('INTERRUPTED', 'interrupted');
    const path = join(folder, file);
    const actual = await sizeOf(path);
    if (actual === undefined) throw damagedDataError(path, 'is gone');
    if (actual !== sizeBytes)
      throw damagedDataError(path, `is ${actual} bytes long, not ${sizeBytes}`);
  }
  const sets = stored.map((set) => toSetStatus(set)).sort(compareSets);
  return { folder, sets, sizeBytes: sets.reduce((sum, set) => sum + set.sizeBytes, 0) };
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch {
    return undefined;
  }
}
