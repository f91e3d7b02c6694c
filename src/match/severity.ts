/** Whose word on the severity is shown. */

import type { Advisory, Affected, Rating, Severity } from '../model/advisory.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS } from '../model/ecosystem.ts';

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

/** Who is believed between a record's own vector and its own word: who assigned the id, then who reviews all of them. */
const JUDGES: readonly string[] = ['cna', 'cisa', 'nvd'];

/**
 * With `sources` (`--vuln-severity-source`) the first of them that rated it; `debian` also means `debian-tracker`, and
 * `auto` the default order, which is used in any case when none of them rated it, because a finding of unknown
 * severity passes most gates.
 *
 * Default order: a score of the publisher itself (of this package, then of its record as a whole), the CNA's rating,
 * CISA's, NVD's, the publisher's own word, then everybody else. So a vector wins over the word beside it, as in records
 * of GitHub: the word was set by hand once, the vector can be computed again. Of one source a score comes before a word, and a score
 * of a newer CVSS before one of an older. Only of distributions that are asked for by name the word comes first: it says
 * how bad the flaw is in their builds, and the vector how bad it is anywhere.
 */
export function chooseSeverity(
  statements: readonly Statement[],
  merged: Advisory,
  sources: readonly string[],
): ChosenSeverity {
  const ofEntries = statements.flatMap(({ entries }) => entries.flatMap((e) => e.ratings));
  const ofRecords = statements.flatMap(({ record }) => record.ratings);
  const own = [...newestFirst(ofEntries), ...newestFirst(ofRecords)];
  const all = [...own, ...newestFirst(merged.ratings)].filter(isRated);
  for (const source of sources) {
    if (source === 'auto') break;
    const rated = all.filter(({ by }) => by === source || by.startsWith(`${source}-`));
    const word = isSystem(source) ? rated.find((one) => !isScored(one)) : undefined;
    const rating = word ?? rated[0];
    if (rating !== undefined) return chosen(rating);
  }
  const judged = JUDGES.map((judge) => all.find(({ by }) => by === judge));
  const order = [own.filter(isRated).find(isScored), ...judged, all[0]];
  const first = order.find((rating) => rating !== undefined);
  return first === undefined ? UNRATED : chosen(first);
}

function isSystem(source: string): boolean {
  return ECOSYSTEM_IDS.some((id) => id === source && ECOSYSTEMS[id].kind === 'os');
}

function isRated(rating: Rating): boolean {
  return rating.severity !== 'unknown';
}

function isScored(rating: Rating): boolean {
  return rating.vector !== undefined || rating.score !== undefined;
}

/** Scores by the version of CVSS, newest first, then words; equals in their order. */
function newestFirst(ratings: readonly Rating[]): readonly Rating[] {
  return [...ratings].sort((a, b) => cvssRank(b) - cvssRank(a));
}

const VERSION = /^CVSS:(?<major>[34])\.(?<minor>\d)/;

/** 0 for a word; a vector without a prefix is one of CVSS 2. */
function cvssRank(rating: Rating): number {
  if (!isScored(rating)) return 0;
  const { major, minor } = VERSION.exec(rating.vector ?? '')?.groups ?? {};
  return major === undefined ? 20 : Number(major) * 10 + Number(minor);
}

function chosen(rating: Rating): ChosenSeverity {
  return { severity: rating.severity, by: rating.by };
}
