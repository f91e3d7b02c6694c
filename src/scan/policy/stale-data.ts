/** A warning of a gate that judged with old advisory data. */

import type { Coverage } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';

/** Feeds publish daily; data that is a month old lacks what a month has brought. */
const MAX_AGE_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Returns a sentence about the oldest data on packages, or `undefined` where none is older than 30
 * days. Data that its publisher was seen to have nothing newer than is as old as that look. `now`
 * is in milliseconds since the Unix epoch.
 */
export function staleDataWarning(coverage: readonly Coverage[], now: number): string | undefined {
  const old = coverage
    .filter(({ ecosystem }) => ecosystem !== undefined)
    .map((one) => ({ one, days: Math.floor((now - Date.parse(asOf(one))) / DAY_MS) }))
    .filter(({ days }) => days > MAX_AGE_DAYS)
    .sort((a, b) => b.days - a.days);
  const [oldest] = old;
  if (oldest === undefined) return undefined;
  const { one, days } = oldest;
  const others =
    old.length === 1
      ? ''
      : `, and that of ${old.length - 1} more is older than ${MAX_AGE_DAYS} days`;
  return `the advisory data of ${nameOf(one)} is of ${asOf(one).slice(0, 10)}, ${days} days old${others}: load newer data with "assay db update"; --db-max-age ${MAX_AGE_DAYS}d refuses old data`;
}

function asOf({ dataAt, currentAt }: Coverage): string {
  return currentAt ?? dataAt;
}

function nameOf({ feed, ecosystem, release }: Coverage): string {
  const place = ecosystem === undefined ? [] : [ECOSYSTEMS[ecosystem].label, release];
  const words = place.filter((word) => word !== undefined).join(' ');
  return words === '' ? feed : `${feed} (${words})`;
}
