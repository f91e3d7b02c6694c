/**
 * What was matched in an earlier run. It depends on the inventory, on the advisory data and on what was asked, and on no
 * clock. The inventory is known by the key under which the analysis of its artifact is kept, of a folder with the digest
 * of its content besides; what is kept of its matching stands under that key and what was asked, and names the content
 * and the advisory data that it was made from: where either has since become any other, it is made anew and takes the
 * place of the old.
 *
 * Source of the rules: `docs/decisions/0008-layer-cache.md`.
 */

import type { PreparedBase } from '../../advisory/advisory-base.ts';
import type { Context } from '../../base/context.ts';
import { encodeCachedMatches, reviveCachedMatches } from '../../codec/codec.ts';
import type { CachedMatches, Matches } from '../../model/matches.ts';
import { getJson, putJson } from './cached-json.ts';
import {
  PACKAGE_TYPES,
  type ScannedArtifact,
  type EvaluationRequest,
  type MatchCacheSlot,
} from '../request.ts';

/** What earlier runs left for this one. */
export interface MatchCacheResult {
  /** Absent where the base has changed since. */
  readonly matches?: Matches;
  /** The base for what the inventory asks of it. */
  readonly prepared: PreparedBase;
}

/**
 * What was matched of the only subject of a run; `undefined` where nothing is kept of it, or cannot be.
 * @throws AssayError as opening the base does
 */
export async function getMatches(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  context: Context,
): Promise<MatchCacheResult | undefined> {
  const memory = memoryOf(subjects);
  if (memory === undefined || request.advisories?.prepare === undefined) return undefined;
  const kept = await getJson(memory.store, keyOf(memory, request), reviveCachedMatches);
  if (kept === undefined || kept.content !== memory.content) return undefined;
  const prepared = await request.advisories.prepare(kept.needs, context);
  const isSame = prepared.state() === kept.state;
  return isSame && !areRatingsDue(prepared, kept.matches)
    ? { matches: kept.matches, prepared }
    : { prepared };
}

/** What nobody has rated yet may have been rated since. */
function areRatingsDue(prepared: PreparedBase, { findings }: Matches): boolean {
  const open = findings.filter(({ severity }) => severity === 'unknown');
  if (open.length === 0 || prepared.areRatingsDue === undefined) return false;
  return prepared.areRatingsDue([...new Set(open.map(({ advisoryId }) => advisoryId))].sort());
}

/** Keeps what was matched of the only subject of a run. `state` is that of the reader which answered. */
export async function putMatches(
  subjects: readonly ScannedArtifact[],
  request: EvaluationRequest,
  kept: Pick<CachedMatches, 'needs' | 'matches'> & { readonly state: string | undefined },
): Promise<void> {
  const memory = memoryOf(subjects);
  const { state } = kept;
  if (memory === undefined || request.advisories?.prepare === undefined || state === undefined) {
    return;
  }
  const { content } = memory;
  await putJson(memory.store, keyOf(memory, request), () =>
    encodeCachedMatches({ ...kept, state, ...(content !== undefined && { content }) }),
  );
}

/** What several subjects say of one vulnerability is joined by the code that matches. */
function memoryOf(subjects: readonly ScannedArtifact[]): MatchCacheSlot | undefined {
  return subjects.length === 1 ? subjects[0]?.memory : undefined;
}

/** Every option that chooses packages or what is said of them; the policy comes after. */
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
