/**
 * How a block file writes what an advisory says of one package: compact JSON, short keys, nothing that is empty.
 *
 * An entry holds all that matching and policy need. Summary, details and references stand apart, under the entry's
 * text number, because only what is printed needs them.
 */

import type {
  Advisory,
  Affected,
  AffectedStatus,
  Rating,
  VersionRange,
} from '../../model/advisory.ts';
import type { AdvisoryNeed } from '../../model/advisory.ts';
import { SEVERITIES, severityRank } from '../../model/severity.ts';

/** Positions are written into files: only ever append. */
const STATUSES: readonly AffectedStatus[] = [
  'affected',
  'fixed',
  'notAffected',
  'willNotFix',
  'deferred',
  'endOfLife',
  'unimportant',
  'underInvestigation',
];

/** Texts of an advisory, read only for what is printed. */
export interface AdvisoryText {
  readonly summary: string;
  readonly details?: string;
  readonly references: readonly string[];
}

/** An advisory without its texts; its `affected` speaks of one package only. */
export type Entry = Omit<Advisory, 'summary' | 'details' | 'references' | 'feed'> & {
  readonly textNumber: number;
  readonly hasDetails: boolean;
};

/** `affected` are those of the advisory that speak of one package. */
export function encodeEntry(
  advisory: Advisory,
  affected: readonly Affected[],
  textNumber: number,
): string {
  const { exploited } = advisory;
  return JSON.stringify({
    i: advisory.id,
    t: textNumber,
    d: advisory.details === undefined ? undefined : 1,
    a: affected.map(encodeAffected),
    l: unlessEmpty(advisory.aliases),
    e: unlessEmpty(advisory.related ?? []),
    r: unlessEmpty(advisory.ratings.map(encodeRating)),
    w: unlessEmpty(advisory.cwes),
    p: advisory.publishedAt,
    m: advisory.modifiedAt === '' ? undefined : advisory.modifiedAt,
    x: advisory.withdrawnAt,
    k: exploited === undefined ? undefined : [exploited.since, exploited.ransomware ? 1 : 0],
    s: advisory.epss,
  });
}

export function encodeText(advisory: Advisory): string {
  return JSON.stringify([
    advisory.id,
    advisory.summary,
    advisory.details ?? 0,
    ...advisory.references,
  ]);
}

/** `undefined` where it is no text as {@link encodeText} writes it. */
export function decodeText(json: string): (AdvisoryText & { readonly id: string }) | undefined {
  const [id, summary, details, ...references] = arrayOf(parse(json));
  if (typeof id !== 'string' || typeof summary !== 'string') return undefined;
  return {
    id,
    summary,
    ...(typeof details === 'string' ? { details } : {}),
    references: stringsOf(references),
  };
}

/**
 * The entries of one package. Dates that the publisher does not give are those of the data that it stands in.
 * `undefined` where it is no list of entries.
 */
export function decodeEntries(
  json: string,
  need: AdvisoryNeed,
  name: string,
  dataAt: string,
): readonly Entry[] | undefined {
  const rows = parse(json);
  if (!Array.isArray(rows)) return undefined;
  const entries: Entry[] = [];
  for (const row of rows as readonly unknown[]) {
    const entry = decodeEntry(row, need, name, dataAt);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

function decodeEntry(
  row: unknown,
  need: AdvisoryNeed,
  name: string,
  dataAt: string,
): Entry | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const fields = row as Readonly<Record<string, unknown>>;
  const { i: id, t: textNumber } = fields;
  if (typeof id !== 'string' || typeof textNumber !== 'number') return undefined;
  return {
    id,
    textNumber,
    hasDetails: fields['d'] === 1,
    aliases: stringsOf(fields['l']),
    ...optional('related', nonEmpty(stringsOf(fields['e']))),
    ratings: arrayOf(fields['r']).map(decodeRating),
    affected: arrayOf(fields['a']).map((value) => decodeAffected(value, need, name)),
    cwes: stringsOf(fields['w']),
    ...optional('exploited', decodeExploited(fields['k'])),
    ...optional('epss', typeof fields['s'] === 'number' ? fields['s'] : undefined),
    ...optional('publishedAt', stringOf(fields['p'])),
    modifiedAt: stringOf(fields['m']) ?? dataAt,
    ...optional('withdrawnAt', stringOf(fields['x'])),
  };
}

function encodeAffected(affected: Affected): unknown {
  const { ranges, versions, ratings, qualifiers } = affected;
  return trimmed([
    STATUSES.indexOf(affected.status),
    unlessEmpty(ranges.map(encodeRange)),
    unlessEmpty(versions),
    unlessEmpty(ratings.map(encodeRating)),
    qualifiers === undefined ? undefined : [...qualifiers],
  ]);
}

function decodeAffected(value: unknown, need: AdvisoryNeed, name: string): Affected {
  const [status, ranges, versions, ratings, qualifiers] = arrayOf(value);
  return {
    ecosystem: need.ecosystem,
    ...optional('release', need.release),
    name,
    ranges: arrayOf(ranges).map(decodeRange),
    versions: stringsOf(versions),
    status: STATUSES[Number(status)] ?? 'affected',
    ratings: arrayOf(ratings).map(decodeRating),
    ...(Array.isArray(qualifiers) ? { qualifiers: decodeQualifiers(qualifiers) } : {}),
  };
}

function encodeRange(range: VersionRange): unknown {
  return trimmed([range.introduced, range.fixed, range.lastAffected, range.limit]);
}

function decodeRange(value: unknown): VersionRange {
  const [introduced, fixed, lastAffected, limit] = arrayOf(value);
  return {
    introduced: stringOf(introduced) ?? '0',
    ...optional('fixed', stringOf(fixed)),
    ...optional('lastAffected', stringOf(lastAffected)),
    ...optional('limit', stringOf(limit)),
  };
}

function encodeRating(rating: Rating): unknown {
  return trimmed([rating.by, severityRank(rating.severity), rating.vector, rating.score]);
}

function decodeRating(value: unknown): Rating {
  const [by, rank, vector, score] = arrayOf(value);
  return {
    by: stringOf(by) ?? '',
    severity: SEVERITIES[Number(rank)] ?? 'unknown',
    ...optional('vector', stringOf(vector)),
    ...optional('score', typeof score === 'number' ? score : undefined),
  };
}

function decodeQualifiers(pairs: readonly unknown[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const [key, value] = arrayOf(pair);
      return [stringOf(key) ?? '', stringOf(value) ?? ''];
    }),
  );
}

function decodeExploited(value: unknown): Advisory['exploited'] {
  const [since, ransomware] = arrayOf(value);
  return typeof since === 'string' ? { since, ransomware: ransomware === 1 } : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Without the absent values at its end; absent ones within become 0, which is shorter than null. */
function trimmed(values: readonly unknown[]): readonly unknown[] {
  const last = values.findLastIndex((value) => value !== undefined);
  return values.slice(0, last + 1).map((value) => value ?? 0);
}

function unlessEmpty<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values;
}

function nonEmpty(values: readonly string[]): readonly string[] | undefined {
  return unlessEmpty(values);
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function stringsOf(value: unknown): readonly string[] {
  return arrayOf(value).filter((item) => typeof item === 'string');
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A property that is there only where it has a value. */
function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]: V });
}
