/** The verdict on standard error, where no report on standard output shows it. */

import { applyDisplayFilter } from '../../model/display-filter.ts';
import type { Report } from '../../model/report.ts';
import type { Session } from '../commands/command.ts';
import { usesColor } from '../shell/run-context.ts';
import type { Output } from './outputs.ts';

/** Formats for people that contain the verdict block. */
const WITH_VERDICT: ReadonlySet<string> = new Set(['table', 'markdown']);

/**
 * Prints the verdict block on standard error unless a report on standard output contains it; with `--quiet` one line, and
 * nothing if no gate was asked for. A run without a gate has no verdict, so it prints the block only if standard output
 * is empty. The cases are listed in `docs/reports.md`.
 */
export async function printVerdict(
  session: Session,
  report: Report,
  outputs: readonly Output[],
): Promise<void> {
  const shown = outputs.filter(({ path }) => path === undefined);
  // Tables of other tools end without a verdict.
  const isForeign = session.flags.isOn('compat');
  const hasVerdict = ({ format }: Output): boolean =>
    WITH_VERDICT.has(format) && !(isForeign && format === 'table');
  if (shown.some(hasVerdict)) return;
  const isAsked = report.verdict.status !== 'notAsked';
  if (!isAsked && shown.length > 0) return;
  if (session.flags.isOn('quiet')) {
    if (isAsked) await printVerdictLine(session, report);
    return;
  }
  const { isTTY, columns } = session.io.stderr;
  const width = isTTY === true ? columns : undefined;
  const { verdictLines } = await import('../../report/verdict-block.ts');
  const { baselineLines } = await import('../../report/baseline-lines.ts');
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
  const { verdictLine } = await import('../../report/verdict-block.ts');
  await session.say(`${verdictLine(report, usesColor(session.io, session.io.stderr))}\n`);
}
