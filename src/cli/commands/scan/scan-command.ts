/** What all commands that scan share: options in, one scan, reports out. */

import type { AdvisoryBase } from '../../../advisory/advisory-base.ts';
import { AssayError } from '../../../base/errors.ts';
import { runComputation } from '../../../base/forced-exit.ts';
import { EXIT_CODES } from '../../../model/exit-codes.ts';
import { applyDisplayFilter } from '../../../model/display-filter.ts';
import type { Report } from '../../../model/report.ts';
import { renderReport } from '../../../report/index.ts';
import { FORMAT_NAMES } from '../../../report/list.ts';
import type { Overrides } from '../../../advisory-db/overrides.ts';
import type { ReportView } from '../../../report/reporter.ts';
import type { ScanRequest } from '../../../scan/request.ts';
import { readAdvisoryOptions } from '../../shell/options/advisory-options.ts';
import type { Session } from '../command.ts';
import { compatibleTool } from '../../shell/options/compatible-tool.ts';
import { clearLayerCache, openLayerCache } from '../../shell/options/layer-cache-folder.ts';
import {
  readScanOptions,
  readTargets,
  type ScanOptions,
} from '../../shell/options/scan-options.ts';
import { readChoices } from '../../../config/values.ts';
import { endsWithoutScan, refuseSkippedGate } from './scan-skipping.ts';
import {
  compatibleView,
  readTableFlags,
  tableFlagsGiven,
  tableView,
} from '../../print/table-view.ts';
import { checkWritable, planOutputs, writeReportFile, type Output } from '../../print/outputs.ts';
import { resolveFormat, refuseGrypeFormats, trivyIndicator } from '../../print/trivy-formats.ts';
import { logSecretsNotScanned, logJsonDialect } from '../../print/trivy-notices.ts';
import type { Target } from '../../../scan/target.ts';

/**
 * Scans the targets and writes the reports.
 *
 * @returns the exit code of the verdict.
 * @throws AssayError as `scan()` does, and `USAGE` before anything is scanned.
 */
export async function scanTargets(session: Session, targets: readonly Target[]): Promise<number> {
  refuseSkippedGate(session.flags);
  if (session.flags.isOn('clear-cache')) {
    await clearLayerCache(session);
    return EXIT_CODES.pass;
  }
  if (endsWithoutScan(session)) return EXIT_CODES.pass;
  const outputs = await planReports(session);
  const { wantsAdvisories, overrides, ...options } = await readScanOptions(session, targets);
  await checkWritable(outputs, session.io.cwd);
  sayTableless(session, outputs, wantsAdvisories);

  const { services, context } = session;
  const scanned = { ...options, cache: openLayerCache(session) };
  const whole: ScanRequest = wantsAdvisories
    ? { ...scanned, advisories: await openAdvisories(session, options, overrides) }
    : scanned;
  const request = await withBaseline(session, targets, whole);
  const report = await services.scan(request, context);
  if (session.flags.isOn('download-db-only')) return EXIT_CODES.pass;
  logSecretsNotScanned(session, targets);
  await writeReports(session, report, outputs);
  const { printVerdict } = await import('../../print/verdict-output.ts');
  await printVerdict(session, report, outputs);
  return runExitCode(report);
}

/** Warns about flags of tables where no table of findings is written. */
function sayTableless(
  session: Session,
  outputs: readonly Output[],
  wantsAdvisories: boolean,
): void {
  const { flags, context } = session;
  const given = [
    ...(flags.isOn('dependency-tree') ? ['dependency-tree'] : []),
    ...tableFlagsGiven(session),
  ];
  const hasTable = outputs.some(({ format }) => format === 'table');
  for (const name of given) {
    if (!hasTable) context.log.warn(`--${name} has no effect: only tables show it`);
    else if (!wantsAdvisories && name !== 'width') {
      context.log.warn(`--${name} has no effect: --scanners packages looks for no findings`);
    }
  }
}

/** The baseline is read or scanned first: where there is none, the target need not be scanned. */
async function withBaseline(
  session: Session,
  targets: readonly Target[],
  request: ScanRequest,
): Promise<ScanRequest> {
  if (session.flags.text('baseline') === undefined) return request;
  if (request.advisories === undefined) {
    throw new AssayError(
      'USAGE',
      '--baseline compares findings, and --scanners packages has none',
      {
        hint: 'Leave out one of the two; assay diff compares packages.',
      },
    );
  }
  const { readBaseline } = await import('../../../compare/baseline.ts');
  const baseline = await readBaseline(
    {
      ...session,
      scan: (one, context) => session.services.scan(one, context),
      completeTargets: (named) => readTargets(session, named),
    },
    targets,
    request,
  );
  return { ...request, policy: { ...request.policy, ...(baseline && { baseline }) } };
}

/** What the run ends with: a dry run never fails for what was found. */
export function runExitCode({ verdict }: Report): number {
  return verdict.isDryRun === true ? EXIT_CODES.pass : verdict.exitCode;
}

/** Opens the advisory data of a scan, fetched where that is allowed and needed. */
export function openAdvisories(
  session: Session,
  { policy }: Partial<Pick<ScanOptions, 'policy'>>,
  overrides: Overrides | undefined,
): Promise<AdvisoryBase> {
  const options = {
    ...readAdvisoryOptions(session, policy?.failOn ?? []),
    ...(overrides && { overrides }),
  };
  return session.services.openAdvisories(options, session.context);
}

/** Writes one report in all the formats that were asked for. @throws AssayError where a file cannot be written. */
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
      const { writeStepSummary } = await import('../../print/step-summary.ts');
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
    const { logOmissions } = await import('../../print/compat-notices.ts');
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
  const { renderWithTemplate } = await import('../../print/template-output.ts');
  return renderWithTemplate(session, shown, template);
}

/** Pieces of a report. The first is where reporters do what takes long. */
async function* computed(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  const iterator = pieces[Symbol.asyncIterator]();
  let next = await runComputation(() => iterator.next());
  while (next.done !== true) {
    yield next.value;
    next = await iterator.next();
  }
}

/** How a report is shown to whoever runs the command. */
export function reportView(session: Session, isStandardOutput: boolean): ReportView {
  const compat = compatibleTool(session.flags);
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
  const modes = readChoices('table-mode', flags.list('table-mode'), TABLE_MODES);
  const hasSummary = modes.includes('summary');
  return { hasSummary, isSummaryOnly: hasSummary && !modes.includes('detailed') };
}

/**
 * Where the reports of a run go. What names of formats mean in a run that comes from trivy is said once. A template is tried.
 *
 * @throws AssayError `USAGE` as {@link planOutputs} and {@link resolveFormat}, and for a template that does not work
 */
export async function planReports(session: Session): Promise<readonly Output[]> {
  const { flags, context } = session;
  // Refused before anything is scanned.
  tableMode(session);
  readTableFlags(session);
  const mark = trivyIndicator(session);
  const planned = planOutputs(flags, FORMAT_NAMES, 'table', (name) => resolveFormat(name, mark));
  const isTemplate = flags.isOn('template') || planned.some(({ format }) => format === 'template');
  const resolved = isTemplate
    ? await (await import('../../print/template-format.ts')).attachTemplate(session, planned)
    : planned;
  const outputs = withStepSummary(session, resolved);
  if (compatibleTool(flags) === 'grype') refuseGrypeFormats(outputs);
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
