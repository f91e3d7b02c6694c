/** Stored reports that ignore files are held against. */

import { AssayError } from '../../../../core/base/errors.ts';
import { joinAdvisories } from '../../../../scan/match/merge-advisories.ts';
import type { Advisory } from '../../../../core/model/advisory/advisory.ts';
import type { ArtifactResult } from '../../../../core/model/report/report.ts';
import type { Session } from '../../commands/command.ts';
import { readSoundReport } from '../../../../scan/pipeline/reports/sound-report.ts';

/** The findings of several reports together. */
export interface ReportedFindings {
  readonly results: readonly ArtifactResult[];
  readonly advisories: ReadonlyMap<string, Advisory>;
}

/**
 * Returns the findings of some reports; `undefined` for none. A report that leaves findings out
 * would make exceptions look stale.
 *
 * @throws AssayError `DAMAGED` for one that does not hold together, `USAGE` for one that leaves
 * findings out
 */
export async function readReportedFindings(
  session: Session,
): Promise<ReportedFindings | undefined> {
  const reports = [];
  for (const name of session.args) {
    const report = await readSoundReport(session, name);
    const isFiltered = report.results.some(({ notShown }) =>
      Object.values(notShown).some((count) => count > 0),
    );
    if (isFiltered || report.coverage.length === 0) {
      const why = isFiltered
        ? 'leaves out findings because of --severity or --only'
        : 'was made without advisories';
      throw new AssayError(
        'USAGE',
        `the report "${name}" ${why}, so that exceptions would look stale`,
        {
          hint: 'Scan without --severity, --only and --scanners packages.',
        },
      );
    }
    const gaps = report.results.flatMap(({ diagnostics }) => diagnostics.filter(({ gap }) => gap));
    if (gaps.length > 0) {
      session.context.log.warn(
        `the report "${name}" has gaps (${gaps.length}); what they hide may need an exception`,
      );
    }
    reports.push(report);
  }
  if (reports.length === 0) return undefined;
  return {
    results: reports.flatMap(({ results }) => results),
    advisories: joinAdvisories(reports.map(({ advisories }) => advisories)),
  };
}
