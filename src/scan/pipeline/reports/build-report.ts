/**
 * From findings and a decision about them to the report, whether they come from a scan or from
 * stored reports.
 */

import type { Advisory, Coverage } from '../../../core/model/advisory/advisory.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import type { PolicyOptions } from '../../policy/options.ts';
import type { Decision } from '../../policy/plain-decision.ts';
import { shownSeverities } from '../request.ts';

/** The findings of a run, before the decision. */
interface Found {
  readonly results: readonly Omit<ArtifactResult, 'suppressed'>[];
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly coverage: readonly Coverage[];
}

/**
 * Returns the report without its tool, its time, and the cure of its verdict. `decision` is one
 * about `found`.
 */
export function buildReport(
  { results: found, advisories, coverage }: Found,
  decision: Decision,
  policy: PolicyOptions,
): Omit<Report, 'tool' | 'startedAt' | 'durationMs'> {
  const results = found.map((result, index) => ({
    ...result,
    suppressed: decision.suppressed[index] ?? [],
    diagnostics: [...result.diagnostics, ...(decision.diagnostics[index] ?? [])],
  }));
  return {
    schemaVersion: 1,
    results,
    advisories,
    coverage,
    shownSeverities: shownSeverities(policy),
    ...(policy.only !== undefined && { shownOrigin: policy.only }),
    ...(decision.baseline !== undefined && { baseline: decision.baseline }),
    verdict: decision.verdict,
  };
}
