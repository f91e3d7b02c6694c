/**
 * Judges compared images with a gate: each image alone, and all images that the user named
 * together. Fresh reports and stored ones are judged alike, as `assay gate` judges them.
 */

import { AssayError } from '../../../core/base/errors.ts';
import type { Context } from '../../../core/base/context.ts';
import type { ImageVerdict } from '../../../core/model/report/base-comparison.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import {
  gateReports,
  type GateRequest,
  type StoredReport,
} from '../../../scan/pipeline/reports/gate-reports.ts';

/** A compared image with the report that it is in. */
export interface JudgedRow {
  readonly name: string;
  readonly result: ArtifactResult;
  readonly report: Report;
}

/**
 * Returns the verdict on one image. Exceptions without effect fail no single image, because another
 * one may need them.
 *
 * @throws AssayError only what ends a run
 */
export function judgeImage(
  row: JudgedRow,
  gate: GateRequest,
  context: Pick<Context, 'now'>,
): ImageVerdict {
  const policy = { ...gate.policy, failOnStaleIgnore: false };
  try {
    const { verdict } = gateReports([reportAlone(row)], { ...gate, policy }, context);
    const causes = verdict.causes.map(({ rule, message }) => ({ rule, message }));
    return { status: verdict.status, exitCode: verdict.exitCode, causes };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    return { status: 'unknown', reason: error.message };
  }
}

/**
 * Returns a report with one verdict over all images.
 *
 * @throws AssayError as `gateReports` does
 */
export function judgeImages(
  rows: readonly JudgedRow[],
  gate: GateRequest,
  context: Pick<Context, 'now'>,
): Report {
  return gateReports(rows.map(reportAlone), gate, context);
}

/**
 * Returns a report on one image of several. The verdict of its scan is left out, because it is
 * about all of them.
 */
function reportAlone({ name, result, report }: JudgedRow): StoredReport {
  const verdict: Report['verdict'] = { status: 'notAsked', exitCode: 0, causes: [] };
  return { name, report: { ...report, results: [result], verdict } };
}
