/** Rendering of reports: the export `./report`. */

import { AssayError } from '../base/errors.ts';
import type { Report } from '../model/report.ts';
import { REPORTERS } from './list.ts';
import type { ReportView } from './reporter.ts';

export type { ReportView } from './reporter.ts';

/** Ids of all formats, the default first. */
export const REPORT_FORMATS: readonly string[] = REPORTERS.map((row) => row.id);

/**
 * The text of a report, in pieces. The report is rendered as it is given: pass it through `shownReport` first, once,
 * where `--severity` is to be honoured.
 *
 * @throws AssayError `USAGE` for an unknown format.
 */
export async function* renderReport(
  report: Report,
  format: string,
  view: Partial<ReportView> = {},
): AsyncIterable<string> {
  const row = REPORTERS.find(({ id }) => id === format);
  if (row === undefined) {
    throw new AssayError('USAGE', `unknown format "${format}"`, {
      hint: `Formats: ${REPORT_FORMATS.join(', ')}.`,
    });
  }
  const reporter = await row.load();
  yield* reporter.render(report, view);
}
