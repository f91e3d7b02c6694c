/**
 * The cure of a stored report. Users paste its commands, and the author of the file may have
 * written any, so commands and edits are computed again from the findings and upgrades of the
 * report, and only plain words get into a command.
 */

import { stripControl } from '../../../core/base/strip-control.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { withActions } from '../../remediation/actions.ts';
import { shellWord } from '../../remediation/shell-safe.ts';

/** A command line of Assay whose words are plain, masked, or quoted as a whole. */
const OWN_COMMAND = /^assay(?: (?:[A-Za-z0-9_@%+=:,./-]*(?:\*\*\*)?|'[^']*'(?:\\''[^']*')*))*$/u;

/**
 * Returns the report with commands and edits that its findings ask for, in place of those that it
 * contains.
 */
export function withRecomputedRemediation(report: Report): Report {
  const { verdict } = report;
  if (verdict.cure === undefined) return report;
  const cure: { -readonly [Key in keyof typeof verdict.cure]: (typeof verdict.cure)[Key] } = {
    ...verdict.cure,
    command: harmless(verdict.cure.command),
  };
  delete cure.commands;
  delete cure.edits;
  return withActions({ ...report, verdict: { ...verdict, cure } });
}

/**
 * Returns a command line of Assay unchanged; any other text becomes one word, which a shell does
 * not interpret.
 */
function harmless(command: string): string {
  const line = stripControl(command);
  if (OWN_COMMAND.test(line)) return line;
  return shellWord(line.trim()) ?? '';
}
