/** `assay diff`: what changed between two things. */

import { AssayError } from '../../../base/errors.ts';
import type { Report } from '../../../model/report.ts';
import { compareReports, type NamedReport } from '../../../compare/compare-reports.ts';
import { findInconsistency } from '../../../scan/report-consistency.ts';
import { readResultFormat, writeResult } from '../../print/result-output.ts';
import type { CommandModule, Session } from '../command.ts';
import { differenceLines } from '../../../report/difference-text.ts';
import { textOf } from '../lookup/lookup-session.ts';
import { fileOperand, isFileOperand } from '../../../compare/operand.ts';
import { scanUngated } from './ungated-scan.ts';
import { isStoredReport, readStoredReport } from '../../../scan/stored-report.ts';
import { DIFF_FLAGS } from './flags.ts';

export const diff: CommandModule = {
  usage: 'A B',
  description:
    'Compares two images, SBOMs, folders, archives or JSON reports. A bare word is the name of an image unless it ends as a document does (last.json); other paths begin with ./, ../ or /. Shown are packages added, removed and changed, findings new and fixed, layers and sizes. A report tells what was found when it was made; anything else is scanned and matched with the data of now. Exceptions have no part in it. With --scanners packages only packages are compared, which needs no advisory data. Ends with 0 whatever the difference; a gate on what is new is --baseline.',
  flags: DIFF_FLAGS,
  examples: [
    { command: 'assay diff app:1.1 app:1.2', purpose: 'what a release changes' },
    { command: 'assay diff last.json app:1.2', purpose: 'since the stored report' },
    {
      command: 'assay diff --scanners packages old.cdx.json new.cdx.json -f json',
      purpose: 'packages alone, for programs',
    },
  ],
  run: async (session) => {
    const format = readResultFormat(session);
    const [a, b, ...more] = session.args;
    if (a === undefined || b === undefined || more.length > 0) {
      throw new AssayError('USAGE', `two things are compared, and ${session.args.length} given`, {
        hint: 'Name two: assay diff app:1.1 app:1.2',
      });
    }
    const difference = compareReports(await readSide(session, a), await readSide(session, b));
    const data = { schemaVersion: 1, ...difference };
    return writeResult(session, format, { data, text: textOf(differenceLines(difference)) });
  },
};

async function readSide(session: Session, name: string): Promise<NamedReport> {
  const isFile = isFileOperand(name);
  const report =
    isFile && (await isStoredReport(session, name))
      ? await readSound(session, name)
      : await scanUngated(session, isFile ? fileOperand(name) : { reference: name, kind: 'image' });
  for (const { artifact, diagnostics } of report.results) {
    const gaps = diagnostics.filter(({ gap }) => gap !== undefined);
    if (gaps.length === 0) continue;
    session.context.log.warn(
      `"${artifact.reference}" has gaps (${gaps.length}): ${gaps[0]?.message ?? ''}`,
    );
  }
  const isFiltered = report.results.some(({ notShown }) =>
    Object.values(notShown).some((count) => count > 0),
  );
  if (isFiltered) {
    session.context.log.warn(
      `the report "${name}" leaves out findings because of --severity or --only`,
    );
  }
  return { name, report };
}

async function readSound(session: Session, name: string): Promise<Report> {
  const report = await readStoredReport(session, name);
  const problem = findInconsistency(report);
  if (problem === undefined) return report;
  throw new AssayError('DAMAGED', `the report "${name}" does not hold together: ${problem}`, {
    hint: 'It was cut off, or edited by hand. Write it again with -o json=FILE.',
  });
}
