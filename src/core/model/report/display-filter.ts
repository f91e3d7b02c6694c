/** The display filter: one for all reporters, so that no two formats of a run disagree. */

import { indexBy } from '../../base/maps.ts';
import type { Finding } from '../finding/finding.ts';
import { isMalicious } from '../advisory/malicious.ts';
import { layerMayHaveOrigin, mayHaveOrigin } from '../artifact/origin.ts';
import type { ArtifactResult, Report } from './report.ts';
import { SEVERITIES } from '../severity/severity.ts';

/**
 * Returns the report as it is shown: findings of {@link Report.shownSeverities} and
 * {@link Report.shownOrigin}, those that decide the verdict whatever they are, and those of known
 * malicious packages; what is left out is counted in `notShown`. What was set aside is listed for
 * findings that are shown.
 */
export function applyDisplayFilter(report: Report): Report {
  if (isEverythingShown(report)) return report;
  const severities = new Set(report.shownSeverities);
  const deciding = new Set(report.verdict.causes.flatMap((cause) => cause.findingIds));
  return {
    ...report,
    results: report.results.map((result) => {
      const isOfOrigin = originFilter(result, report.shownOrigin);
      return shownResult(
        result,
        (finding) =>
          deciding.has(finding.id) ||
          isMalicious(finding) ||
          (severities.has(finding.severity) && isOfOrigin(finding)),
      );
    }),
  };
}

function isEverythingShown({ shownSeverities, shownOrigin }: Report): boolean {
  return shownOrigin === undefined && SEVERITIES.every((one) => shownSeverities.includes(one));
}

/** A contradiction of no package is of no origin, and always shown. */
function originFilter(
  { artifact, inventory }: ArtifactResult,
  origin: Report['shownOrigin'],
): (finding: Finding) => boolean {
  if (origin === undefined) return () => true;
  const packages = indexBy(inventory.packages, 'id');
  return (finding) => {
    if (finding.kind === 'rule')
      return layerMayHaveOrigin(origin, artifact, finding.location.layer);
    const pkg = packages.get(finding.packageId ?? '');
    return pkg === undefined || mayHaveOrigin(origin, artifact, pkg);
  };
}

function shownResult(
  result: ArtifactResult,
  isShown: (finding: Finding) => boolean,
): ArtifactResult {
  const notShown = { ...result.notShown };
  const hiddenIds = new Set<string>();
  const findings = result.findings.filter((finding) => {
    if (isShown(finding)) return true;
    notShown[finding.severity] += 1;
    hiddenIds.add(finding.id);
    return false;
  });
  if (hiddenIds.size === 0) return result;
  const suppressed = result.suppressed.filter(({ findingId }) => !hiddenIds.has(findingId));
  return { ...result, findings, suppressed, notShown };
}
