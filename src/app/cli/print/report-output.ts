/**
 * Writes the reports of a run: the formats and files that were asked for, and what each of them
 * shows.
 */

import type { Session } from '../commands/command.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { Output } from './outputs.ts';
import { logJsonDialect } from './trivy-notices.ts';
import { applyDisplayFilter } from '../../../core/model/report/display-filter.ts';
import { writeReportFile, planOutputs } from './outputs.ts';
import { renderReport } from '../../../scan/report/index.ts';
import { runComputation } from '../../../core/base/forced-exit.ts';
import type { ReportView } from '../../../scan/report/reporter.ts';
import { compatibleTool } from '../shell/options/compatible-tool.ts';
import { tableView, compatibleView, readTableFlags } from './table-view.ts';
import { readChoices } from '../../config/values.ts';
import { trivyIndicator, resolveFormat, refuseGrypeFormats } from './compat-formats.ts';
import { hasForeignSettings } from '../../config/settings.ts';
import { FORMAT_NAMES } from '../../../scan/report/list.ts';

/**
 * Writes one report in all the formats that were asked for. @throws AssayError where a file cannot
 * be written.
 */
export async function writeReports(
  session: Session,
  report: Report,
  outputs: readonly Output[],
): Promise<void> {
  logJsonDialect(session, outputs);
  const shown = applyDisplayFilter(report);
  // A template may fail, and the other reports are written then.
  for (const output of [...outputs].sort(byRisk)) {
    const { format, path, isSummary } = output;
    if (isSummary === true && path !== undefined) {
      const { writeStepSummary } = await import('./step-summary.ts');
      await writeStepSummary(session, shown, path);
      continue;
    }
    const pieces = await piecesOf(session, shown, output);
    if (path === undefined) {
      for await (const piece of pieces) await session.write(piece);
    } else {
      await writeReportFile(path, session.io.cwd, pieces);
      session.context.log.info(`wrote ${format} to ${path}`);
    }
  }
  if (session.flags.isOn('compat') && outputs.some(({ format }) => format === 'table')) {
    const { logOmissions } = await import('./compat-notices.ts');
    await logOmissions(session, shown);
  }
}

function byRisk(one: Output, other: Output): number {
  return Number(one.template !== undefined) - Number(other.template !== undefined);
}

async function piecesOf(
  session: Session,
  shown: Report,
  { format, path, template }: Output,
): Promise<AsyncIterable<string>> {
  if (template === undefined) {
    return computed(renderReport(shown, format, reportView(session, path === undefined)));
  }
  const { renderWithTemplate } = await import('./template-output.ts');
  return renderWithTemplate(session, shown, template);
}

/** Yields the pieces of a report. The first is where reporters do what takes long. */
async function* computed(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const iterator = pieces[Symbol.asyncIterator]();
  let next = await runComputation(() => iterator.next());
  while (next.done !== true) {
    yield next.value;
    next = await iterator.next();
  }
}

/** Returns how a report is rendered, by the flags and by whether it goes to standard output. */
export function reportView(session: Session, isStandardOutput: boolean): ReportView {
  const compat = session.flags.isOn('compat') ? compatibleTool(session.flags) : undefined;
  return {
    ...(compat === undefined
      ? tableView(session, isStandardOutput)
      : { compat, ...compatibleView(session, isStandardOutput) }),
    color: isStandardOutput && session.color,
    showSuppressed: session.flags.isOn('show-suppressed'),
    listPackages: session.flags.isOn('list-all-pkgs'),
    dependencyTree: session.flags.isOn('dependency-tree'),
    ...tableMode(session),
  };
}

const TABLE_MODES: ReadonlyMap<string, 'summary' | 'detailed'> = new Map([
  ['summary', 'summary'],
  ['detailed', 'detailed'],
]);

/** @throws AssayError `USAGE` */
function tableMode({ flags }: Session): Pick<ReportView, 'hasSummary' | 'isSummaryOnly'> {
  if (!flags.isOn('table-mode')) return { hasSummary: false, isSummaryOnly: false };
  const modes = readChoices('table-mode', flags.list('table-mode'), TABLE_MODES);
  const hasSummary = modes.includes('summary');
  return { hasSummary, isSummaryOnly: hasSummary && !modes.includes('detailed') };
}

/**
 * Returns the outputs of a run. A note about the meaning of format names in a run that comes from
 * trivy is written once. A template is tried.
 *
 * @throws AssayError `USAGE` as {@link planOutputs} and {@link resolveFormat}, and for a template
 * that does not work
 */
export async function planReports(session: Session): Promise<readonly Output[]> {
  const { flags, settings, context } = session;
  // Refused before anything is scanned.
  tableMode(session);
  readTableFlags(session);
  const isForeign = hasForeignSettings(settings);
  const mark = isForeign ? trivyIndicator(session) : undefined;
  const meant = mark === undefined ? undefined : (name: string) => resolveFormat(name, mark);
  const planned = planOutputs(flags, FORMAT_NAMES, 'table', meant);
  const isTemplate = flags.isOn('template') || planned.some(({ format }) => format === 'template');
  const resolved = isTemplate
    ? await (await import('./template-format.ts')).attachTemplate(session, planned)
    : planned;
  const outputs = withStepSummary(session, resolved);
  if (isForeign && compatibleTool(flags) === 'grype') refuseGrypeFormats(outputs);
  if (mark !== undefined && flags.text('format') === 'json') {
    context.log.warn(`-f json writes the JSON of trivy (${mark}); -o json=FILE writes Assay's own`);
  }
  return outputs;
}

/** Annotations are few; the job summary of GitHub Actions has all of the report. */
function withStepSummary({ io }: Session, outputs: readonly Output[]): readonly Output[] {
  const path = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  if (path === '' || outputs.every(({ format }) => format !== 'github')) return outputs;
  return [...outputs, { format: 'markdown', path, isSummary: true }];
}
