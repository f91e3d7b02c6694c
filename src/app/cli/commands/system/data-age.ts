/** The age of the advisory data, as `assay doctor` shows it. */

import type { SetStatus } from '../../../../advisories/base/types.ts';

const HOUR_MS = 3_600_000;
/** The age at which a verdict warns. */
const MAX_DATA_DAYS = 30;

/** The oldest data that is loaded, and whether it is too old. */
export interface DataAge {
  readonly status: 'ok' | 'note';
  readonly message: string;
}

/**
 * Returns the age of the data itself: a mirror can serve old data that was fetched a minute ago.
 * Where a publisher was seen to have nothing newer, the data was current then.
 */
export function dataAge(sets: readonly SetStatus[], now: number): DataAge {
  const [oldest] = sets.toSorted((a, b) => Date.parse(asOf(a)) - Date.parse(asOf(b)));
  if (oldest === undefined) return { status: 'note', message: 'none is loaded' };
  const { feed, ecosystem, release, dataAt, currentAt } = oldest;
  const what = [feed, ecosystem, release].filter(Boolean).join(' ');
  const seen =
    currentAt === undefined ? '' : `, current at its publisher ${ageText(currentAt, now)} ago`;
  const message = `sets: ${sets.length}, oldest data: ${what} of ${dataAt.slice(0, 10)} (${ageText(dataAt, now)} old${seen})`;
  const isOld = now - Date.parse(asOf(oldest)) > MAX_DATA_DAYS * 24 * HOUR_MS;
  return isOld
    ? { status: 'note', message: `${message}; "assay db update" gets newer data` }
    : { status: 'ok', message };
}

function asOf({ dataAt, currentAt }: SetStatus): string {
  return currentAt ?? dataAt;
}

function ageText(instant: string, now: number): string {
  const hours = Math.max(0, Math.floor((now - Date.parse(instant)) / HOUR_MS));
  return hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
}
