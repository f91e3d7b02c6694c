/**
 * The data of vulnerability feeds by CVE id (CVE records, NVD, KEV, EPSS), joined to the advisories
 * of packages.
 */

import { compareText } from '../../core/base/compare.ts';
import type {
  Advisory,
  AdvisoryReader,
  Rating,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';

/** By id; those that nothing is known of are left out. */
export type FactsById = ReadonlyMap<string, readonly VulnerabilityFacts[]>;

/**
 * Returns the facts of vulnerabilities, looked up in the order of ids, which is the order of a
 * stored base.
 */
export function factsByVulnerability(ids: Iterable<string>, advisories: AdvisoryReader): FactsById {
  const byId = new Map<string, readonly VulnerabilityFacts[]>();
  for (const id of [...new Set(ids)].sort()) {
    const facts = advisories.facts(id);
    if (facts.length > 0) byId.set(id, facts);
  }
  return byId;
}

/** Sources in the order in which their texts are used: the assigner of the id, then NVD. */
const BY_TEXT: readonly string[] = ['cve', 'nvd'];

/**
 * Returns the advisory with the facts of its vulnerability. Its own texts and date stay; ratings,
 * references and weaknesses are added to its own. The order of the facts does not matter.
 */
export function withFacts(advisory: Advisory, facts: readonly VulnerabilityFacts[]): Advisory {
  if (facts.length === 0) return advisory;
  const ordered = [...facts].sort(
    (a, b) => textRank(a) - textRank(b) || compareText(a.feed, b.feed),
  );
  const summary = firstText([advisory, ...ordered], (row) => row.summary);
  const details = firstText([advisory, ...ordered], (row) => row.details);
  const publishedAt = advisory.publishedAt ?? ordered.flatMap((row) => row.publishedAt ?? [])[0];
  const exploited = joinExploited([advisory, ...ordered]);
  const epss = [advisory, ...ordered].flatMap((row) => row.epss ?? []);
  return {
    ...advisory,
    summary: summary ?? '',
    ...(details !== undefined && { details }),
    ratings: uniqueRatings([...advisory.ratings, ...ordered.flatMap((row) => row.ratings)]),
    references: union(
      advisory.references,
      ordered.map((row) => row.references),
    ),
    cwes: union(
      advisory.cwes,
      ordered.map((row) => row.cwes),
    ).sort(),
    ...(exploited !== undefined && { exploited }),
    ...(epss.length > 0 && { epss: Math.max(...epss) }),
    ...(publishedAt !== undefined && { publishedAt }),
  };
}

/** Returns the earliest date of exploitation that any part gives. */
export function joinExploited(
  parts: readonly Pick<Advisory, 'exploited'>[],
): Advisory['exploited'] {
  let since: string | undefined;
  let hasRansomware = false;
  for (const { exploited } of parts) {
    if (exploited === undefined) continue;
    if (since === undefined || exploited.since < since) ({ since } = exploited);
    hasRansomware ||= exploited.ransomware;
  }
  return since === undefined ? undefined : { since, ransomware: hasRansomware };
}

/** Returns each rating once, in the order given. */
export function uniqueRatings(ratings: readonly Rating[]): readonly Rating[] {
  if (ratings.length < 2) return ratings;
  const key = ({ by, severity, vector, score }: Rating): string =>
    JSON.stringify([by, severity, vector, score]);
  const unique = new Map<string, Rating>();
  for (const rating of ratings) {
    const own = key(rating);
    if (!unique.has(own)) unique.set(own, rating);
  }
  return [...unique.values()];
}

function textRank({ feed }: VulnerabilityFacts): number {
  const rank = BY_TEXT.indexOf(feed);
  return rank === -1 ? BY_TEXT.length : rank;
}

type Texts = Pick<VulnerabilityFacts, 'summary' | 'details'>;

/**
 * Returns the first text that is not blank. Texts may be read when they are asked for, so those
 * behind it are not.
 */
export function firstText(
  rows: readonly Texts[],
  textOf: (row: Texts) => string | undefined,
): string | undefined {
  for (const row of rows) {
    const text = textOf(row);
    if (text !== undefined && text.trim() !== '') return text;
  }
  return undefined;
}

function union(own: readonly string[], others: readonly (readonly string[])[]): string[] {
  return [...new Set([...own, ...others.flat()])];
}
