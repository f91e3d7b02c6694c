/** `assay convert`: a stored report in other formats. */

import { AssayError } from '../../../../core/base/errors.ts';
import { EXIT_CODES, runExitCode } from '../../../../core/model/report/exit-codes.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import type { PolicyOptions } from '../../../../scan/policy/options.ts';
import { withRecomputedRemediation } from '../../../../scan/pipeline/reports/recompute-remediation.ts';
import type { CommandModule, Session } from '../command.ts';
import { readExceptionFiles } from '../../../config/exception-files.ts';
import { checkWritable } from '../../print/outputs.ts';
import { readPolicy } from '../../shell/options/policy-options.ts';
import { printVerdict } from '../../print/verdict-output.ts';
import { readSoundReport } from '../../../../scan/pipeline/reports/sound-report.ts';
import { CONVERT_FLAGS } from './flags.ts';
import { writeReports, planReports } from '../../print/report-output.ts';

export const convert: CommandModule = {
  usage: 'REPORT',
  description:
    'Writes the JSON report of an earlier scan in other formats, without scanning or matching again; - is standard input. The report stays what it is: its verdict and what it set aside are shown, --severity and --only choose what is, and the run ends with 0 whatever the verdict says. With --exit-code, --exit-on-eol, --ignorefile, --ignore-unfixed, --ignore-status or --vex it is decided anew by these alone, as assay gate does it. What a report left out when it was written no conversion brings back.',
  flags: CONVERT_FLAGS,
  examples: [
    { command: 'assay convert report.json', purpose: 'the table' },
    {
      command: 'assay convert -o cyclonedx=app.cdx.json -o spdx-json=app.spdx.json report.json',
      purpose: 'two bills of materials',
    },
    {
      command: 'assay convert --severity HIGH,CRITICAL --exit-code 1 report.json',
      purpose: 'what matters, and a gate on it',
    },
  ],
  run: convertReport,
};

async function convertReport(session: Session): Promise<number> {
  const { args, io } = session;
  const [name, ...more] = args;
  if (name === undefined || more.length > 0) {
    throw new AssayError('USAGE', `one report is needed to convert, and ${args.length} given`, {
      hint: 'Name one: assay convert report.json. A scan writes it with -o json=report.json.',
    });
  }
  const outputs = await planReports(session);
  const policy = readPolicy(session, { ignore: [] });
  await checkWritable(outputs, io.cwd);
  const stored = await readSoundReport(session, name);
  if (asksToDecide(session, policy)) {
    const report = await decidedAnew(session, name, stored);
    await writeReports(session, report, outputs);
    await printVerdict(session, report, outputs);
    return runExitCode(report);
  }
  const shownOrigin = policy.only ?? stored.shownOrigin;
  const report = {
    ...stored,
    shownSeverities: stored.shownSeverities.filter((one) => policy.severities.includes(one)),
    ...(shownOrigin !== undefined && { shownOrigin }),
  };
  await writeReports(session, withRecomputedRemediation(report), outputs);
  return EXIT_CODES.pass;
}

/**
 * Returns whether the flags ask for a decision. `--exit-code 0` does not, and `--allow-incomplete`
 * requires a gate.
 */
function asksToDecide({ flags }: Session, { exitCode, exitOnEol }: PolicyOptions): boolean {
  return (
    exitCode !== undefined ||
    exitOnEol !== undefined ||
    ['ignore-unfixed', 'ignore-status', 'ignorefile', 'overrides', 'vex'].some((name) =>
      flags.isOn(name),
    )
  );
}

async function decidedAnew(session: Session, name: string, report: Report): Promise<Report> {
  const { options } = await readExceptionFiles(session);
  const policy = readPolicy(session, options);
  const { gateReports } = await import('../../../../scan/pipeline/reports/gate-reports.ts');
  const allowEmpty = session.flags.isOn('allow-empty');
  return gateReports([{ name, report }], { policy, allowEmpty }, session.context);
}
