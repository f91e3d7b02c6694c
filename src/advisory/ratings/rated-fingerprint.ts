/** Names what severities come from beside the sets that a need asks. */

import { FEEDS } from '../list.ts';
import type { StoredSet } from '../store/store-manifest.ts';

/** Whether records of a set rate vulnerabilities wherever they are. */
export function ratesAnywhere({ feed, ecosystem }: StoredSet): boolean {
  return ecosystem !== undefined && FEEDS.find(({ id }) => id === feed)?.ratesAnywhere === true;
}

/** The state of a reader with all its ratings: `own` of its sets, those of others that rate, `fetched` ratings. */
export function ratedFingerprint(
  own: string,
  others: readonly StoredSet[],
  fetched: string,
): string {
  const lending = others.map(({ file }) => file).sort();
  return lending.length === 0 && fetched === '' ? own : [own, ...lending, fetched].join('\n');
}
