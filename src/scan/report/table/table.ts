/**
 * The report for people. It keeps trivy's greppable lines, one title and one `Total:` for each
 * artifact, and ends with the verdict.
 */

import { createColors } from 'picocolors';

import { indexBy } from '../../../core/base/maps.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import {
  drawRows,
  measureRows,
  planRows,
  type TableColumn,
  type TableRow,
} from '../text/aligned-rows.ts';
import { baselineLines } from './baseline-lines.ts';
import { dependencyTreeLines } from './dependency-tree.ts';
import { contradictionLines, evidenceLines } from './evidence.ts';
import { comparePackages, groupFindings, severityName } from '../findings/finding-rows.ts';
import { findingTable } from './finding-table.ts';
import { shortOriginText } from './origin-text.ts';
import { DEFAULT_WIDTH, type Reporter, type ReportView } from '../reporter.ts';
import {
  coverageLines,
  gapLines,
  headLines,
  isInventoryOnly,
  isOfRulesAlone,
  noteLines,
  notShownLine,
  suppressionSourceText,
  suppressedLine,
  titleText,
  totalLine,
  unknownOriginLines,
} from './table-sections.ts';
import { lookedForText, openRuleFindings, ruleTable, ruleTotalLines } from './rule-table.ts';
import { toolLines } from './tool-lines.ts';
import { verdictLines } from './verdict-block.ts';
import { displayWidth, lastPart, terminalText, wrap } from '../text/terminal-text.ts';

export const table: Reporter = {
  id: 'table',
  mediaType: 'text/plain',
  purpose: 'shows people the findings, what could hide some, and the verdict',
  findings: {
    listed: 'open',
    vulnerabilities: 'all that were not set aside',
    others: 'lines below the table',
    ruleFieldsWithout: {
      fields: [
        ...([
          'range.startColumn',
          'range.endLine',
          'range.endColumn',
          'excerpt',
          'remedy',
        ] as const),
        ...(['steps.location.layer', 'steps.range.endLine', 'steps.range.endColumn'] as const),
        ...(['fix', 'cwe', 'aliases', 'helpUri', 'confidence', 'comments'] as const),
        ...(['fingerprint', 'id'] as const),
      ],
      reason: 'has a line for each finding; the JSON report has the rest',
    },
    setAside: 'counted by reason; `--show-suppressed` lists it',
  },
  async *render(report, view = {}) {
    const full = { ...DEFAULT_VIEW, ...view };
    yield paragraph(report.results.flatMap(headLines));
    if (full.isVerdictOnly === true) {
      yield paragraph(report.results.flatMap((one) => totalLines(one, report)));
      if (report.baseline !== undefined) yield paragraph(baselineLines(report, full.width));
      yield lines(verdictLines(report, full));
      return;
    }
    if (full.hasSummary === true) yield* summaryTable(report, full);
    if (full.isSummaryOnly !== true) {
      for (const result of report.results) yield* artifactSection(result, report, full);
    }
    if (report.baseline !== undefined) yield paragraph(baselineLines(report, full.width));
    yield paragraph(coverageLines(report.coverage, report.startedAt, full.width));
    yield lines(verdictLines(report, full));
  },
};

/** A view whose width is decided. */
type WideView = ReportView & { readonly width: number };

const DEFAULT_VIEW: WideView = {
  width: DEFAULT_WIDTH,
  color: false,
  showSuppressed: false,
  listPackages: false,
  dependencyTree: false,
};

/** Returns the lines and an empty one after them; nothing for no lines. */
function paragraph(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `${lines(texts)}\n`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

/** The column of rule findings stands only where rules were part of the scan. */
function summaryColumns(hasRules: boolean): readonly TableColumn[] {
  const rules = hasRules ? ['Rules'] : [];
  const heads = ['Packages', ...SEVERITIES.toReversed().map(capitalized), ...rules, 'Gaps'];
  return [{ head: 'Target', least: 16, cut: lastPart }, ...heads.map((head) => ({ head }))];
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** Yields the summary, with `-` for parts that were not scanned. */
function* summaryTable(report: Report, view: WideView): Iterable<string> {
  const hasRules = report.results.some(
    ({ scanners, findings }) =>
      scanners !== undefined || findings.some(({ kind }) => kind === 'rule'),
  );
  const rows = report.results.map((result) => {
    const findings = groupFindings(result).flatMap((group) => group.findings);
    const counts = SEVERITIES.toReversed().map((one) =>
      isInventoryOnly(report) || isOfRulesAlone(result)
        ? '-'
        : findings.filter(({ severity }) => severity === one).length,
    );
    const gapCount = result.diagnostics.filter(({ gap }) => gap !== undefined).length;
    const { length } = result.inventory.packages;
    const rules = hasRules ? [openRuleFindings(result).length] : [];
    return [titleOf(result), ...[length, ...counts, ...rules, gapCount].map(String)];
  });
  yield `Report Summary\n\n${paragraph(rowLines(summaryColumns(hasRules), rows, view))}`;
}

/** Returns the lines with the artifact and the number of its findings. */
function totalLines(result: ArtifactResult, report: Report): readonly string[] {
  const total = totalLine(groupFindings(result), report.shownSeverities);
  return [
    titleOf(result),
    ...(isOfRulesAlone(result) ? [] : [total]),
    ...ruleTotalLines(result, report),
  ];
}

/** Returns the title. If only rules ran, it names their categories. */
function titleOf(result: ArtifactResult): string {
  return isOfRulesAlone(result)
    ? titleText(result, lookedForText(result) || 'other analyzers')
    : titleText(result);
}

async function* artifactSection(
  result: ArtifactResult,
  report: Report,
  view: WideView,
): AsyncGenerator<string> {
  const title = titleOf(result);
  const colors = createColors(view.color);
  yield view.color
    ? `${colors.bold(colors.underline(title))}\n`
    : `${title}\n${'='.repeat(Math.min(displayWidth(title), view.width))}\n`;
  const isOnlyListed = isInventoryOnly(report) && result.inventory.packages.length > 0;
  if (isOnlyListed) {
    yield `Packages: ${result.inventory.packages.length} (no advisories were asked)\n\n`;
  } else if (!isOfRulesAlone(result)) {
    yield* findingsSection(result, report, view);
  }
  yield paragraph(toolLines(result, view.width));
  if (view.dependencyTree) yield paragraph(dependencyTreeLines(result, view.width));
  if (isOnlyListed || view.listPackages) yield* packagesTable(result, view);
  yield paragraph(contradictionLines(result, view.width));
  yield* ruleTable(result, report, view);
  yield paragraph(evidenceLines(result, view.width));
  yield* suppressedSection(result, view);
  const notShown = notShownLine(result, report);
  yield paragraph(notShown === undefined ? [] : wrap(notShown, view.width));
  yield paragraph(unknownOriginLines(result, report, view.width));
  yield paragraph(gapLines(result.diagnostics, view.width));
  yield paragraph(noteLines(result.diagnostics, view.width));
}

async function* findingsSection(
  result: ArtifactResult,
  report: Report,
  view: WideView,
): AsyncGenerator<string> {
  const groups = groupFindings(result);
  yield `${totalLine(groups, report.shownSeverities)}\n\n`;
  if (groups.length > 0) yield* findingTable(groups, { result, report, view });
}

const PACKAGE_COLUMNS: readonly TableColumn[] = [
  { head: 'Library' },
  { head: 'Installed' },
  { head: 'Type' },
  { head: 'Evidence', dropRank: 1 },
  { head: 'Origin', least: 16, dropRank: 0, cut: lastPart },
];

function* packagesTable({ inventory, artifact }: ArtifactResult, view: WideView): Iterable<string> {
  const rows = inventory.packages
    .toSorted(comparePackages)
    .map((pkg) => [
      terminalText(pkg.name, 120),
      terminalText(pkg.version, 60),
      pkg.ecosystem,
      pkg.evidence.level,
      shortOriginText(pkg, artifact),
    ]);
  if (rows.length > 0) yield paragraph(rowLines(PACKAGE_COLUMNS, rows, view));
}

const SUPPRESSED_COLUMNS: readonly TableColumn[] = [
  { head: 'Library' },
  { head: 'Vulnerability' },
  { head: 'Severity' },
  { head: 'By' },
  { head: 'Owner', dropRank: 1 },
  { head: 'Until', dropRank: 0 },
  { head: 'Reason', least: 24, wraps: true },
];

/**
 * Yields the suppressed findings: counted, and listed on request. Hidden severities are counted as
 * not shown.
 */
function* suppressedSection(result: ArtifactResult, view: WideView): Iterable<string> {
  const findings = indexBy(result.findings, 'id');
  const suppressed = result.suppressed.filter(({ findingId }) => findings.has(findingId));
  const line = suppressedLine(suppressed);
  if (line === undefined) return;
  if (!view.showSuppressed) {
    yield paragraph(wrap(`${line}, listed with --show-suppressed`, view.width));
    return;
  }
  const names = new Map(result.inventory.packages.map(({ id, name }) => [id, name]));
  const rows: readonly TableRow[] = suppressed.flatMap((one) => {
    const finding = findings.get(one.findingId);
    return finding === undefined ? [] : [suppressedRow(one, finding, names)];
  });
  yield paragraph(wrap(line, view.width));
  if (rows.length > 0) yield paragraph(rowLines(SUPPRESSED_COLUMNS, rows, view));
}

/** Longest shown reason: a paragraph. */
const MAX_REASON = 600;

function suppressedRow(
  { by, from, reason, owner, until }: Suppressed,
  finding: Finding,
  names: ReadonlyMap<string, string>,
): TableRow {
  const packageId = finding.kind === 'rule' ? undefined : finding.packageId;
  const { path } = finding.kind === 'rule' ? finding.location : locationOf(finding);
  return [
    terminalText(names.get(packageId ?? '') ?? path, 120),
    terminalText(suppressedName(finding), 120),
    severityName(finding.severity),
    terminalText(from ?? suppressionSourceText(by), 120),
    terminalText(owner ?? '', 80),
    terminalText(until ?? ''),
    terminalText(reason === '' ? '(none given)' : reason, MAX_REASON),
  ];
}

/** Returns the name of a suppressed finding. */
function suppressedName(finding: Finding): string {
  switch (finding.kind) {
    case 'vulnerability':
      return finding.advisoryId;
    case 'rule':
      return finding.rule;
    case 'integrity':
      return `${finding.contradiction.kind} ${finding.id}`;
  }
}

function locationOf(finding: Exclude<Finding, RuleFinding>): { readonly path: string } {
  return finding.kind === 'integrity' ? finding.contradiction.location : { path: '' };
}

/** Returns a table, and a line that names the columns without room. */
function rowLines(
  columns: readonly TableColumn[],
  rows: readonly TableRow[],
  { color, width }: WideView,
): readonly string[] {
  const layout = { columns, width, paintHead: createColors(color).bold };
  const plan = planRows(layout, measureRows(columns, rows));
  const leftOut = columns.filter((_column, index) => !plan.shown.includes(index));
  const heads = leftOut.map(({ head }) => head).join(', ');
  return [
    ...[...drawRows(layout, plan, [{ rows }])].join('').trimEnd().split('\n'),
    ...(leftOut.length > 0 ? [`No room for: ${heads}. A larger --width shows more.`] : []),
  ];
}
