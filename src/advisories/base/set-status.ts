/** The presentation of the base's sets. */

import type { StoredSet } from '../store/store-manifest.ts';
import type { SetStatus } from './types.ts';

/** Returns a stored set as the commands show it. */
export function toSetStatus(set: StoredSet, previousCount?: number): SetStatus {
  return {
    feed: set.feed,
    license: set.license,
    ...(set.ecosystem === undefined ? {} : { ecosystem: set.ecosystem }),
    ...(set.release === undefined ? {} : { release: set.release }),
    recordCount: set.recordCount,
    ...(previousCount === undefined ? {} : { previousCount }),
    packageCount: set.packageCount,
    dataAt: set.dataAt,
    fetchedAt: set.fetchedAt,
    ...(set.currentAt === undefined ? {} : { currentAt: set.currentAt }),
    sizeBytes: set.sizeBytes,
  };
}
