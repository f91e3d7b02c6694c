/**
 * Findings of what a package of the distribution ships and the distribution's advisories do not
 * name.
 */

import type { Report } from '../report/report.ts';

/**
 * Returns the number of owned findings that no exception suppressed and no cause of the verdict
 * counts.
 */
export function countNonDecidingOwned({
  results,
  verdict,
}: Pick<Report, 'results' | 'verdict'>): number {
  const deciding = new Set(verdict.causes.flatMap(({ findingIds }) => findingIds));
  let count = 0;
  for (const { findings, suppressed } of results) {
    const aside = new Set(suppressed.map(({ findingId }) => findingId));
    for (const finding of findings) {
      if (finding.kind !== 'vulnerability' || finding.ownedBy === undefined) continue;
      if (!aside.has(finding.id) && !deciding.has(finding.id)) count += 1;
    }
  }
  return count;
}
