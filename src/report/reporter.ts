/** The contract of a reporter. */

import type { Report } from '../model/report.ts';

/** Renders a decided report. Pure: no clock, no files, no colour decisions of its own. */
export interface Reporter {
  readonly id: string;
  readonly mediaType: string;
  render(report: Report): AsyncIterable<string>;
}
