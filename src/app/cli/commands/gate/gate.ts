/** `assay gate`: judges stored reports, and runs a command where they pass. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import { renderReport } from '../../../../scan/report/index.ts';
import { applyDisplayFilter } from '../../../../core/model/report/display-filter.ts';
import { readReportBaseline } from '../../../../tasks/compare/read-baseline.ts';
import type { CommandModule, Session } from '../command.ts';
import { runGuarded } from './guarded-command.ts';
import { readGateOptions } from '../../shell/options/scan-options.ts';
import { checkWritable } from '../../print/outputs.ts';
import {
  readStoredReport,
  STANDARD_INPUT,
} from '../../../../scan/pipeline/reports/stored-report.ts';
import { printVerdict, printVerdictLine } from '../../print/verdict-output.ts';
import { GATE_COMMAND_FLAGS } from './flags.ts';
import { writeReports, reportView, planReports } from '../../print/report-output.ts';
import { runExitCode } from '../../../../core/model/report/exit-codes.ts';

export const gate: CommandModule = {
  usage: '[REPORT...] [-- COMMAND...]',
  description:
    'Judges JSON reports of earlier scans by the policy, the flags and the exceptions of now, without scanning or matching again: one verdict over all of them. Without a gate flag or policy anything left after the filters fails. - and no report at all mean standard input. Behind -- a command runs only on PASS; its exit code, or 128 and the number of its signal, becomes that of assay, and the verdict goes to standard error. A report is trusted as far as the place where it lies; one that does not hold together is refused.',
  flags: GATE_COMMAND_FLAGS,
  takesCommand: true,
  examples: [
    { command: 'assay gate report.json --fail-on high+fixable', purpose: 'may it be released?' },
    {
      command: 'assay gate report.json --policy prod -- docker push app:1.2',
      purpose: 'push only what passes',
    },
    {
      command: 'assay image app:1.2 -f json | assay gate --fail-on critical -- ./deploy.sh',
      purpose: 'the same from a pipe',
    },
    {
      command: 'assay gate api.json web.json -o verdict=verdict.json',
      purpose: 'one verdict over two reports, for programs',
    },
  ],
  run: judge,
};

async function judge(session: Session): Promise<number> {
  const { args, guarded, io, flags, context } = session;
  if (guarded !== undefined) refuseSoft(session, guarded);
  const outputs = await planReports(session);
  const asked = await readGateOptions(session);
  const baseline = await readReportBaseline(session);
  const options = { ...asked, policy: { ...asked.policy, ...(baseline && { baseline }) } };
  await checkWritable(outputs, io.cwd);
  const names = args.length === 0 ? [STANDARD_INPUT] : args;
  refuseAbsent(args, names);
  const stored = [];
  for (const name of names) stored.push({ name, report: await readStoredReport(session, name) });
  const { gateReports } = await import('../../../../scan/pipeline/reports/gate-reports.ts');
  const { ruleScannersOf } = await import('../../../../scan/pipeline/rules/rule-scanners.ts');
  const ruleScanners = await ruleScannersOf(options.policy.failOn);
  const report = gateReports(stored, { ...options, ruleScanners }, context);
  const isOutputAsked = flags.text('format') !== undefined || flags.text('output') !== undefined;
  if (isOutputAsked) await writeReports(session, report, outputs);
  if (isOutputAsked && guarded === undefined) await printVerdict(session, report, outputs);
  else await writeVerdict(session, report);
  if (guarded !== undefined && report.verdict.status === 'pass') return runGuarded(guarded, io);
  return runExitCode(report);
}

/** A command that is left out must not look like one that went well. */
function refuseSoft({ flags }: Session, guarded: readonly string[]): void {
  if (guarded.length === 0) {
    throw new AssayError('USAGE', 'no command behind --', {
      hint: 'Name one: assay gate report.json -- docker push app:1.2',
    });
  }
  const isDry = flags.isOn('dry-run');
  if (!isDry && !/^0+$/u.test(flags.text('exit-code') ?? '')) return;
  throw new AssayError(
    'USAGE',
    `with ${isDry ? '--dry-run' : '--exit-code 0'} a gate that fails ends with 0, as if its command had run`,
    { hint: 'Leave out the flag, or the command.' },
  );
}

function refuseAbsent(args: readonly string[], names: readonly string[]): void {
  if (args.length === 0 && process.stdin.isTTY) {
    throw new AssayError('USAGE', 'no report given', {
      hint: 'Name one: assay gate report.json. A scan writes it with -o json=report.json.',
    });
  }
  if (names.filter((name) => name === STANDARD_INPUT).length > 1) {
    throw new AssayError('USAGE', 'standard input holds one report, and is named twice');
  }
}

/** Writes totals and verdict; if a command runs, standard output is the command's. */
async function writeVerdict(session: Session, report: Report): Promise<void> {
  const isForCommand = session.guarded !== undefined;
  if (isForCommand && session.flags.isOn('quiet')) {
    await printVerdictLine(session, report);
    return;
  }
  const view = { ...reportView(session, !isForCommand), isVerdictOnly: true };
  const pieces: string[] = [];
  for await (const piece of renderReport(applyDisplayFilter(report), 'table', view))
    pieces.push(piece);
  const text = pieces.join('');
  await (isForCommand ? session.say(text) : session.write(text));
}
