/**
 * Decides from which source ratings are fetched first: CVE records one by one, or a year of NVD.
 *
 * The cost of a source is the number of bytes that it transfers, with an allowance for each
 * request.
 */

import { partYear, yearOfCve } from '../../store/ratings/rating-index.ts';
import { appendTo } from '../../../core/base/maps.ts';

/**
 * Mean size of a CVE record in the CVE list, as stored and as transferred: 4,181 records have 20.2
 * MB.
 */
const RECORD_BYTES = 5_000;
/**
 * Cost of a request beside its response body: its head, and the time of a round trip at 1 MB/s with
 * 12 requests at once.
 */
const REQUEST_BYTES = 7_000;
/**
 * Size of a year of NVD where its `.meta` does not state one: between the smallest years and the
 * largest, which have about 2 MB and 25 MB.
 */
export const YEAR_BYTES = 12_000_000;
/** The most that one scan fetches for ratings, and for how long. */
export const MAX_TOTAL_BYTES = 300_000_000;
/** The longest time that one scan spends on fetching ratings, in milliseconds. */
export const MAX_DURATION_MS = 120_000;

/** The ids of one year of NVD. */
export interface CveIdsOfYear {
  readonly year: number;
  readonly ids: readonly string[];
}

/**
 * Returns the CVE ids by the year under which NVD has them, oldest first; other ids are left out.
 */
export function groupByYear(ids: Iterable<string>): readonly CveIdsOfYear[] {
  const years = new Map<number, string[]>();
  for (const id of ids) {
    const year = yearOfCve(id);
    if (year === undefined) continue;
    appendTo(years, partYear('nvd', year), id);
  }
  return [...years].sort(([a], [b]) => a - b).map(([year, own]) => ({ year, ids: own.toSorted() }));
}

/** Returns whether the file of a year costs less than `count` records one by one. */
export function isYearCheaper(count: number, yearBytes: number): boolean {
  return count * (RECORD_BYTES + REQUEST_BYTES) > yearBytes + REQUEST_BYTES;
}

/** Returns the years in the order in which a budget rates most ids. */
export function sortByRatingsPerByte(
  years: readonly (CveIdsOfYear & { readonly bytes: number })[],
): readonly (CveIdsOfYear & { readonly bytes: number })[] {
  return years.toSorted((a, b) => b.ids.length / b.bytes - a.ids.length / a.bytes);
}
