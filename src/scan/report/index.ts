/** Rendering of reports: the export `./report`. */

import { AssayError } from '../../core/base/errors.ts';
import { escapeWorkflowCommandLines } from '../../core/base/workflow-commands.ts';
import type { Report } from '../../core/model/report/report.ts';
import { REPORTERS, type ReporterRow } from './list.ts';
import type { CompatibleTool, Renderer, ReportView } from './reporter.ts';

export type { ReportView } from './reporter.ts';

/** Ids of all formats, the default first. */
export const REPORT_FORMATS: readonly string[] = REPORTERS.map((row) => row.id);

/**
 * Yields the text of a report, in pieces. The report is rendered as it is given: pass it through
 * `applyDisplayFilter` first, once, where `--severity` is to be honoured.
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
  const renderer = await rendererOf(row, view);
  const pieces = renderer.render(report, view);
  // The table is what jobs print in their logs.
  yield* format === 'table' ? escapeWorkflowCommandLines(pieces) : pieces;
}

/** Tables of other tools. */
const COMPATIBLE: Readonly<Record<CompatibleTool, () => Promise<Renderer>>> = {
  trivy: async () => (await import('./trivy/trivy-table.ts')).trivyTable,
  grype: async () => (await import('./grype/grype-table.ts')).grypeTable,
};

/**
 * Returns the renderer. Totals and verdict alone are in Assay's own form, even with another tool's
 * table.
 */
function rendererOf(
  row: ReporterRow,
  { compat, isVerdictOnly }: Partial<ReportView>,
): Promise<Renderer> {
  return row.id !== 'table' || compat === undefined || isVerdictOnly === true
    ? row.load()
    : COMPATIBLE[compat]();
}
