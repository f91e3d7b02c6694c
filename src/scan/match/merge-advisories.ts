/** Merges the records of one vulnerability into one advisory. */

import { compareText } from '../../core/base/compare.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { Advisory, Affected, Rating } from '../../core/model/advisory/advisory.ts';
import { cvesOf, idsOf, isCve } from './aliases.ts';
import { firstText, joinExploited, uniqueRatings } from './facts.ts';

/** The parts of a merged advisory. */
export interface MergeParts {
  /** The id under which findings refer to it. */
  readonly id: string;
  /** Records that speak of packages of the inventory; at least one. */
  readonly records: readonly Advisory[];
  /** Returns whether a package that the records name is retained. */
  readonly keeps: (entry: Affected) => boolean;
}

/** Merges records; the result depends on the set of records alone, not on their order. */
export function mergeAdvisory({ id, records, keeps }: MergeParts): Advisory {
  const all = orderedRecords(id, records);
  const [first] = all;
  if (first === undefined) throw new RangeError(`no record of "${id}"`);
  const { related, ...lists } = mergeLists(id, all, keeps);
  const details = firstText(all, (record) => record.details);
  const exploited = joinExploited(all);
  let { modifiedAt, publishedAt, epss } = first;
  for (const record of all) {
    if (record.modifiedAt > modifiedAt) ({ modifiedAt } = record);
    publishedAt = lower(publishedAt, record.publishedAt);
    if (record.epss !== undefined) epss = Math.max(epss ?? 0, record.epss);
  }
  return {
    id,
    aliases: lists.aliases,
    ...(related.length > 0 && { related }),
    summary: firstText(all, (record) => record.summary) ?? '',
    ...(details !== undefined && { details }),
    ratings: lists.ratings,
    affected: lists.affected,
    references: lists.references,
    cwes: lists.cwes,
    ...(exploited !== undefined && { exploited }),
    ...(epss !== undefined && { epss }),
    ...(publishedAt !== undefined && { publishedAt }),
    modifiedAt,
    feed: first.feed,
  };
}

/** Returns the lists of a merged advisory; no item occurs twice. */
function mergeLists(
  id: string,
  records: readonly Advisory[],
  keeps: MergeParts['keeps'],
): Required<
  Pick<Advisory, 'aliases' | 'related' | 'ratings' | 'affected' | 'references' | 'cwes'>
> {
  const ratings: Rating[] = [];
  const affected: Affected[] = [];
  const aliases = new Set<string>();
  const related = new Set<string>();
  const references = new Set<string>();
  const cwes = new Set<string>();
  for (const record of records) {
    for (const name of otherNames(id, record)) aliases.add(name);
    for (const other of record.related ?? []) if (other !== id) related.add(other);
    for (const rating of record.ratings) ratings.push(rating);
    for (const entry of record.affected) if (keeps(entry)) affected.push(entry);
    for (const reference of record.references) references.add(reference);
    for (const cwe of record.cwes) cwes.add(cwe);
  }
  return {
    aliases: [...aliases].sort(),
    related: [...related].sort(),
    ratings: uniqueRatings(ratings),
    affected: uniqueBy(affected, affectedKey),
    references: [...references],
    cwes: [...cwes].sort(),
  };
}

/**
 * Returns one map of advisories for a report of several artifacts, sorted by id as the parts are.
 * Advisories of several parts under one id are merged, so that `affected` lists the packages of all
 * artifacts.
 */
export function joinAdvisories(
  parts: Iterable<ReadonlyMap<string, Advisory>>,
): ReadonlyMap<string, Advisory> {
  const all = [...parts];
  const [first] = all;
  if (first !== undefined && all.length === 1) return first;
  const byId = new Map<string, Advisory[]>();
  for (const part of all) for (const [id, advisory] of part) appendTo(byId, id, advisory);
  const joined = new Map<string, Advisory>();
  for (const id of [...byId.keys()].sort()) {
    const records = byId.get(id) ?? [];
    const [only] = records;
    joined.set(
      id,
      records.length === 1 && only !== undefined
        ? only
        : mergeAdvisory({ id, records, keeps: () => true }),
    );
  }
  return joined;
}

/** Returns the record of that very id first, then GitHub's reviewed ones, then by id and feed. */
export function orderedRecords(id: string, records: readonly Advisory[]): readonly Advisory[] {
  if (records.length < 2) return records;
  const rank = (record: Advisory): number =>
    record.id === id ? 0 : record.id.startsWith('GHSA-') ? 1 : 2;
  return [...records].sort(
    (a, b) => rank(a) - rank(b) || compareText(a.id, b.id) || compareText(a.feed, b.feed),
  );
}

/**
 * Returns the other names of the vulnerability. Other CVEs are other vulnerabilities, and the
 * aliases of a record of several CVEs belong to one unknown CVE only: only the record's own id
 * stands for each.
 */
function otherNames(id: string, record: Advisory): readonly string[] {
  const names = cvesOf(record).length > 1 ? [record.id] : idsOf(record);
  return names.filter((name) => name !== id && !isCve(name));
}

/** Returns the lower of two texts; one that is absent does not count. */
function lower(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

function affectedKey(entry: Affected): string {
  const { ecosystem, release, name, ranges, versions, status, qualifiers } = entry;
  return JSON.stringify([
    ecosystem,
    release,
    name,
    ranges,
    versions,
    status,
    [...(qualifiers ?? [])],
  ]);
}

function uniqueBy<T>(values: readonly T[], keyOf: (value: T) => string): readonly T[] {
  if (values.length < 2) return values;
  const byKey = new Map<string, T>();
  for (const value of values) {
    const key = keyOf(value);
    if (!byKey.has(key)) byKey.set(key, value);
  }
  return [...byKey.values()];
}
