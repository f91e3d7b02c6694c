/** What each of some exceptions does, whatever else is set. */

import type { Advisory } from '../../core/model/advisory/advisory.ts';
import type { Finding } from '../../core/model/finding/finding.ts';
import type { IgnoreEntry } from './exceptions/exception.ts';
import { Suppressor, type Examined } from './suppress.ts';

/** Returns the exceptions that no finding of the results needs. */
export function unusedEntries(
  ignore: readonly IgnoreEntry[],
  results: readonly Examined[],
  advisories: ReadonlyMap<string, Advisory>,
): readonly IgnoreEntry[] {
  const suppressor = new Suppressor({ ignore, ...NOTHING_ELSE }, advisories, 0);
  for (const result of results) suppressor.suppressAll(result);
  return suppressor.unused();
}

/** Returns the findings of a result that each of some exceptions sets aside. */
export function findingsByEntry(
  ignore: readonly IgnoreEntry[],
  result: Examined,
  advisories: ReadonlyMap<string, Advisory>,
): ReadonlyMap<IgnoreEntry, readonly Finding[]> {
  return new Map(
    ignore.map((entry) => {
      const suppressor = new Suppressor({ ignore: [entry], ...NOTHING_ELSE }, advisories, 0);
      const ids = new Set(suppressor.suppressAll(result).map(({ findingId }) => findingId));
      return [entry, result.findings.filter(({ id }) => ids.has(id))];
    }),
  );
}

const NOTHING_ELSE = { ignoreStatuses: [], ignoreUnfixed: false };
