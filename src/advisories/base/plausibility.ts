/**
 * Plausibility checks of new advisory data: a feed that lost half of its records is broken, not
 * safe.
 */

import { setKey, type StoredSet } from '../store/store-manifest.ts';
import { AssayError, type ParseError } from '../../core/base/errors.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';

/** Publishers withdraw single records; none has ever taken back a tenth. */
const LEAST_SHARE = 0.5;

/** The current number of records in a set. */
export interface SetRecordCount {
  readonly feed: string;
  /** Empty: facts by id. */
  readonly need: Partial<AdvisoryNeed>;
  readonly recordCount: number;
}

/**
 * Refuses a new state in which a set has lost more records than publishers ever withdraw.
 *
 * @throws AssayError `ADVISORY_DATA_IMPLAUSIBLE`, naming the first set that cannot be believed
 */
export function checkPlausibility(
  counts: readonly SetRecordCount[],
  before: readonly StoredSet[],
  folder: string,
): void {
  const old = new Map(before.map((set) => [setKey(set), set.recordCount]));
  for (const { feed, need, recordCount } of counts) {
    const previous = old.get(setKey({ feed, ...need })) ?? 0;
    if (recordCount > 0 && recordCount >= previous * LEAST_SHARE) continue;
    const place = [need.ecosystem ?? 'vulnerabilities', need.release].filter(Boolean).join(' ');
    throw new AssayError(
      'ADVISORY_DATA_IMPLAUSIBLE',
      `${feed} has ${recordCount} records of ${place}, and had ${previous} before; the old data stays`,
      { hint: `If that is right, remove the folder "${folder}" and load everything again.` },
    );
  }
}

/** Returns the error for a feed file that exists and has no content. */
export function emptyFeedError(what: string): AssayError {
  return new AssayError(
    'ADVISORY_DATA_IMPLAUSIBLE',
    `${what} holds no record; the old data stays`,
    {
      hint: 'Check the mirror or the file: it may be cut off, or still being written.',
    },
  );
}

/** Returns the error for a feed file of which nothing or only a part could be read. */
export function unreadableFeedError(error: ParseError): AssayError {
  return new AssayError('ADVISORY_DATA_IMPLAUSIBLE', `${error.message}; the old data stays`, {
    hint: 'Check the mirror or the file: it may be cut off, or still being written.',
    cause: error,
  });
}
