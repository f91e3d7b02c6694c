/** Merges the records of one vulnerability into one advisory. */

import { compareText } from '../base/compare.ts';
import { appendTo } from '../base/maps.ts';
import type { Advisory, Affected } from '../model/advisory.ts';
import { cvesOf, idsOf, isCve } from './aliases.ts';
import { joinExploited, uniqueRatings } from './facts.ts';

/** What a merged advisory is made from. */
export interface MergeParts {
  /** The id under which findings refer to it. */
  readonly id: string;
  /** Records that speak of packages of the inventory; at least one. */
  readonly records: readonly Advisory[];
  /** Which of the packages that the records name are kept. */
  readonly keeps: (entry: Affected) => boolean;
}

/** The result depends on the set of records alone, not on their order. */
export function mergeAdvisory({ id, records, keeps }: MergeParts): Advisory {
  const all = orderedRecords(id, records);
  const [first] = all;
  if (first === undefined) throw new RangeError(`no record of "${id}"`);
  const details = firstText(all, (record) => record.details);
  const related = unique(all.flatMap((record) => record.related ?? [])).filter((one) => one !== id);
  const [publishedAt] = all.flatMap((record) => record.publishedAt ?? []).sort();
  const [modifiedAt = first.modifiedAt] = all
    .map((record) => record.modifiedAt)
    .sort()
    .reverse();
  const epss = all.flatMap((record) => record.epss ?? []);
  const exploited = joinExploited(all);
  return {
    id,
    aliases: unique(all.flatMap((record) => otherNames(id, record))).sort(),
    ...(related.length === 0 ? {} : { related: related.sort() }),
    summary: firstText(all, (record) => record.summary) ?? '',
    ...(details === undefined ? {} : { details }),
    ratings: uniqueRatings(all.flatMap((record) => record.ratings)),
    affected: uniqueBy(all.flatMap((record) => record.affected).filter(keeps), affectedKey),
    references: unique(all.flatMap((record) => record.references)),
    cwes: unique(all.flatMap((record) => record.cwes)).sort(),
    ...(exploited === undefined ? {} : { exploited }),
    ...(epss.length === 0 ? {} : { epss: Math.max(...epss) }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    modifiedAt,
    feed: first.feed,
  };
}

/**
 * One map of advisories for a report of several artifacts, sorted by id as the parts are: what the parts say under the same id is merged, so that a
 * finding of any artifact finds its packages in `affected`.
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

/** The record of that very id first, then GitHub's reviewed ones, then by id and feed. */
export function orderedRecords(id: string, records: readonly Advisory[]): readonly Advisory[] {
  if (records.length < 2) return records;
  const rank = (record: Advisory): number =>
    record.id === id ? 0 : record.id.startsWith('GHSA-') ? 1 : 2;
  return [...records].sort(
    (a, b) => rank(a) - rank(b) || compareText(a.id, b.id) || compareText(a.feed, b.feed),
  );
}

/**
 * What the vulnerability is called besides. Other CVEs are other vulnerabilities, and the aliases of a record of
 * several CVEs belong to one of them only, nobody knows to which: only its own id stands for each.
 */
function otherNames(id: string, record: Advisory): readonly string[] {
  const names = cvesOf(record).length > 1 ? [record.id] : idsOf(record);
  return names.filter((name) => name !== id && !isCve(name));
}

/** The first text that is not blank; a reader may load texts when they are asked for, so no more than needed are. */
function firstText(
  records: readonly Advisory[],
  textOf: (record: Advisory) => string | undefined,
): string | undefined {
  for (const record of records) {
    const text = textOf(record);
    if (text !== undefined && text.trim() !== '') return text;
  }
  return undefined;
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

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
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
