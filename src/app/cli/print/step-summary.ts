/**
 * The job summary of GitHub Actions: Markdown that is added to the file of `GITHUB_STEP_SUMMARY`.
 *
 * Source: GitHub Docs, "Workflow commands for GitHub Actions": a step has at most 1 MiB, and GitHub
 * drops what is larger as a whole.
 */

import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { Report } from '../../../core/model/report/report.ts';
import { renderReport } from '../../../scan/report/index.ts';
import type { Session } from '../commands/command.ts';
import { writeReportFile } from './outputs.ts';

const MAX_BYTES = 1024 * 1024;
/** Below this there is no room for a verdict. */
const MIN_BYTES = 4096;

/**
 * Adds a report to the summary, cut at a row where the file would become too large.
 *
 * @throws AssayError `ACCESS_DENIED` where it cannot be written.
 */
export async function writeStepSummary(
  { context, io }: Pick<Session, 'context' | 'io'>,
  shown: Report,
  path: string,
): Promise<void> {
  const known = await stat(resolve(io.cwd, path)).catch(() => undefined);
  const maxBytes = MAX_BYTES - (known?.size ?? 0) - 2;
  if (maxBytes < MIN_BYTES) {
    context.log.warn('the job summary is full: nothing was added to it');
    return;
  }
  await writeReportFile(path, io.cwd, paragraph(shown, maxBytes), 'a');
  context.log.info('added the report to the job summary');
}

/**
 * Yields the report behind an empty line: the text of another program before it may lack a line
 * end.
 */
async function* paragraph(shown: Report, maxBytes: number): AsyncGenerator<string> {
  yield '\n';
  yield* renderReport(shown, 'markdown', { maxBytes });
}
