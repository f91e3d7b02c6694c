/**
 * `--min-age`: which of the digests that a tag had is taken. Age counts from the first sight in the
 * ledger, because registries and images give no date that an attacker does not choose. The newest
 * digest that is old enough is taken, so that a tag that moves each day is followed at a distance.
 */

import type { Sighting } from './sightings.ts';

/** The history of a tag. */
export interface AgedTag {
  /** In the order of first sights; the digest that the tag has now is among them. */
  readonly seen: readonly Sighting[];
  /** The digest in the file. */
  readonly current: string;
  /** The tag's current digest. */
  readonly newest: string;
  readonly minAgeMs: number;
  readonly nowMs: number;
}

/**
 * Returns the digests that may replace the current one, newest first. Digests that were seen before
 * the current one are no update. Digests that were seen after the one that the tag has now were
 * withdrawn: the tag went back.
 */
export function oldEnough(tag: AgedTag): readonly string[] {
  const { seen, current, newest, minAgeMs, nowMs } = tag;
  const firstSeen = new Map(seen.map(({ digest, firstSeenAt }) => [digest, firstSeenAt]));
  const since = firstSeen.get(current) ?? Number.NEGATIVE_INFINITY;
  const until = firstSeen.get(newest) ?? Number.POSITIVE_INFINITY;
  return seen
    .filter(
      ({ digest, firstSeenAt }) =>
        digest !== current &&
        firstSeenAt > since &&
        (firstSeenAt < until || digest === newest) &&
        nowMs - firstSeenAt >= minAgeMs,
    )
    .map(({ digest }) => digest)
    .reverse();
}

/** Returns when the newest digest is old enough, in milliseconds since the Unix epoch. */
export function ripeAt({ seen, newest, minAgeMs, nowMs }: AgedTag): number {
  const sighting = seen.find(({ digest }) => digest === newest);
  return (sighting?.firstSeenAt ?? nowMs) + minAgeMs;
}
