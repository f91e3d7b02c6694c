/** The output of `assay db`: loaded data, and unusable data. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { BaseUpdateOutcome, FeedSummary, SetStatus } from '../../../advisories/base/types.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { formatColumns } from '../../../scan/report/text/plain-columns.ts';
import { formatBytes } from './progress.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Returns one line a set, with the age of its data at `now` (milliseconds). */
export function setsTable(sets: readonly SetStatus[], now: number): string {
  return formatColumns([
    ['FEED', 'DATA OF', 'RECORDS', 'CHANGE', 'PACKAGES', 'DATED', 'AGE', 'SIZE', 'LICENCE'],
    ...sets.map((set) => [
      set.feed,
      [set.ecosystem ?? 'vulnerabilities', set.release].filter(Boolean).join(' '),
      set.recordCount,
      change(set),
      set.packageCount,
      set.dataAt.slice(0, 10),
      age(set.dataAt, now),
      formatBytes(set.sizeBytes),
      set.license,
    ]),
  ]);
}

/** Describes an update or import; feeds without further results take one line. */
export function changeText(change: BaseUpdateOutcome, now: number): string {
  const rejected = change.feeds.flatMap(rejectedLines);
  const skipped = change.feeds.flatMap(skippedLines);
  const seconds = (change.durationMs / 1000).toFixed(1);
  return [
    setsTable(change.sets, now),
    ...(rejected.length === 0 ? [] : ['\nNot usable, set aside:\n', formatColumns(rejected)]),
    ...(change.absent.length === 0
      ? []
      : ['\nNot there to be loaded:\n', `  ${change.absent.map(stripControl).join(', ')}\n`]),
    ...(skipped.length === 0 ? [] : ['\nOf systems that Assay does not know:\n', ...skipped]),
    ...(change.unchanged.length === 0
      ? []
      : ['\nUnchanged:\n', `  ${change.unchanged.map(stripControl).join(', ')}\n`]),
    `\n${transferText(change.transfer)}Read ${formatBytes(change.bytesRead)} in ${seconds} s.\n`,
  ].join('');
}

function transferText({
  requestCount,
  notModifiedCount,
  bytes,
}: BaseUpdateOutcome['transfer']): string {
  if (requestCount === 0) return '';
  const unchanged = notModifiedCount === 0 ? '' : `, ${notModifiedCount} of them unchanged`;
  return `Fetched ${formatBytes(bytes)} in ${pluralize(requestCount, 'request')}${unchanged}. `;
}

function rejectedLines(feed: FeedSummary): string[][] {
  return feed.rejected.map(({ reason, count, examples }) => [
    `  ${feed.feed}`,
    String(count),
    reason,
    examples.length === 0
      ? ''
      : `(${examples.join(', ')}${count > examples.length ? ', ...' : ''})`,
  ]);
}

function skippedLines(feed: FeedSummary): string[] {
  if (feed.skipped.length === 0) return [];
  const names = feed.skipped.map(({ ecosystem, count }) => `${ecosystem} ${count}`);
  return [formatColumns([[`  ${feed.feed}`, names.join(', ')]])];
}

function change({ recordCount, previousCount }: SetStatus): string {
  if (previousCount === undefined) return '';
  const difference = recordCount - previousCount;
  return difference > 0 ? `+${difference}` : String(difference);
}

function age(at: string, now: number): string {
  const milliseconds = now - Date.parse(at);
  if (Number.isNaN(milliseconds) || milliseconds < 0) return '';
  if (milliseconds < DAY_MS) return `${Math.floor(milliseconds / HOUR_MS)} h`;
  return `${Math.floor(milliseconds / DAY_MS)} d`;
}
