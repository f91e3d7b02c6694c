/**
 * The names of the kinds of gap. Their meaning is in `gap.ts`, which only messages and pages need.
 */

import type { GapKind } from './finding.ts';

/** The kinds of gap as people write them, as in `--allow-incomplete=end-of-life`. */
export const GAP_NAMES: Readonly<Record<GapKind, string>> = {
  unreadable: 'unreadable',
  noAdvisoryData: 'no-advisory-data',
  unorderedVersion: 'unordered-version',
  unknownSystem: 'unknown-system',
  endOfLife: 'end-of-life',
  limit: 'limit',
  timeout: 'timeout',
  lazy: 'lazy',
  filtered: 'filtered',
  unpinned: 'unpinned',
  unread: 'unread',
  unrated: 'unrated',
};

/** Returns the kinds by the names that people write. */
export function gapKindsByName(): ReadonlyMap<string, GapKind> {
  return new Map(Object.entries(GAP_NAMES).map(([kind, name]) => [name, kind as GapKind]));
}
