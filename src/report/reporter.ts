/** The contract of a reporter. */

import type { Report } from '../model/report.ts';

/** A tool whose tables Assay draws too. */
export type CompatibleTool = 'trivy' | 'grype';

/** How a report is to be shown to a person; reporters for machines take no notice of it. */
export interface ReportView {
  /** Colours and bold type by terminal sequences. Default: none. */
  readonly color: boolean;
  /** Columns of the terminal; absent: lines may be as long as they like, as in a file. */
  readonly width?: number;
  /** List what was set aside, and why. Default: only count it. */
  readonly showSuppressed: boolean;
  /** List all packages. Default: only those with findings. */
  readonly listPackages: boolean;
  /** A row for each artifact with its totals. Default: no. */
  readonly hasSummary?: boolean;
  /** Leave out all about single findings and packages. Default: no. */
  readonly isSummaryOnly?: boolean;
  /** Only totals and the verdict. Default: everything. */
  readonly isVerdictOnly?: boolean;
  /** Draw the table of another tool. Default: Assay's own. */
  readonly compat?: CompatibleTool;
  /** Say of each package with findings what pulls it in. Default: not. */
  readonly dependencyTree: boolean;
  /** Markdown is cut at a row below this size. Default: the length of a comment. */
  readonly maxBytes?: number;
}

/** Renders a decided report. Pure: no clock, no files, no colour decisions of its own. */
export interface Reporter {
  readonly id: string;
  readonly mediaType: string;
  /** The report is rendered as it is given; callers pass it through `shownReport` first, once. */
  render(report: Report, view?: Partial<ReportView>): AsyncIterable<string>;
}
