/** Whose word on the severity is shown. */

import type { Advisory, Affected, Rating, Severity } from '../model/advisory.ts';

/** One record's statement on a package, and the record it stands in. */
export interface Statement {
  readonly record: Advisory;
  readonly entries: readonly Affected[];
}

export interface ChosenSeverity {
  readonly severity: Severity;
  /** Who said it; `none` where nobody rated. */
  readonly by: string;
}

const UNRATED: ChosenSeverity = { severity: 'unknown', by: 'none' };

/**
 * With `sources` (`--vuln-severity-source`) the first of them that rated it; `debian` also means `debian-tracker`, and
 * `auto` the default order, which is used in any case when none of them rated it, because a finding of unknown
 * severity passes most gates.
 *
 * Default order: what the publisher says of this package (a distribution's urgency for its own release), then its
 * record as a whole, then everybody else; in each, a scored rating before a bare word.
 */
export function chooseSeverity(
  statements: readonly Statement[],
  merged: Advisory,
  sources: readonly string[],
): ChosenSeverity {
  const entryRatings = statements.flatMap(({ entries }) => entries.flatMap((e) => e.ratings));
  const recordRatings = statements.flatMap(({ record }) => record.ratings);
  const groups = [entryRatings, recordRatings, merged.ratings];
  const ratings = groups.flatMap(scoredFirst).filter((rating) => rating.severity !== 'unknown');
  for (const source of sources) {
    if (source === 'auto') break;
    const rating = ratings.find(({ by }) => by === source || by.startsWith(`${source}-`));
    if (rating !== undefined) return chosen(rating);
  }
  const [first] = ratings;
  return first === undefined ? UNRATED : chosen(first);
}

function scoredFirst(ratings: readonly Rating[]): readonly Rating[] {
  const isScored = (rating: Rating): boolean =>
    rating.vector !== undefined || rating.score !== undefined;
  return [...ratings.filter(isScored), ...ratings.filter((rating) => !isScored(rating))];
}

function chosen(rating: Rating): ChosenSeverity {
  return { severity: rating.severity, by: rating.by };
}
