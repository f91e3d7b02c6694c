/**
 * The cache of matches. They depend on the inventory, the advisory data and the options, and on no
 * clock. The key is that of the analysis, with the options. The cached value names the advisory
 * data that it was made from and, for a directory, the digest of its content. If one of these
 * differs, the matches are made again and replace the cached ones.
 *
 * Source of the rules: `docs/decisions/0008-layer-cache.md`.
 */

import type { PreparedBase } from '../../../advisories/store/advisory-base.ts';
import type { Context } from '../../../core/base/context.ts';
import { encodeCachedMatches, reviveCachedMatches } from '../../../core/codec/cache-codec.ts';
import type { CachedMatches, Matches } from '../../../core/model/advisory/matches.ts';
import { getJson, putJson } from './cached-json.ts';
import {
  PACKAGE_TYPES,
  type ScannedArtifact,
  type EvaluationRequest,
  type MatchCacheSlot,
} from '../request.ts';

/** The result of a lookup in the match cache. */
export interface MatchCacheResult {
  /** Absent where the base has changed since. */
  readonly matches?: Matches;
  /** The advisory base, prepared for the needs of the inventory. */
  readonly prepared: PreparedBase;
}

/**
 * Gets the matches of the only subject of a run; `undefined` if they are not cached, or cannot be.
 * @throws AssayError as opening the base does
 */
export async function getMatches(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  context: Context,
): Promise<MatchCacheResult | undefined> {
  const slot = matchSlotOf(subjects);
  if (slot === undefined || request.advisories?.prepare === undefined) return undefined;
  const cached = await getJson(slot.store, keyOf(slot, request), reviveCachedMatches);
  if (cached === undefined || cached.content !== slot.content) return undefined;
  const prepared = await request.advisories.prepare(cached.needs, context);
  const isSame = prepared.state() === cached.state;
  return isSame && !areRatingsDue(prepared, cached.matches)
    ? { matches: cached.matches, prepared }
    : { prepared };
}

/** Returns whether findings without a rating may have been rated since. */
function areRatingsDue(prepared: PreparedBase, { findings }: Matches): boolean {
  const open = findings.filter(({ severity }) => severity === 'unknown');
  if (open.length === 0 || prepared.areRatingsDue === undefined) return false;
  return prepared.areRatingsDue([...new Set(open.map(({ advisoryId }) => advisoryId))].sort());
}

/** Puts the matches of the only subject of a run. `state` is that of the reader which answered. */
export async function putMatches(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  made: Pick<CachedMatches, 'needs' | 'matches'> & { readonly state: string | undefined },
): Promise<void> {
  const slot = matchSlotOf(subjects);
  const { state } = made;
  if (slot === undefined || request.advisories?.prepare === undefined || state === undefined) {
    return;
  }
  const { content } = slot;
  await putJson(slot.store, keyOf(slot, request), () =>
    encodeCachedMatches({ ...made, state, ...(content !== undefined && { content }) }),
  );
}

/** Only single subjects are cached: the code that matches merges the advisories of several. */
function matchSlotOf(subjects: readonly ScannedArtifact[]): MatchCacheSlot | undefined {
  return subjects.length === 1 ? subjects[0]?.matchSlot : undefined;
}

/** Contains every option that selects packages or changes findings; the policy is applied later. */
function keyOf(
  { key }: MatchCacheSlot,
  {
    packageTypes = PACKAGE_TYPES,
    includeDevDependencies = false,
    severitySources,
  }: EvaluationRequest,
): string {
  const types = PACKAGE_TYPES.filter((type) => packageTypes.includes(type));
  return JSON.stringify(['matches', key, types, includeDevDependencies, severitySources ?? []]);
}
