/**
 * The report for people. It keeps trivy's greppable lines, one title and one `Total:` for each artifact, and ends with
 * the verdict.
 */

import { createColors } from 'picocolors';

import { madeOf } from '../base/long-lists.ts';
import type { Finding, RuleFinding } from '../model/finding.ts';
import type { ArtifactResult, Report, Suppressed } from '../model/report.ts';
import { baselineLines } from './baseline.ts';
import { dependencyTreeLines } from './dependency-tree.ts';
import { contradictionLines, evidenceLines } from './evidence.ts';
import {
  comparePackages,
  FINDING_COLUMNS,
  findingRows,
  groupFindings,
  severityName,
  severityPaints,
} from './finding-rows.ts';
import { drawGrid, type GridColumn, type GridRow } from './grid.ts';
import { originText } from './origin.ts';
import type { Reporter, ReportView } from './reporter.ts';
import {
  coverageLines,
  gapLines,
  headLines,
  isInventoryOnly,
  noteLines,
  notShownLine,
  suppressedBy,
  suppressedLine,
  titleText,
  totalLine,
  unknownOriginLines,
} from './sections.ts';
import { verdictLines } from './verdict-block.ts';
import { displayWidth, plain } from './words.ts';

export const table: Reporter = {
  id: 'table',
  mediaType: 'text/plain',
  async *render(report, view = {}) {
    const full: ReportView = { ...DEFAULT_VIEW, ...view };
    yield await Promise.resolve(paragraph(report.results.flatMap(headLines)));
    if (full.isVerdictOnly === true) {
      yield paragraph(report.results.flatMap((one) => totalLines(one, report)));
      yield paragraph(baselineLines(report, full.width));
      yield lines(verdictLines(report, full));
      return;
    }
    if (full.hasSummary === true) yield* summaryTable(report, full);
    if (full.isSummaryOnly !== true) {
      for (const result of report.results) yield* artifactSection(result, report, full);
    }
    yield paragraph(baselineLines(report, full.width));
    yield paragraph(coverageLines(report.coverage, report.startedAt));
    yield lines(verdictLines(report, full));
  },
};

/** The rows of more findings are made twice, for their widths and to be drawn; each takes a kilobyte. */
const MAX_HELD_ROWS = 20_000;

/** Whoever writes the report waits for each piece. */
const PIECE_LENGTH = 64 * 1024;

const DEFAULT_VIEW: ReportView = {
  color: false,
  showSuppressed: false,
  listPackages: false,
  dependencyTree: false,
};

/** Lines and an empty one after them; nothing for no lines. */
function paragraph(texts: readonly string[]): string {
  return texts.length === 0 ? '' : `${lines(texts)}\n`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

const SUMMARY_COLUMNS: readonly GridColumn[] = [
  { head: 'Target', minWidth: 10 },
  { head: 'Packages', minWidth: 8 },
  { head: 'Vulnerabilities', minWidth: 15 },
  { head: 'Gaps', minWidth: 4 },
];

/** `-` where nobody looked. */
function* summaryTable(report: Report, view: ReportView): Iterable<string> {
  const rows = report.results.map((result) => {
    const found = groupFindings(result).reduce((sum, { findings }) => sum + findings.length, 0);
    const gapCount = result.diagnostics.filter(({ gap }) => gap !== undefined).length;
    return [
      { text: titleText(result) },
      { text: String(result.inventory.packages.length) },
      { text: isInventoryOnly(report) ? '-' : String(found) },
      { text: String(gapCount) },
    ];
  });
  yield 'Report Summary\n\n';
  yield* grid(SUMMARY_COLUMNS, [rows], view);
}

/** What an artifact is and how much was found in it. */
function totalLines(result: ArtifactResult, report: Report): readonly string[] {
  return [titleText(result), totalLine(groupFindings(result), report.shownSeverities)];
}

function* artifactSection(
  result: ArtifactResult,
  report: Report,
  view: ReportView,
): Iterable<string> {
  const title = titleText(result);
  const colors = createColors(view.color);
  yield view.color
    ? `${colors.bold(colors.underline(title))}\n`
    : `${title}\n${'='.repeat(displayWidth(title))}\n`;
  const isOnlyListed = isInventoryOnly(report) && result.inventory.packages.length > 0;
  if (isOnlyListed) {
    yield `Packages: ${result.inventory.packages.length} (no advisories were asked)\n\n`;
  } else {
    yield* findingsTable(result, report, view);
  }
  if (view.dependencyTree) yield paragraph(dependencyTreeLines(result));
  if (isOnlyListed || view.listPackages) yield* packagesTable(result, view);
  yield paragraph(contradictionLines(result, view.width));
  yield* otherFindings(result);
  yield paragraph(evidenceLines(result, view.width));
  yield* suppressedSection(result, view);
  const notShown = notShownLine(result, report);
  yield paragraph(notShown === undefined ? [] : [notShown]);
  yield paragraph(unknownOriginLines(result, report, view.width));
  yield paragraph(gapLines(result.diagnostics, view.width));
  yield paragraph(noteLines(result.diagnostics, view.width));
}

function* findingsTable(
  result: ArtifactResult,
  report: Report,
  view: ReportView,
): Iterable<string> {
  const groups = groupFindings(result);
  yield `${totalLine(groups, report.shownSeverities)}\n\n`;
  if (groups.length === 0) return;
  const paints = severityPaints(view.color);
  const rows = madeOf(
    groups,
    (group) => findingRows(group, result, report, paints),
    result.findings.length > MAX_HELD_ROWS,
  );
  yield* grid(FINDING_COLUMNS, rows, view);
}

const PACKAGE_COLUMNS: readonly GridColumn[] = [
  { head: 'Library', minWidth: 10 },
  { head: 'Installed', minWidth: 9 },
  { head: 'Type', minWidth: 6 },
  { head: 'Evidence', minWidth: 8, dropRank: 1 },
  { head: 'Origin', minWidth: 16, dropRank: 0 },
];

function* packagesTable(
  { inventory, artifact }: ArtifactResult,
  view: ReportView,
): Iterable<string> {
  const rows = inventory.packages
    .toSorted(comparePackages)
    .map((pkg) => [
      { text: plain(pkg.name, 120) },
      { text: plain(pkg.version, 60) },
      { text: pkg.ecosystem },
      { text: pkg.evidence.level },
      { text: originText(pkg, artifact) },
    ]);
  if (rows.length > 0) yield* grid(PACKAGE_COLUMNS, [rows], view);
}

/** What rules found, one line each. */
function* otherFindings({ findings, suppressed }: ArtifactResult): Iterable<string> {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  const texts = findings.flatMap((finding) => {
    if (aside.has(finding.id)) return [];
    switch (finding.kind) {
      case 'vulnerability':
      case 'integrity':
        return [];
      case 'rule': {
        const what = `${finding.rule}: ${finding.message} in ${finding.location.path}`;
        return [`  ${severityName(finding.severity).padEnd(8)}  ${plain(what, 400)}`];
      }
    }
  });
  yield paragraph(texts.length === 0 ? [] : [`Other findings: ${texts.length}`, ...texts]);
}

const SUPPRESSED_COLUMNS: readonly GridColumn[] = [
  { head: 'Library', minWidth: 10 },
  { head: 'Vulnerability', minWidth: 15 },
  { head: 'Severity', minWidth: 8 },
  { head: 'By', minWidth: 12 },
  { head: 'Reason', minWidth: 16, dropRank: 0 },
  { head: 'Owner', minWidth: 8, dropRank: 2 },
  { head: 'Until', minWidth: 10, dropRank: 1 },
];

/** What was set aside: counted, and listed where it is asked for. Hidden severities are counted as not shown. */
function* suppressedSection(result: ArtifactResult, view: ReportView): Iterable<string> {
  const findings = new Map(result.findings.map((finding) => [finding.id, finding]));
  const suppressed = result.suppressed.filter(({ findingId }) => findings.has(findingId));
  const line = suppressedLine(suppressed);
  if (line === undefined) return;
  if (!view.showSuppressed) {
    yield paragraph([`${line}, listed with --show-suppressed`]);
    return;
  }
  const names = new Map(result.inventory.packages.map(({ id, name }) => [id, name]));
  const rows: GridRow[] = suppressed.flatMap((one) => {
    const finding = findings.get(one.findingId);
    return finding === undefined ? [] : [suppressedRow(one, finding, names)];
  });
  yield `${line}\n\n`;
  if (rows.length > 0) yield* grid(SUPPRESSED_COLUMNS, [rows], view);
}

function suppressedRow(
  { by, from, reason, owner, until }: Suppressed,
  finding: Finding,
  names: ReadonlyMap<string, string>,
): GridRow {
  const packageId = finding.kind === 'rule' ? undefined : finding.packageId;
  const { path } = finding.kind === 'rule' ? finding.location : locationOf(finding);
  return [
    { text: plain(names.get(packageId ?? '') ?? path, 120) },
    { text: plain(suppressedName(finding), 120) },
    { text: severityName(finding.severity) },
    { text: plain(from ?? suppressedBy(by), 120) },
    { text: plain(reason === '' ? '(none given)' : reason) },
    { text: plain(owner ?? '', 80) },
    { text: plain(until ?? '') },
  ];
}

/** What a finding that was set aside is called. */
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

function* grid(
  columns: readonly GridColumn[],
  groups: Iterable<readonly GridRow[]>,
  view: ReportView,
): Iterable<string> {
  const { bold } = createColors(view.color);
  let piece = '';
  for (const lines of drawGrid({ columns, groups, width: view.width, paintHead: bold })) {
    piece += lines;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}\n`;
}
