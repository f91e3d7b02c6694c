/** The entry point of a comparison: reads or scans both sides, and compares them. */

import type { Context } from '../../core/base/context.ts';
import type { Io } from '../../core/base/io.ts';
import type { Difference } from '../../core/model/report/difference.ts';
import type { Report } from '../../core/model/report/report.ts';
import { runScan, type RunRequest } from '../../scan/pipeline/run-scan.ts';
import { soundReportIn } from '../../scan/pipeline/reports/sound-report.ts';
import type { Target } from '../../scan/pipeline/target.ts';
import { compareReports, type NamedReport } from './compare-reports.ts';
import { fileOperand, isFileOperand } from './operand.ts';

/** Two things to compare, each a stored report or something to scan. */
export interface ComparisonRequest {
  readonly a: string;
  readonly b: string;
  /** Relative paths start at its directory. */
  readonly io: Pick<Io, 'cwd'>;
  /** Returns how a side that is not a report is scanned: without gate and exceptions. */
  readonly requestFor: (target: Target) => Promise<RunRequest>;
}

/**
 * Compares two reports, images, bills of materials or directories.
 *
 * @throws AssayError as `runScan` and reading reports do, and `DAMAGED` for a report that
 * contradicts itself
 */
export async function runComparison(
  request: ComparisonRequest,
  context: Context,
): Promise<Difference> {
  const a = await readSide(request, request.a, context);
  return compareReports(a, await readSide(request, request.b, context));
}

async function readSide(
  request: ComparisonRequest,
  name: string,
  context: Context,
): Promise<NamedReport> {
  const report = await reportOf(request, name, context);
  for (const { artifact, diagnostics } of report.results) {
    const gaps = diagnostics.filter(({ gap }) => gap !== undefined);
    if (gaps.length === 0) continue;
    context.log.warn(
      `"${artifact.reference}" has gaps (${gaps.length}): ${gaps[0]?.message ?? ''}`,
    );
  }
  const isFiltered = report.results.some(({ notShown }) =>
    Object.values(notShown).some((count) => count > 0),
  );
  if (isFiltered) {
    context.log.warn(`the report "${name}" leaves out findings because of --severity or --only`);
  }
  return { name, report };
}

async function reportOf(
  request: ComparisonRequest,
  name: string,
  context: Context,
): Promise<Report> {
  const isFile = isFileOperand(name);
  const stored = isFile ? await soundReportIn(request, name) : undefined;
  if (stored !== undefined) return stored;
  const target: Target = isFile ? fileOperand(name) : { reference: name, kind: 'image' };
  return runScan(await request.requestFor(target), context);
}
