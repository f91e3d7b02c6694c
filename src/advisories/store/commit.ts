/**
 * Brings new sets into the base. The block files are on disk before; one rename of the manifest
 * makes all of them count at once. Readers never wait; two writers wait for each other only while
 * the manifest is exchanged.
 */

import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { removeStrayFiles, writeFileAtomically } from '../../core/base/cache-directory.ts';
import { AssayError } from '../../core/base/errors.ts';
import { withFileLock } from '../../core/base/file-lock.ts';
import type { RemovedRecords } from '../../core/base/record-store.ts';
import {
  MANIFEST_NAME,
  formatManifest,
  readStoreManifest,
  setKey,
  type StoreManifest,
  type StoredSet,
} from './store-manifest.ts';

const LOCK_NAME = 'manifest.lock';
/**
 * Time for which an unreferenced file stays: a reader that has just read the old manifest opens its
 * files within moments, and has them open from then on.
 */
const KEEP_UNUSED_MS = 10 * 60 * 1000;
const BLOCK_FILE = /^[0-9a-f]{64}\.adv$/;

/** Options of a change beside its new sets. */
export interface CommitOptions {
  /**
   * Sets that were seen to be current: they are renewed where their file still is the one that
   * counts.
   */
  readonly confirmed?: readonly StoredSet[];
  /** Called when the new sets count and no other change can happen yet. */
  readonly afterwards?: (after: readonly StoredSet[]) => Promise<void>;
}

/** Adds `sets`, each in place of the one with the same key, and removes unused files. */
export function commitSets(
  folder: string,
  sets: readonly StoredSet[],
  { confirmed = [], afterwards }: CommitOptions = {},
): Promise<StoreManifest> {
  const change = (before: readonly StoredSet[]): readonly StoredSet[] => {
    const after = new Map(before.map((set) => [setKey(set), set]));
    for (const set of confirmed) {
      if (after.get(setKey(set))?.file === set.file) after.set(setKey(set), set);
    }
    for (const set of sets) after.set(setKey(set), set);
    return [...after.values()];
  };
  return exchange(folder, change, afterwards);
}

/**
 * Makes `sets` all that the base holds. `allow` is called with the previous content, under the
 * lock; if it throws, the base stays unchanged.
 */
export function replaceSets(
  folder: string,
  sets: readonly StoredSet[],
  allow: (before: readonly StoredSet[]) => Promise<void>,
): Promise<StoreManifest> {
  return exchange(folder, async (before) => {
    await allow(before);
    return sets;
  });
}

/**
 * Removes the base, at once also for those who are about to open it; who has files of it open keeps
 * them.
 */
export async function removeSets(folder: string): Promise<RemovedRecords> {
  return withFileLock(join(folder, LOCK_NAME), async () => {
    await rm(join(folder, MANIFEST_NAME), { force: true });
    await removeStrayFiles(folder);
    let fileCount = 0;
    let sizeBytes = 0;
    for (const name of await readdir(folder)) {
      if (!BLOCK_FILE.test(name)) continue;
      const path = join(folder, name);
      const { size } = await stat(path);
      await rm(path, { force: true });
      fileCount += 1;
      sizeBytes += size;
    }
    return { fileCount, sizeBytes };
  });
}

async function exchange(
  folder: string,
  change: (before: readonly StoredSet[]) => readonly StoredSet[] | Promise<readonly StoredSet[]>,
  afterwards: CommitOptions['afterwards'] = () => Promise.resolve(),
): Promise<StoreManifest> {
  return withFileLock(join(folder, LOCK_NAME), async () => {
    const before = currentSets(folder);
    const after = await change(before);
    await writeFileAtomically(join(folder, MANIFEST_NAME), Buffer.from(formatManifest(after)));
    await afterwards(after);
    await retire(folder, before, after);
    await prune(folder, new Set(after.map((set) => set.file)));
    return { sets: after };
  });
}

/**
 * Returns the current sets; a damaged manifest counts as none: loading the data again repairs it.
 */
export function currentSets(folder: string): readonly StoredSet[] {
  try {
    return readStoreManifest(folder)?.sets ?? [];
  } catch (error) {
    if (error instanceof AssayError && error.code === 'ADVISORY_DATA_UNVERIFIED') return [];
    throw error;
  }
}

/** Starts the clock of files that are no longer referred to. */
async function retire(
  folder: string,
  before: readonly StoredSet[],
  after: readonly StoredSet[],
): Promise<void> {
  const used = new Set(after.map((set) => set.file));
  const now = new Date();
  for (const { file } of before) {
    if (!used.has(file)) await utimes(join(folder, file), now, now).catch(() => undefined);
  }
}

async function prune(folder: string, used: ReadonlySet<string>): Promise<void> {
  await removeStrayFiles(folder);
  for (const name of await readdir(folder)) {
    if (!BLOCK_FILE.test(name) || used.has(name)) continue;
    const path = join(folder, name);
    // Where a file cannot be removed now, because a process has it open, the next change tries
    // again.
    if ((await ageMs(path)) > KEEP_UNUSED_MS)
      await rm(path, { force: true }).catch(() => undefined);
  }
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
