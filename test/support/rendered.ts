/** Reports as text, for tests of formats. */

import type { Report } from '../../src/core/model/report/report.ts';
import { renderReport } from '../../src/scan/report/index.ts';
import type { ReportView } from '../../src/scan/report/reporter.ts';

/**
 * Returns the whole text of a report in one format. Callers pass the report through
 * `applyDisplayFilter` where filters matter.
 */
export async function rendered(
  report: Report,
  format: string,
  view: Partial<ReportView> = {},
): Promise<string> {
  let text = '';
  for await (const piece of renderReport(report, format, view)) text += piece;
  return text;
}

/** What a terminal obeys, and what turns or ends a line, beside the line end itself. */
export const UNSAFE =
  /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
