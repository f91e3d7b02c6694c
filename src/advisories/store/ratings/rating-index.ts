/**
 * The list of fetched ratings: `ratings/index.json` in the folder of the advisory base, beside one
 * file for each source and year. It is replaced by renaming; files are named by the checksum of
 * their content.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Directory of fetched ratings in the directory of the base. */
const RATINGS_FOLDER = 'ratings';
const INDEX_NAME = 'index.json';
/** Path of the index in the folder of the base. */
export const RATING_INDEX_PATH = join(RATINGS_FOLDER, INDEX_NAME);
const FORMAT = 'assay-ratings';
const VERSION = 1;

/** The sources that are asked for ratings: ids of feeds. */
export type RatingSource = 'cve' | 'nvd';

/** One file: what a source answers for the ids of one year. */
export interface RatingPart {
  readonly source: RatingSource;
  /** Year of the ids. Of NVD, 2002 stands for all years up to it, as in its files. */
  readonly year: number;
  readonly file: string;
  /** CRC-32 of the file. */
  readonly sum: number;
  /** The origin, without secrets. */
  readonly origin: string;
  readonly answerCount: number;
  /**
   * When the file was last fetched, or seen to be unchanged; of single records, when the last one
   * was.
   */
  readonly fetchedAt: string;
  /** The origin does not have it; asked again later. Absent: it does. */
  readonly isMissing?: boolean;
  /** SHA-256 that NVD states of its unpacked file, in lower case. */
  readonly digest?: string;
}

/** A feed that was tried for its ratings and was not there. */
export interface AbsentFeed {
  /** The task, as in `osv almalinux`. */
  readonly task: string;
  readonly triedAt: string;
}

/** The list of stored ratings and of the answers that named none. */
export interface RatingIndex {
  readonly parts: readonly RatingPart[];
  readonly absent: readonly AbsentFeed[];
}

const EMPTY: RatingIndex = { parts: [], absent: [] };

/** Returns the folder of fetched ratings of the base in `folder`. */
export function ratingsFolder(folder: string): string {
  return join(folder, RATINGS_FOLDER);
}

/** Returns the path of the index of the base in `folder`. */
export function ratingIndexPath(folder: string): string {
  return join(folder, RATING_INDEX_PATH);
}

/**
 * Reads the index; empty if there is none, or none that can be read: then ratings are fetched
 * again.
 */
export function readRatingIndex(folder: string): RatingIndex {
  try {
    const value: unknown = JSON.parse(readFileSync(ratingIndexPath(folder), 'utf8'));
    const { format, version, parts, absent } = value as Readonly<Record<string, unknown>>;
    if (format !== FORMAT || version !== VERSION) return EMPTY;
    return {
      parts: Array.isArray(parts) ? parts.filter(isPart) : [],
      absent: Array.isArray(absent) ? absent.filter(isAbsentFeed) : [],
    };
  } catch {
    return EMPTY;
  }
}

/** Returns the text of an index. */
export function formatRatingIndex({ parts, absent }: RatingIndex): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, parts, absent }, undefined, 1)}\n`;
}

/** Names the fetched ratings: the same where they are the same. Empty where there are none. */
export function ratingsFingerprint(folder: string): string {
  return partsFingerprint(readRatingIndex(folder));
}

/** Returns {@link ratingsFingerprint} of an index. */
export function partsFingerprint({ parts }: RatingIndex): string {
  return parts.map(({ source, file }) => `${source} ${file}`).join('\n');
}

const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * NVD changes a year's file every day, and old ratings seldom: seven days are the age at which it
 * is asked for again.
 */
export const YEAR_AGE_MS = 7 * DAY_MS;
/**
 * Most vulnerabilities without a rating get one within days; so this is how long the answer that
 * there is none counts.
 */
export const UNRATED_AGE_MS = DAY_MS;
/** Age until which the rating of a single record counts. */
export const RATED_AGE_MS = 30 * DAY_MS;

/** Returns whether an instant lies less than `ageMs` before `nowMs`. */
export function isYounger(instant: string, ageMs: number, nowMs: number): boolean {
  const at = Date.parse(instant);
  return at > nowMs - ageMs && at <= nowMs + DAY_MS;
}

/**
 * Returns whether ratings of an unrated id are due: its year was not asked for lately. It reads no
 * file but the index, so it holds for ids that were asked for when the index was last changed.
 */
export function isYearDue({ parts }: RatingIndex, year: number, nowMs: number): boolean {
  const isFresh = (source: RatingSource, ageMs: number): boolean =>
    parts.some(
      (part) =>
        part.source === source &&
        part.year === partYear(source, year) &&
        isYounger(part.fetchedAt, ageMs, nowMs),
    );
  return !isFresh('cve', UNRATED_AGE_MS) || !isFresh('nvd', YEAR_AGE_MS);
}

/** Returns the year of a CVE id; `undefined` for any other id. */
export function yearOfCve(id: string): number | undefined {
  const year = CVE.exec(id)?.groups?.['year'];
  return year === undefined ? undefined : Number(year);
}

const CVE = /^CVE-(?<year>\d{4})-\d{4,19}$/;
/** NVD's first file has all before 2003 as well. */
const FIRST_NVD_YEAR = 2002;

/** Returns the year under which a source has the ids of a year. */
export function partYear(source: RatingSource, year: number): number {
  return source === 'nvd' ? Math.max(FIRST_NVD_YEAR, year) : year;
}

const FILE_NAME = /^(?:cve|nvd)-\d{4}-[0-9a-f]{8}\.ratings$/;

function isPart(value: unknown): value is RatingPart {
  const part = (value ?? {}) as Readonly<Record<keyof RatingPart, unknown>>;
  return (
    (part.source === 'cve' || part.source === 'nvd') &&
    typeof part.year === 'number' &&
    typeof part.file === 'string' &&
    FILE_NAME.test(part.file) &&
    typeof part.sum === 'number' &&
    typeof part.origin === 'string' &&
    typeof part.answerCount === 'number' &&
    typeof part.fetchedAt === 'string' &&
    (part.isMissing === undefined || typeof part.isMissing === 'boolean') &&
    (part.digest === undefined || typeof part.digest === 'string')
  );
}

function isAbsentFeed(value: unknown): value is AbsentFeed {
  const { task, triedAt } = (value ?? {}) as Readonly<Record<keyof AbsentFeed, unknown>>;
  return typeof task === 'string' && typeof triedAt === 'string';
}
