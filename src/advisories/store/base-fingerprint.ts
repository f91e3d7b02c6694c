/** The stored sets that serve given needs, and a fingerprint of their content. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { ratesAnywhere } from '../feeds/list.ts';
import { ratedFingerprint } from './ratings/rated-fingerprint.ts';
import { RATING_INDEX_PATH, ratingsFingerprint } from './ratings/rating-index.ts';
import { readStoreManifest, serializeSets, type StoredSet } from './store-manifest.ts';

/** Returns whether a set serves the needs; facts by id are of use for every need. */
export function servesNeeds(
  { ecosystem, release }: StoredSet,
  needs: readonly AdvisoryNeed[],
): boolean {
  if (ecosystem === undefined) return true;
  return needs.some((need) => need.ecosystem === ecosystem && need.release === release);
}

/**
 * Returns the fingerprint of the base in `folder` for needs; only the manifest is read. Files of
 * sets are named by their digests, so that the same name means the same bytes.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`, `ACCESS_DENIED`
 */
export function baseFingerprint(folder: string, needs: readonly AdvisoryNeed[]): string {
  const sets = readStoreManifest(folder)?.sets ?? [];
  const own = sets.filter((set) => servesNeeds(set, needs));
  const others = sets.filter((set) => !own.includes(set) && ratesAnywhere(set));
  const name = serializeSets(own);
  const hasFetched = hasFetchedRatings(folder);
  if (others.length === 0 && !hasFetched) return name;
  return ratedFingerprint(name, others, hasFetched ? ratingsFingerprint(folder) : '');
}

/** File in the folder of a base that says which keys it was loaded with. */
export const LAST_VERIFIED_NAME = 'last-verified.json';

/**
 * Returns whether the base in `folder` was loaded with keys: then nothing counts that has no
 * signature.
 */
export function isLoadedWithKeys(folder: string): boolean {
  return existsSync(join(folder, LAST_VERIFIED_NAME));
}

/**
 * Returns whether fetched ratings count: there are some, and the base was not loaded with keys,
 * because they have no signature.
 */
export function hasFetchedRatings(folder: string): boolean {
  return existsSync(join(folder, RATING_INDEX_PATH)) && !isLoadedWithKeys(folder);
}
