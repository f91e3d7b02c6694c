/**
 * The encoding of an advisory's statement about one package in a block file: compact JSON with
 * short keys and no empty values.
 *
 * An entry holds all that matching and policy need. Summary, details and references stand apart,
 * under the entry's text number, because only what is printed needs them.
 */

import type {
  Advisory,
  AdvisoryNeed,
  Affected,
  AffectedStatus,
  Rating,
  VersionRange,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';
import { SEVERITIES, severityRank } from '../../core/model/severity/severity.ts';

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

/** An entry as parsed; what only some need is decoded when asked for. */
export interface AdvisoryEntry {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly related: readonly string[];
  /** {@link NO_TEXT} where it has none. */
  readonly textNumber: number;
  readonly hasDetails: boolean;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** An advisory without its texts; its `affected` names one package only. */
export type EntryFacts = Omit<Advisory, 'summary' | 'details' | 'references' | 'feed'>;

/** Facts by id, without their texts. */
export type IdFacts = Omit<VulnerabilityFacts, 'summary' | 'details' | 'references' | 'feed'>;

/** Text number of an entry without texts. */
export const NO_TEXT = -1;

/** Encodes an entry. `affected` are the statements of the advisory about one package. */
export function encodeEntry(
  advisory: Advisory,
  affected: readonly Affected[],
  textNumber: number,
): string {
  return JSON.stringify({
    i: advisory.id,
    t: textNumber,
    d: advisory.details === undefined ? undefined : 1,
    a: affected.map(encodeAffected),
    l: unlessEmpty(advisory.aliases),
    e: unlessEmpty(advisory.related ?? []),
    ...encodeShared(advisory),
  });
}

/** Returns an entry of facts by id, of the same form. */
export function encodeFacts(facts: VulnerabilityFacts, textNumber: number): string {
  return JSON.stringify({
    i: facts.id,
    t: textNumber === NO_TEXT ? undefined : textNumber,
    d: facts.details === undefined ? undefined : 1,
    ...encodeShared(facts),
  });
}

/** Returns the key of a text: numbers of equal length sort as text. */
export function textKey(textNumber: number): string {
  return textNumber.toString(36).padStart(7, '0');
}

function encodeShared(facts: Advisory | VulnerabilityFacts): Readonly<Record<string, unknown>> {
  const { exploited, modifiedAt } = facts;
  return {
    r: unlessEmpty(facts.ratings.map(encodeRating)),
    w: unlessEmpty(facts.cwes),
    p: facts.publishedAt,
    m: modifiedAt === '' ? undefined : modifiedAt,
    x: facts.withdrawnAt,
    k: exploited === undefined ? undefined : [exploited.since, exploited.ransomware ? 1 : 0],
    s: facts.epss,
  };
}

/** Returns whether there is anything that {@link encodeText} would keep. */
export function hasText({ summary, details, references }: AdvisoryText): boolean {
  return summary !== '' || details !== undefined || references.length > 0;
}

/** Serializes the texts of an advisory. */
export function encodeText(text: AdvisoryText & { readonly id: string }): string {
  return JSON.stringify([text.id, text.summary, text.details ?? 0, ...text.references]);
}

/** Returns `undefined` where it is not text as {@link encodeText} writes it. */
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

/** Returns the entries of one package; `undefined` where it is not a list of entries. */
export function decodeEntries(json: string): readonly AdvisoryEntry[] | undefined {
  const rows = parse(json);
  if (!Array.isArray(rows)) return undefined;
  const entries: AdvisoryEntry[] = [];
  for (const row of rows as readonly unknown[]) {
    if (typeof row !== 'object' || row === null) return undefined;
    const fields = row as Readonly<Record<string, unknown>>;
    const { i: id, t: textNumber = NO_TEXT } = fields;
    if (typeof id !== 'string' || typeof textNumber !== 'number') return undefined;
    entries.push({
      id,
      aliases: stringsOf(fields['l']),
      related: stringsOf(fields['e']),
      textNumber,
      hasDetails: fields['d'] === 1,
      fields,
    });
  }
  return entries;
}

/**
 * Returns the facts in the entry of the package `name`. A modification date that the publisher does
 * not give is `dataAt`, the date of the data that it stands in.
 */
export function decodeFacts(
  entry: AdvisoryEntry,
  need: AdvisoryNeed,
  name: string,
  dataAt: string,
): EntryFacts {
  const { fields } = entry;
  const facts: Mutable<EntryFacts> = {
    id: entry.id,
    aliases: entry.aliases,
    ratings: decodeRatings(fields['r']),
    affected: arrayOf(fields['a']).map((value) => decodeAffected(value, need, name)),
    cwes: stringsOf(fields['w']),
    modifiedAt: stringOf(fields['m']) ?? dataAt,
  };
  if (entry.related.length > 0) facts.related = entry.related;
  decodeOptional(fields, facts);
  return facts;
}

/** Returns the facts in an entry of {@link encodeFacts}. */
export function decodeIdFacts({ id, fields }: AdvisoryEntry): IdFacts {
  const facts: Mutable<IdFacts> = {
    id,
    ratings: decodeRatings(fields['r']),
    cwes: stringsOf(fields['w']),
  };
  const modifiedAt = stringOf(fields['m']);
  if (modifiedAt !== undefined) facts.modifiedAt = modifiedAt;
  decodeOptional(fields, facts);
  return facts;
}

function decodeOptional(
  fields: AdvisoryEntry['fields'],
  facts: Mutable<Pick<EntryFacts, 'publishedAt' | 'withdrawnAt' | 'exploited' | 'epss'>>,
): void {
  const publishedAt = stringOf(fields['p']);
  if (publishedAt !== undefined) facts.publishedAt = publishedAt;
  const withdrawnAt = stringOf(fields['x']);
  if (withdrawnAt !== undefined) facts.withdrawnAt = withdrawnAt;
  const exploited = decodeExploited(fields['k']);
  if (exploited !== undefined) facts.exploited = exploited;
  if (typeof fields['s'] === 'number') facts.epss = fields['s'];
}

/** Returns all ratings of an entry: those of the record, then those of its packages. */
export function decodeAllRatings({ fields }: AdvisoryEntry): readonly Rating[] {
  const ofPackages = arrayOf(fields['a']).flatMap((value) => decodeRatings(arrayOf(value)[3]));
  return [...decodeRatings(fields['r']), ...ofPackages];
}

/**
 * Objects under construction: assigning is several times faster than spreading, and look-ups build
 * thousands.
 */
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

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
  const affected: Mutable<Affected> = {
    ecosystem: need.ecosystem,
    name,
    ranges: arrayOf(ranges).map(decodeRange),
    versions: stringsOf(versions),
    status: STATUSES[Number(status)] ?? 'affected',
    ratings: decodeRatings(ratings),
  };
  if (need.release !== undefined) affected.release = need.release;
  if (Array.isArray(qualifiers)) affected.qualifiers = decodeQualifiers(qualifiers);
  return affected;
}

function encodeRange(range: VersionRange): unknown {
  return trimmed([range.introduced, range.fixed, range.lastAffected, range.limit]);
}

function decodeRange(value: unknown): VersionRange {
  const [introduced, fixed, lastAffected, limit] = arrayOf(value);
  const range: Mutable<VersionRange> = { introduced: stringOf(introduced) ?? '0' };
  if (typeof fixed === 'string') range.fixed = fixed;
  if (typeof lastAffected === 'string') range.lastAffected = lastAffected;
  if (typeof limit === 'string') range.limit = limit;
  return range;
}

function encodeRating(rating: Rating): unknown {
  return trimmed([rating.by, severityRank(rating.severity), rating.vector, rating.score]);
}

function decodeRatings(value: unknown): readonly Rating[] {
  return arrayOf(value).map((row) => {
    const [by, rank, vector, score] = arrayOf(row);
    const rating: Mutable<Rating> = {
      by: stringOf(by) ?? '',
      severity: SEVERITIES[Number(rank)] ?? 'unknown',
    };
    if (typeof vector === 'string') rating.vector = vector;
    if (typeof score === 'number') rating.score = score;
    return rating;
  });
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

/**
 * Returns the values without the absent ones at the end; absent ones within become 0, which is
 * shorter than null.
 */
function trimmed(values: readonly unknown[]): readonly unknown[] {
  const last = values.findLastIndex((value) => value !== undefined);
  return values.slice(0, last + 1).map((value) => value ?? 0);
}

function unlessEmpty<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length === 0 ? undefined : values;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function stringsOf(value: unknown): readonly string[] {
  const values = arrayOf(value);
  return values.every((item) => typeof item === 'string') ? values : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
