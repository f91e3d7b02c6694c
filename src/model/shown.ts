/** The display filter: one for all reporters, so that no two formats of a run disagree. */

import type { Severity } from './advisory.ts';
import type { ArtifactResult, Report } from './report.ts';

/**
 * The report as it is shown: findings of {@link Report.shownSeverities}, and those that decide the verdict whatever
 * their severity; what is left out is counted in `notShown`.
 */
export function shownReport(report: Report): Report {
  const severities = new Set(report.shownSeverities);
  const deciding = new Set(report.verdict.causes.flatMap((cause) => cause.findingIds));
  return {
    ...report,
    results: report.results.map((result) => shownResult(result, severities, deciding)),
  };
}

function shownResult(
  result: ArtifactResult,
  severities: ReadonlySet<Severity>,
  deciding: ReadonlySet<string>,
): ArtifactResult {
  const notShown = { ...result.notShown };
  const findings = result.findings.filter((finding) => {
    if (severities.has(finding.severity) || deciding.has(finding.id)) return true;
    notShown[finding.severity] += 1;
    return false;
  });
  return { ...result, findings, notShown };
}
