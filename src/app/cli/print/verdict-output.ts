/** The verdict on standard error, where no report on standard output shows it. */

import { applyDisplayFilter } from '../../../core/model/report/display-filter.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { Session } from '../commands/command.ts';
import { usesColor } from '../shell/run-context.ts';
import { showsVerdict, type Output } from './outputs.ts';

/**
 * Prints the verdict block on standard error unless a report on standard output contains it; with
 * `--quiet` one line, and nothing if no gate was asked for. A run without a gate has no verdict, so
 * it prints the block only if standard output is empty. The cases are listed in `docs/reports.md`.
 */
export async function printVerdict(
  session: Session,
  report: Report,
  outputs: readonly Output[],
): Promise<void> {
  if (showsVerdict(outputs, session.flags)) return;
  const isAsked = report.verdict.status !== 'notAsked';
  if (!isAsked && outputs.some(({ path }) => path === undefined)) return;
  if (session.flags.isOn('quiet')) {
    if (isAsked) await printVerdictLine(session, report);
    return;
  }
  const { isTTY, columns } = session.io.stderr;
  const width = isTTY === true ? columns : undefined;
  const { verdictLines } = await import('../../../scan/report/table/verdict-block.ts');
  const { baselineLines } = await import('../../../scan/report/table/baseline-lines.ts');
  const whole = applyDisplayFilter(report);
  const view = {
    color: usesColor(session.io, session.io.stderr),
    isTerminal: isTTY === true,
    ...(width === undefined ? {} : { width }),
  };
  const lines = [...baselineLines(whole, width), ...verdictLines(whole, view)];
  await session.say(lines.map((line) => `${line}\n`).join(''));
}

/** Prints the verdict with its first cause as one line on standard error. */
export async function printVerdictLine(session: Session, report: Report): Promise<void> {
  const { verdictLine } = await import('../../../scan/report/table/verdict-block.ts');
  await session.say(`${verdictLine(report, usesColor(session.io, session.io.stderr))}\n`);
}
