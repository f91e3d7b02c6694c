/** Reasons for the gate's refusal of a candidate, from the decided report of its scan. */

import { indexBy } from '../../core/base/maps.ts';
import { severityRank } from '../../core/model/severity/severity.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { RejectedFinding } from './outcome.ts';

/**
 * Returns the reason of a rejection, as a sentence without a period; `undefined` if the candidate
 * passed.
 */
export function rejectionReason({ verdict }: Report): string | undefined {
  if (verdict.exitCode === 0 || verdict.isDryRun === true) return undefined;
  const rules = verdict.causes
    .filter(({ exitCode = 0 }) => exitCode !== 0)
    .map(({ rule, message }) => `${message} (${rule})`);
  return `the newer one does not pass: ${rules.join('; ')}`;
}

/** Returns the findings that decide, the most severe first. */
export function rejectedFindings(report: Report): readonly RejectedFinding[] {
  const deciding = new Set(report.verdict.causes.flatMap(({ findingIds }) => findingIds));
  const found = report.results.flatMap(({ findings, inventory }) => {
    const packages = indexBy(inventory.packages, 'id');
    return findings.flatMap((finding): readonly RejectedFinding[] => {
      if (!deciding.has(finding.id)) return [];
      const { severity } = finding;
      switch (finding.kind) {
        case 'vulnerability': {
          const { advisoryId: name, packageId, matchedVersion: version, fixedVersions } = finding;
          const pkg = packages.get(packageId)?.name ?? packageId;
          return [{ name, severity, package: pkg, version, fixedVersions }];
        }
        case 'integrity': {
          const { kind: name, location } = finding.contradiction;
          const pkg = packages.get(finding.packageId ?? '');
          const what = pkg?.name ?? location.path;
          return [
            { name, severity, package: what, version: pkg?.version ?? '', fixedVersions: [] },
          ];
        }
        case 'rule': {
          const { rule: name, location } = finding;
          return [{ name, severity, package: location.path, version: '', fixedVersions: [] }];
        }
      }
    });
  });
  return found.sort((a, b) => severityRank(b.severity) - severityRank(a.severity));
}
