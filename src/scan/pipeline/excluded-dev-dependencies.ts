/**
 * Development dependencies that a scan leaves out. Package managers run their code at installation,
 * so they are compared with the records of malicious packages, and with nothing else. See
 * `docs/malicious.md`.
 */

import { indexBy } from '../../core/base/maps.ts';
import { isDistributionBuilt } from '../match/distribution-built.ts';
import { noMaliciousPackageData } from '../match/gaps.ts';
import { matchInventory, needsOf, type MatchOptions } from '../match/match-inventory.ts';
import { maliciousPackages } from '../match/mark-malicious.ts';
import { joinAdvisories } from '../match/merge-advisories.ts';
import type { AdvisoryNeed, AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import { ecosystemRow } from '../../core/model/package/ecosystem.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Matches } from '../../core/model/advisory/matches.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import type { ScannedArtifact } from './request.ts';

/**
 * Returns the advisory data that the left-out dependencies need; ecosystems without a feed have
 * none.
 */
export function needsOfDevDependencies(subject: ScannedArtifact): readonly AdvisoryNeed[] {
  const inventory = leftOutOf(subject);
  return inventory === undefined ? [] : needsOf(inventory).filter(hasFeed);
}

/**
 * Adds the findings of left-out dependencies that are malicious, and a gap for those whose
 * ecosystem has a feed and no loaded data. Corrections of advisories have no effect here.
 */
export function withMaliciousDevDependencies(
  matches: Matches,
  subject: ScannedArtifact,
  reader: AdvisoryReader,
  options: MatchOptions,
): Matches {
  const inventory = leftOutOf(subject);
  if (inventory === undefined) return matches;
  const gaps = uncovered(subject, needsOfDevDependencies(subject), reader);
  const known =
    gaps.length === 0 ? matches : { ...matches, diagnostics: [...matches.diagnostics, ...gaps] };
  const advisories = reader.uncorrected ?? reader;
  const packages = maliciousPackages(inventory, advisories);
  if (packages.length === 0) return known;
  const others = matchInventory({ ...inventory, packages }, advisories, options);
  const findings = others.findings.filter(isMalicious);
  if (findings.length === 0) return known;
  const ids = new Set(findings.map(({ advisoryId }) => advisoryId));
  const added = new Map([...others.advisories].filter(([id]) => ids.has(id)));
  return {
    ...known,
    findings: [...matches.findings, ...findings],
    advisories: joinAdvisories([matches.advisories, added]),
  };
}

function leftOutOf({ inventory, leftOut = [] }: ScannedArtifact): Inventory | undefined {
  return leftOut.length === 0 ? undefined : { ...inventory, packages: leftOut };
}

function hasFeed({ ecosystem }: AdvisoryNeed): boolean {
  return ecosystemRow(ecosystem).isWithoutFeed !== true;
}

/**
 * Returns one gap for each ecosystem for which nothing is loaded. What the distribution ships is
 * not installed from a registry.
 */
function uncovered(
  { inventory: { packages: counted }, leftOut = [] }: ScannedArtifact,
  needs: readonly AdvisoryNeed[],
  reader: AdvisoryReader,
): readonly Diagnostic[] {
  const missing = needs.filter((need) => reader.coverage(need).length === 0);
  if (missing.length === 0) return [];
  const owners = indexBy(counted, 'id');
  const isShipped = (pkg: Package): boolean => {
    const owner = owners.get(pkg.ownedBy ?? '');
    return owner !== undefined && isDistributionBuilt(owner, pkg, true);
  };
  return missing.flatMap((need) => {
    // Packages of a language are looked up in one ecosystem each.
    const packages = leftOut.filter((pkg) => pkg.ecosystem === need.ecosystem && !isShipped(pkg));
    return packages.length === 0 ? [] : [noMaliciousPackageData(need, packages)];
  });
}
