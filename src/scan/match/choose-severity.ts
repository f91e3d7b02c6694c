/** The choice of the displayed severity. */

import type { Advisory, Affected, Rating, Severity } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { severityRank } from '../../core/model/severity/severity.ts';

/** One record's statement on a package, and the record it stands in. */
export interface SeverityStatement {
  readonly record: Advisory;
  readonly entries: readonly Affected[];
}

/** The severity of a finding and the source that rated it. */
export interface ChosenSeverity {
  readonly severity: Severity;
  /** The source of the severity; `none` if it is unrated. */
  readonly by: string;
  /** Whether a rating of the CVE list or of NVD would not be shown in its place. */
  readonly isSettled: boolean;
}

const UNRATED: ChosenSeverity = { severity: 'unknown', by: 'none', isSettled: false };

/**
 * Sources in order of trust, for choosing between a record's own vector and its own word: the
 * assigner of the id, then reviewers of all ids.
 */
const JUDGES: readonly string[] = ['cna', 'cisa', 'nvd'];

/** Raters whose word is never a distribution's own triage. */
const OF_NO_DISTRIBUTION: readonly string[] = [...JUDGES, 'ghsa'];

/**
 * Chooses the severity that is shown. The order is described in `docs/severity.md`:
 *
 * 1. the first of `sources` (`--vuln-severity-source`) with a rating; `debian` also means `debian-tracker`. `auto` and
 *    the end of the list stand for the default order, because a finding of unknown severity passes most gates
 * 2. a distribution's own triage of its package, where all its words are `low` (`unimportant`, `negligible`)
 * 3. a score of the publisher itself, of this package, then of its record as a whole
 * 4. a score of the CNA, CISA or NVD, else a word of one of them
 * 5. the publisher's own word
 * 6. the ratings of everybody else: the highest score, else the highest word
 *
 * Of one source a score comes before a word, and a score of a newer CVSS before one of an older.
 * Only of distributions that are asked for by name the word comes first: it rates the flaw in their
 * builds, and the vector rates it anywhere.
 */
export function chooseSeverity(
  statements: readonly SeverityStatement[],
  merged: Advisory,
  sources: readonly string[],
): ChosenSeverity {
  const ofEntries = statements.flatMap(entryRatings);
  const ofRecords = statements.flatMap(ownRatings);
  const own = [...newestFirst(ofEntries), ...newestFirst(ofRecords)].filter(isRated);
  const all = [...own, ...newestFirst(merged.ratings).filter(isRated)];
  const asked = askedFor(all, sources);
  if (asked !== undefined) return settled(asked);
  const lowered = triageOf(statements);
  if (lowered !== undefined) return settled(lowered);
  const judged = JUDGES.flatMap((judge) => all.find(({ by }) => by === judge) ?? []);
  const first = own.find(isScored) ?? judged.find(isScored) ?? judged[0];
  const wantsJudge = untilAuto(sources).some((source) => JUDGES.includes(source));
  if (first !== undefined) return { ...settled(first), isSettled: !wantsJudge };
  const other = own[0] ?? highest(all);
  return other === undefined ? UNRATED : { ...settled(other), isSettled: false };
}

function askedFor(all: readonly Rating[], sources: readonly string[]): Rating | undefined {
  for (const source of untilAuto(sources)) {
    const rated = all.filter(({ by }) => by === source || by.startsWith(`${source}-`));
    const word = isSystem(source) ? rated.find((one) => !isScored(one)) : undefined;
    const rating = word ?? rated[0];
    if (rating !== undefined) return rating;
  }
  return undefined;
}

function untilAuto(sources: readonly string[]): readonly string[] {
  const end = sources.indexOf('auto');
  return end === -1 ? sources : sources.slice(0, end);
}

/** Feeds that gather records of many publishers, or the user's own. */
const GATHERING: readonly string[] = ['osv', 'user'];

/**
 * Returns the ratings of a record's own publisher: the feed of a distribution carries those that
 * other feeds lend it as well.
 */
function ownRatings({ record, entries }: SeverityStatement): readonly Rating[] {
  const { feed, ratings } = record;
  if (GATHERING.includes(feed) || !isAboutSystem(entries)) return ratings;
  return ratings.filter(({ by }) => by === feed);
}

function isAboutSystem(entries: readonly Affected[]): boolean {
  return entries.some(({ ecosystem }) => ECOSYSTEMS[ecosystem].kind === 'os');
}

/** Returns the ratings of the package itself. */
function entryRatings({ entries }: SeverityStatement): readonly Rating[] {
  return entries.flatMap(({ ratings }) => ratings);
}

/**
 * Returns the word with which a distribution lowers an issue in its own package; one that is higher
 * takes it back.
 */
function triageOf(statements: readonly SeverityStatement[]): Rating | undefined {
  let triage: Rating | undefined;
  for (const statement of statements) {
    if (!isAboutSystem(statement.entries)) continue;
    for (const rating of [...entryRatings(statement), ...ownRatings(statement)]) {
      if (!isRated(rating) || isScored(rating) || OF_NO_DISTRIBUTION.includes(rating.by)) continue;
      if (rating.severity !== 'low') return undefined;
      triage ??= rating;
    }
  }
  return triage;
}

/** Returns the most severe score, else the most severe word; the first of equals. */
function highest(ratings: readonly Rating[]): Rating | undefined {
  const scored = ratings.filter(isScored);
  const candidates = scored.length > 0 ? scored : ratings;
  return candidates.reduce<Rating | undefined>(
    (best, one) =>
      best !== undefined && severityRank(best.severity) >= severityRank(one.severity) ? best : one,
    undefined,
  );
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

/** Returns scores by the version of CVSS, newest first, then words; equals in their order. */
function newestFirst(ratings: readonly Rating[]): readonly Rating[] {
  return [...ratings].sort((a, b) => cvssRank(b) - cvssRank(a));
}

const VERSION = /^CVSS:(?<major>[34])\.(?<minor>\d)/;

/** Returns the rank: 0 for a word; a vector without a prefix is one of CVSS 2. */
function cvssRank(rating: Rating): number {
  if (!isScored(rating)) return 0;
  const { major, minor } = VERSION.exec(rating.vector ?? '')?.groups ?? {};
  return major === undefined ? 20 : Number(major) * 10 + Number(minor);
}

function settled(rating: Rating): ChosenSeverity {
  return { severity: rating.severity, by: rating.by, isSettled: true };
}
