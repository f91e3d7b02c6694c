/**
 * Packages of a bill of materials that could not be looked up, because the document names no source
 * packages and the loaded advisories know no source of the package's own name.
 */

import type { AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import { ecosystemRow } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { packagesWithoutSource } from './gaps.ts';
import { planLookups } from './lookups.ts';

/**
 * Returns one gap for each ecosystem or release with such packages. Data that is not loaded is
 * another gap.
 */
export function missingSourceGaps(
  inventory: Inventory,
  advisories: AdvisoryReader,
): readonly Diagnostic[] {
  const gaps: Diagnostic[] = [];
  for (const { need, byName } of planLookups(inventory, ['os']).needs) {
    if (!isAdvisedBySource(need.ecosystem) || advisories.coverage(need).length === 0) continue;
    const open: Package[] = [];
    const asked = byName.values();
    for (const answer of advisories.byPackages(need, [...byName.keys()])) {
      const { value: askers = [] } = asked.next();
      const [isKnown] = [...answer].map(() => true);
      if (isKnown === true) continue;
      for (const { pkg } of askers) if (pkg.source === undefined) open.push(pkg);
    }
    if (open.length > 0) gaps.push(packagesWithoutSource(need, open));
  }
  return gaps;
}

function isAdvisedBySource(ecosystem: Package['ecosystem']): boolean {
  const { kind, isAdvisedByPackage } = ecosystemRow(ecosystem);
  return kind === 'os' && isAdvisedByPackage !== true;
}
