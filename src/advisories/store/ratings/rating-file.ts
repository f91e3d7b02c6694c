/**
 * A file of ratings that a scan has fetched: what one source answers for the CVE ids of one year.
 * Such a file is a cache, so one that is damaged is as good as absent.
 *
 * Form: one line for each id, sorted by id: the id, a tab, JSON, a line feed. The JSON is `s`
 * (title), `r` (ratings as `[by, severity, vector, score]`), `c` (weaknesses), `p` (published), `w`
 * (rejected) `a` (when the id was asked for by itself) and `u` (the answer is unproven). A line
 * without `r` is the answer that the source has no rating.
 */

import { compareKeys } from '../../../core/base/compare.ts';
import type {
  Rating,
  Severity,
  VulnerabilityFacts,
} from '../../../core/model/advisory/advisory.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';

/** A source's answer for one id. */
export interface RatingAnswer {
  readonly id: string;
  readonly summary?: string;
  readonly ratings: readonly Rating[];
  readonly cwes: readonly string[];
  readonly publishedAt?: string;
  readonly withdrawnAt?: string;
  /**
   * When the id was asked for by itself; absent where the answer came with a whole year. ISO 8601
   * in UTC.
   */
  readonly askedAt?: string;
  /**
   * The server did not have the record, and has served no other one: perhaps it serves none. Such
   * an answer only says that the id was asked for.
   */
  readonly isUnproven?: boolean;
}

/** The longest vector of CVSS 4.0 with all metrics has 250 characters. */
const MAX_VECTOR = 300;
/** A line of a table shows less. */
const MAX_SUMMARY = 300;
const MAX_RATINGS = 32;
const MAX_CWES = 16;

/** Returns the answer that is stored of a source's facts: what rates, within bounds. */
export function answerOf(facts: VulnerabilityFacts, askedAt?: string): RatingAnswer {
  const { id, summary, cwes, publishedAt, withdrawnAt } = facts;
  const ratings = facts.ratings
    .filter(({ severity, vector = '' }) => severity !== 'unknown' && vector.length <= MAX_VECTOR)
    .slice(0, MAX_RATINGS);
  return {
    id,
    ...(summary !== '' && { summary: summary.slice(0, MAX_SUMMARY) }),
    ratings,
    cwes: cwes.slice(0, MAX_CWES),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(withdrawnAt !== undefined && { withdrawnAt }),
    ...(askedAt !== undefined && { askedAt }),
  };
}

/** Returns the bytes of a file; each id counts once, the last answer for it. */
export function encodeAnswers(answers: Iterable<RatingAnswer>): Buffer {
  const lines = new Map<string, string>();
  for (const answer of answers) lines.set(answer.id, `${answer.id}\t${textOf(answer)}\n`);
  const sorted = [...lines].sort(compareKeys);
  return Buffer.from(sorted.map(([, line]) => line).join(''));
}

function textOf({
  summary,
  ratings,
  cwes,
  publishedAt,
  withdrawnAt,
  askedAt,
  isUnproven,
}: RatingAnswer): string {
  return JSON.stringify({
    s: summary,
    r: ratings.length === 0 ? undefined : ratings.map(rowOf),
    c: cwes.length === 0 ? undefined : cwes,
    p: publishedAt,
    w: withdrawnAt,
    a: askedAt,
    u: isUnproven,
  });
}

function rowOf({ by, severity, vector, score }: Rating): readonly unknown[] {
  return [by, severity, vector ?? null, score ?? null];
}

const LINE_FEED = 0x0a;
const TAB = 0x09;

/** Returns the answer for an id; `undefined` where there is none, or none that can be read. */
export function findAnswer(bytes: Buffer, id: string): RatingAnswer | undefined {
  const wanted = Buffer.from(id);
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const start = bytes.lastIndexOf(LINE_FEED, Math.max(0, ((low + high) >>> 1) - 1)) + 1;
    const lineStart = Math.max(low, start);
    const lineEnd = endOf(bytes, lineStart);
    const tab = bytes.indexOf(TAB, lineStart);
    if (tab === -1 || tab >= lineEnd) return undefined;
    const order = bytes.compare(wanted, 0, wanted.length, lineStart, tab);
    if (order === 0) return readAnswer(id, bytes.toString('utf8', tab + 1, lineEnd));
    // `compare` orders the line against the id.
    if (order < 0) low = lineEnd + 1;
    else high = lineStart;
  }
  return undefined;
}

/** Yields all answers of a file that can be read. */
export function* allAnswers(bytes: Buffer): Generator<RatingAnswer, undefined> {
  for (let start = 0; start < bytes.length;) {
    const end = endOf(bytes, start);
    const tab = bytes.indexOf(TAB, start);
    if (tab === -1 || tab >= end) return undefined;
    const id = bytes.toString('latin1', start, tab);
    const answer = readAnswer(id, bytes.toString('utf8', tab + 1, end));
    if (answer !== undefined) yield answer;
    start = end + 1;
  }
  return undefined;
}

function endOf(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(LINE_FEED, start);
  return end === -1 ? bytes.length : end;
}

function readAnswer(id: string, json: string): RatingAnswer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { s, r, c, p, w, a, u } = value as Readonly<Record<string, unknown>>;
  return {
    id,
    ...(typeof s === 'string' && { summary: s }),
    ratings: Array.isArray(r) ? r.flatMap(readRating) : [],
    cwes: Array.isArray(c) ? c.filter((one) => typeof one === 'string') : [],
    ...(typeof p === 'string' && { publishedAt: p }),
    ...(typeof w === 'string' && { withdrawnAt: w }),
    ...(typeof a === 'string' && { askedAt: a }),
    ...(u === true && { isUnproven: true }),
  };
}

function readRating(row: unknown): readonly Rating[] {
  if (!Array.isArray(row)) return [];
  const [by, severity, vector, score] = row as readonly unknown[];
  if (typeof by !== 'string' || !isSeverity(severity)) return [];
  return [
    {
      by,
      severity,
      ...(typeof vector === 'string' && { vector }),
      ...(typeof score === 'number' && { score }),
    },
  ];
}

function isSeverity(value: unknown): value is Severity {
  return SEVERITIES.some((one) => one === value);
}
