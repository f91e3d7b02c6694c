/** Stored reports that do not contradict themselves. */

import type { Report } from '../../../core/model/report/report.ts';
import { requireConsistent } from './report-consistency.ts';
import { isStoredReport, readStoredReport } from './stored-report.ts';

type Place = Parameters<typeof isStoredReport>[0];

/**
 * Reads a stored report. `what` names it in the error about a contradiction.
 *
 * @throws AssayError `DAMAGED` for a report that contradicts itself, and those of
 * `readStoredReport`
 */
export async function readSoundReport(
  place: Place,
  name: string,
  what = `the report "${name}"`,
): Promise<Report> {
  const report = await readStoredReport(place, name);
  requireConsistent(report, what);
  return report;
}

/**
 * Reads a file if it begins as a stored report does; returns `undefined` for any other.
 *
 * @throws AssayError as {@link readSoundReport}
 */
export async function soundReportIn(place: Place, name: string): Promise<Report | undefined> {
  return (await isStoredReport(place, name)) ? readSoundReport(place, name) : undefined;
}
