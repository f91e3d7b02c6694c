/** Names what severities come from beside the sets that a need asks. */

import type { StoredSet } from '../store-manifest.ts';

/**
 * Returns the state of a reader with all its ratings: `own` of its sets, those of others that rate,
 * `fetched` ratings.
 */
export function ratedFingerprint(
  own: string,
  others: readonly StoredSet[],
  fetched: string,
): string {
  const lending = others.map(({ file }) => file).sort();
  return lending.length === 0 && fetched === '' ? own : [own, ...lending, fetched].join('\n');
}
