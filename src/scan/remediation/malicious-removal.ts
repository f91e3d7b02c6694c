/**
 * Treatments of known malicious packages: they are removed, or replaced by a release that is not
 * listed as malicious.
 */

import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { isMalicious, type MaliciousFinding } from '../../core/model/advisory/malicious.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';

/** A malicious package, with the findings that say so. */
export interface MaliciousPackage {
  readonly pkg: Package;
  readonly findings: readonly [MaliciousFinding, ...MaliciousFinding[]];
}

/** Returns the packages of deciding findings that are malicious and that no exception accepts. */
export function packagesToRemove(
  { inventory, findings, suppressed }: ArtifactResult,
  deciding: ReadonlySet<string>,
): readonly MaliciousPackage[] {
  const found = findings.filter(isMalicious).filter(({ id }) => deciding.has(id));
  if (found.length === 0) return [];
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  return inventory.packages.flatMap((pkg) => {
    const [first, ...others] = found.filter(
      ({ id, packageId }) => packageId === pkg.id && !aside.has(id),
    );
    return first === undefined ? [] : [{ pkg, findings: [first, ...others] }];
  });
}

/** Returns one sentence for each malicious package, each once. */
export function removalSteps(packages: readonly MaliciousPackage[]): readonly string[] {
  const steps = packages.map(({ pkg, findings }) => {
    const [{ matchedVersion }] = findings;
    return `remove the malicious package ${`${pkg.name} ${matchedVersion}`.trim()}${otherRelease(findings)}`;
  });
  return [...new Set(steps)];
}

/**
 * Returns the release that can take the place of a malicious version: the one that a publisher
 * names, else the last one before. What is malicious by any loaded record is never named, because
 * the findings leave it out.
 */
function goodRelease(findings: readonly VulnerabilityFinding[]): string | undefined {
  const [fix] = findings.flatMap(({ fixedVersions }) => fixedVersions);
  return fix ?? findings.flatMap(({ malicious }) => malicious?.lastGood ?? [])[0];
}

function otherRelease(findings: readonly MaliciousFinding[]): string {
  const release = goodRelease(findings);
  if (release !== undefined) {
    return `, or replace it with ${release}, which no loaded advisory lists as malicious`;
  }
  const [below] = findings.flatMap(({ malicious }) => malicious.goodBelow ?? []);
  return below === undefined
    ? ': no good release of it is known'
    : `, or go back to a release below ${below}`;
}
