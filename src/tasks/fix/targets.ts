/** The findings that a fix is to clear. */

import { idsOf } from '../../scan/match/aliases.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Report } from '../../core/model/report/report.ts';
import { packagesById } from './packages-by-id.ts';

/** What narrows the findings. */
export interface Narrowing {
  /** `--id`: ids or aliases of vulnerabilities. Empty: all. */
  readonly ids: readonly string[];
  /** `--package`: names of packages. Empty: all. */
  readonly packages: readonly string[];
  /**
   * Whether a gate was asked for: then what decides its verdict is to be cleared, else everything
   * with a fix.
   */
  readonly isGated: boolean;
}

/** A finding, and the package that it belongs to. */
export interface Target {
  readonly finding: VulnerabilityFinding;
  readonly pkg: Package;
}

/** Returns the findings that are to be cleared, in the order of the report. */
export function targetsOf(
  report: Report,
  { ids, packages, isGated }: Narrowing,
): readonly Target[] {
  const deciding = new Set(report.verdict.causes.flatMap(({ findingIds }) => findingIds));
  const wantedIds = new Set(ids.map((id) => id.toLowerCase()));
  const isWanted = (finding: VulnerabilityFinding): boolean => {
    if (isGated) {
      if (!deciding.has(finding.id)) return false;
    } else if (finding.fixedVersions.length === 0 && !isMalicious(finding)) return false;
    if (wantedIds.size === 0) return true;
    const advisory = report.advisories.get(finding.advisoryId);
    const all =
      advisory === undefined ? [finding.advisoryId] : [finding.advisoryId, ...idsOf(advisory)];
    return all.some((id) => wantedIds.has(id.toLowerCase()));
  };
  return report.results.flatMap(({ inventory, findings, suppressed }) => {
    const aside = new Set(suppressed.map(({ findingId }) => findingId));
    const byId = packagesById(inventory);
    return findings.flatMap((finding): readonly Target[] => {
      if (finding.kind !== 'vulnerability' || aside.has(finding.id) || !isWanted(finding))
        return [];
      const pkg = byId.get(finding.packageId);
      if (pkg === undefined || (packages.length > 0 && !packages.includes(pkg.name))) return [];
      return [{ finding, pkg }];
    });
  });
}
