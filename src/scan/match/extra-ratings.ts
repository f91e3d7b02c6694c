/**
 * Ratings beside those of the records that name a package: of other records, and whether any source
 * was asked.
 */

import type {
  AdvisoryReader,
  Rating,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';
import type { FactsById } from './facts.ts';

/** Ratings by the id of the vulnerability. */
export type RatingsById = ReadonlyMap<string, readonly Rating[]>;

/** Feeds that rate every vulnerability with a CVE id. */
const SOURCES: readonly string[] = ['cve', 'nvd'];

/** Returns whether a rating has more than a word. */
export function hasScore({ vector, score, severity }: Rating): boolean {
  return severity !== 'unknown' && (vector ?? score) !== undefined;
}

/** Returns the facts with the ratings that other records lend. */
export function withExtraRatings(facts: FactsById, elsewhere: RatingsById): FactsById {
  if (elsewhere.size === 0) return facts;
  const all = new Map(facts);
  for (const [id, ratings] of elsewhere) all.set(id, [...(facts.get(id) ?? []), lent(id, ratings)]);
  return all;
}

/** Returns facts of lent ratings, whose feed sorts behind all that have texts. */
function lent(id: string, ratings: readonly Rating[]): VulnerabilityFacts {
  return { id, feed: 'elsewhere', summary: '', ratings, references: [], cwes: [] };
}

/** Answers whether no source of ratings has answered for an id. */
export function createRatingGapCheck(reader: AdvisoryReader): (id: string) => boolean {
  if (reader.hasRatingSource !== undefined) return (id) => reader.hasRatingSource?.(id) !== true;
  const isAnyLoaded = reader.factsCoverage().some(({ feed }) => SOURCES.includes(feed));
  return () => !isAnyLoaded;
}

/**
 * Returns whether what a source answers settles a severity, so that no further one has to be asked:
 * a rating by one of `sources` (`--vuln-severity-source`) where these name the CNA, CISA or NVD,
 * else by any; with `needsScore` a score.
 */
export function settlesSeverity(
  ratings: readonly Rating[],
  sources: readonly string[],
  needsScore: boolean,
): boolean {
  const asked = sources.filter((source) => JUDGES.includes(source));
  return ratings.some(
    (rating) =>
      rating.severity !== 'unknown' &&
      (asked.length === 0 || asked.includes(rating.by)) &&
      (!needsScore || hasScore(rating)),
  );
}

const JUDGES: readonly string[] = ['cna', 'cisa', 'nvd'];
