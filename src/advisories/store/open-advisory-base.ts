/** Opens the stored advisory base for a scan. */

import { errnoOf } from '../../core/base/errors.ts';
import type { Context } from '../../core/base/context.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import type { AdvisoryBase } from './advisory-base.ts';
import { feedOf, ratesAnywhere } from '../feeds/list.ts';
import { RATING_SOURCES, withLoadedRatings } from './ratings/rated-reader.ts';
import { servesNeeds, hasFetchedRatings } from './base-fingerprint.ts';
import { damagedDataError } from './damaged-data-error.ts';
import { readStoreManifest, type StoredSet } from './store-manifest.ts';
import { openSetFile, type OpenSet } from './open-set.ts';
import { createStoreReader, type StoreReader } from './reader.ts';

/** The stored base; its readers hold files open until they are closed or forgotten. */
export interface StoredAdvisoryBase extends AdvisoryBase {
  open(needs: readonly AdvisoryNeed[], context: Context): Promise<StoreReader>;
}

/**
 * A change of the base may take a file away between reading the manifest and opening it; then the
 * new one is read.
 */
const ATTEMPTS = 3;

/**
 * Returns the base stored in `folder`. Nothing is read until it is opened for needs, and then only
 * the files of those needs. A folder without a base opens as a reader that covers nothing. Opening
 * and reading throw AssayError `ADVISORY_DATA_UNVERIFIED` where the data is damaged.
 */
export function openAdvisoryBase(folder: string): StoredAdvisoryBase {
  return { open: (needs, { now }) => openSets(folder, needs, now()) };
}

async function openSets(
  folder: string,
  needs: readonly AdvisoryNeed[],
  nowMs: number,
): Promise<StoreReader> {
  const own = await openStoredSets(folder, (set) => servesNeeds(set, needs));
  const files = new Set(own.map(({ set }) => set.file));
  const others = (readStoreManifest(folder)?.sets ?? []).filter(
    (set) => !files.has(set.file) && ratesAnywhere(set),
  );
  const usesFetched = hasFetchedRatings(folder);
  const reader = createStoreReader(own);
  if (others.length === 0 && !usesFetched && !own.some(ratesAll)) {
    return { ...reader, hasRatingSource: () => false };
  }
  return withLoadedRatings(reader, {
    folder,
    own,
    others,
    openOthers: (isWanted) => openStoredSets(folder, isWanted),
    usesFetched,
    nowMs,
  });
}

/** Returns whether a set has ratings of all vulnerabilities with a CVE id. */
function ratesAll({ set }: OpenSet): boolean {
  return set.ecosystem === undefined && RATING_SOURCES.includes(set.feed);
}

/**
 * Opens the files of the sets that are wanted; the caller closes them, or leaves that to the
 * garbage collector.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export async function openStoredSets(
  folder: string,
  isWanted: (set: StoredSet) => boolean,
): Promise<readonly OpenSet[]> {
  for (let attempt = 1; ; attempt += 1) {
    const manifest = readStoreManifest(folder);
    const wanted = (manifest?.sets ?? []).filter(isWanted);
    const opened: OpenSet[] = [];
    try {
      for (const set of wanted) {
        opened.push({ set, file: await openSetFile(folder, set, () => feedOf(set.feed)) });
      }
      return opened;
    } catch (error) {
      for (const { file } of opened) file.close();
      if (errnoOf(error) !== 'ENOENT') throw error;
      if (attempt >= ATTEMPTS)
        throw damagedDataError(folder, 'lacks a file that its manifest names', error);
    }
  }
}
