/** The lines of a verdict on signatures or sources, for a table. */

import type { Verdict } from '../../../core/model/report/report.ts';

/** Returns the verdict, its causes and what makes it less certain, one line each. */
export function trustVerdictLines(verdict: Verdict): readonly string[] {
  const { status, exitCode, causes, warnings = [] } = verdict;
  return [
    `Verdict: ${status.toUpperCase()} (exit code ${exitCode})`,
    ...causes.map(({ rule, message }) => `  Rule   ${rule}: ${message}`),
    ...warnings.map((warning) => `  Note   ${warning}`),
  ];
}
