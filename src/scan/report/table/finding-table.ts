/**
 * The table of findings: one row for each package and vulnerability, the most severe package first.
 * What is the same on every row, or has no room, stands in lines below.
 */

import { createColors } from 'picocolors';

import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { webLinks } from '../findings/advisory-links.ts';
import {
  drawRows,
  measureRows,
  planRows,
  WIDE,
  type Cell,
  type TableColumn,
  type TableRow,
  type RowGroup,
  type TableLayout,
} from '../text/aligned-rows.ts';
import type { ColumnPlan } from '../text/column-plan.ts';
import {
  findingTitleText,
  libraryText,
  nearestFixText,
  severityName,
  severityPaints,
  versionText,
  type PackageFindings,
  type SeverityPaints,
} from '../findings/finding-rows.ts';
import { commonOriginText, shortOriginText } from './origin-text.ts';
import { DEFAULT_WIDTH, type ReportView } from '../reporter.ts';
import type {
  Arrangement,
  ColumnId,
  FindingItem,
  ItemGroup,
  ListedItems,
  TableScope,
} from './table-items.ts';
import { notesBelow, type TableOmissions } from './table-notes.ts';
import { primaryUrl } from '../trivy/trivy-names.ts';
import { lastPart, terminalText, wrap } from '../text/terminal-text.ts';

const COLUMNS: Readonly<Record<ColumnId, TableColumn>> = {
  library: { head: 'Library' },
  // Ids stay whole, so that they can be copied.
  vulnerability: { head: 'Vulnerability' },
  severity: { head: 'Severity', isRigid: true },
  evidence: { head: 'Evidence', isRigid: true, dropRank: 2 },
  installed: { head: 'Installed' },
  fixed: { head: 'Fixed' },
  origin: { head: 'Origin', least: 28, most: 60, dropRank: 0, cut: lastPart },
  title: { head: 'Title', least: 20, most: 100, dropRank: 1, takesRest: true },
};

const BY_PACKAGE: readonly ColumnId[] = [
  ...(['library', 'vulnerability', 'severity', 'evidence'] as const),
  ...(['installed', 'fixed', 'origin', 'title'] as const),
];
/** Under a heading with the package. */
const UNDER_PACKAGE: readonly ColumnId[] = ['vulnerability', 'severity', 'fixed', 'title'];
const INDENT = 2;
/**
 * On narrower lines a package is a heading where its rows have no room for it; on others only where
 * packages have many findings.
 */
const NARROW = 120;
const MANY_FINDINGS = 5;

/** Yields the table of an artifact with findings, and the lines below it. */
export async function* findingTable(
  groups: readonly PackageFindings[],
  scope: TableScope,
): AsyncGenerator<string> {
  const { view } = scope;
  const listed = listedItems(groups, scope);
  const { group = 'package' } = view;
  const arranged =
    group === 'package'
      ? { columns: BY_PACKAGE, groups: listed.groups }
      : (await import('../findings/finding-groups.ts')).arrangeGroups(
          listed.groups,
          { group, all: groups },
          scope,
        );
  const gaps = listed.itemCount > 0 ? yield* inPieces(arrangedTable(arranged, scope)) : NO_TABLE;
  const below = notesBelow(listed, gaps, scope);
  if (below.length > 0) yield below.map((line) => `${line}\n`).join('');
  yield '\n';
}

/** Returns the first rows, and all that decide or are malicious whatever their place. */
function listedItems(
  groups: readonly PackageFindings[],
  { report, view }: TableScope,
): ListedItems {
  const isLimited = view.rows !== undefined;
  const deciding = isLimited ? decidingIds(report) : new Set<string>();
  const mustShow = (finding: VulnerabilityFinding): boolean =>
    deciding.has(finding.id) || isMalicious(finding);
  let left = view.rows ?? Number.POSITIVE_INFINITY;
  if (isLimited) {
    for (const { findings } of groups) for (const one of findings) if (mustShow(one)) left -= 1;
  }
  const hidden: VulnerabilityFinding[] = [];
  let itemCount = 0;
  const shown: ItemGroup[] = [];
  for (const { pkg, findings } of groups) {
    const items: FindingItem[] = [];
    for (const finding of findings) {
      const isShown = !isLimited || mustShow(finding) || left > 0;
      if (!isShown) {
        hidden.push(finding);
        continue;
      }
      if (isLimited && !mustShow(finding)) left -= 1;
      items.push({ pkg, finding, ofPackage: findings });
    }
    itemCount += items.length;
    if (items.length > 0) shown.push({ items });
  }
  return { groups: shown, itemCount, hidden };
}

function decidingIds({ verdict }: Report): ReadonlySet<string> {
  // The causes of a pass are rules that nothing met.
  if (verdict.status === 'pass') return new Set();
  return new Set(verdict.causes.flatMap(({ findingIds }) => findingIds));
}

/** Each piece is waited for where it is written. */
const PIECE_LENGTH = 64 * 1024;

/** Joins lines to pieces that are worth a write. */
function* inPieces<Result>(lines: Generator<string, Result>): Generator<string, Result> {
  let piece = '';
  for (let next = lines.next(); ; next = lines.next()) {
    if (next.done === true) {
      yield piece;
      return next.value;
    }
    piece += next.value;
    if (piece.length < PIECE_LENGTH) continue;
    yield piece;
    piece = '';
  }
}

const NO_TABLE: TableOmissions = { leftOut: [], drawn: [], commonOrigin: undefined };

function* arrangedTable(
  arrangement: Arrangement,
  scope: TableScope,
): Generator<string, TableOmissions> {
  const common = commonTexts(arrangement.groups, scope);
  const columns = arrangement.columns.filter(
    (id) => !(id === 'evidence' && common.evidence) && !(id === 'origin' && common.origin),
  );
  const hasHeadings = arrangement.groups.some(({ heading }) => heading !== undefined);
  const plain = planned(columns, arrangement.groups, { scope, indent: hasHeadings ? INDENT : 0 });
  const isStacked =
    plain.plan.isForced && !hasHeadings && isBetterUnderHeadings(arrangement, scope);
  const groups = isStacked
    ? arrangement.groups.map((group) => underPackage(group, common, scope))
    : arrangement.groups;
  const table = isStacked
    ? planned(UNDER_PACKAGE, groups, { scope, indent: INDENT, isStacked })
    : plain;
  yield* drawn(table, groups, scope);
  yield '\n';
  yield* commonLine(common, scope.view.width ?? DEFAULT_WIDTH);
  const drawnIds = table.columns.filter((_id, index) => table.plan.shown.includes(index));
  const inHeadings: readonly ColumnId[] = isStacked ? ['evidence', 'origin'] : [];
  return {
    leftOut: table.columns.filter((id) => !drawnIds.includes(id)),
    drawn: [...drawnIds, ...inHeadings],
    commonOrigin: common.origin,
  };
}

/** Texts that all rows share; `undefined` if they differ. */
interface CommonTexts {
  readonly evidence: string | undefined;
  readonly origin: string | undefined;
}

function commonTexts(
  groups: readonly ItemGroup[],
  { result: { artifact } }: TableScope,
): CommonTexts {
  const common = (textOf: (pkg: Package) => string): string | undefined => {
    const first = groups[0]?.items[0];
    if (first === undefined) return undefined;
    const text = textOf(first.pkg);
    let last = first.pkg;
    for (const { items } of groups) {
      for (const { pkg } of items) {
        if (pkg !== last && textOf(pkg) !== text) return undefined;
        last = pkg;
      }
    }
    return text;
  };
  return {
    evidence: common((pkg) => pkg.evidence.level),
    origin: common((pkg) => commonOriginText(pkg, artifact)),
  };
}

function* commonLine({ evidence, origin }: CommonTexts, width: number): Generator<string> {
  const parts = [
    ...(evidence === undefined ? [] : [`evidence ${evidence}`]),
    ...(origin === undefined ? [] : [`origin ${origin}`]),
  ];
  for (const line of parts.length > 0 ? wrap(`Every row: ${parts.join(', ')}`, width) : []) {
    yield `${line}\n`;
  }
}

function isBetterUnderHeadings({ groups }: Arrangement, { view }: TableScope): boolean {
  const { width = DEFAULT_WIDTH } = view;
  if (width < NARROW || width >= WIDE) return width < NARROW;
  const itemCount = groups.reduce((sum, { items }) => sum + items.length, 0);
  return itemCount >= groups.length * MANY_FINDINGS;
}

function underPackage(
  { items }: ItemGroup,
  common: CommonTexts,
  { result: { artifact } }: TableScope,
): ItemGroup {
  const [first] = items;
  if (first === undefined) return { items };
  const { pkg, ofPackage } = first;
  const parts = [
    libraryText(pkg, ofPackage),
    terminalText(pkg.version, 60),
    ...(common.evidence === undefined ? [pkg.evidence.level] : []),
    ...(common.origin === undefined ? [shortOriginText(pkg, artifact)] : []),
  ];
  return { heading: parts, items };
}

interface PlannedTable {
  readonly columns: readonly ColumnId[];
  readonly layout: TableLayout;
  readonly plan: ColumnPlan;
}

/**
 * Severities fit below their head. Titles take what is left over, and are the costly part of a row.
 */
const UNMEASURED: ReadonlySet<ColumnId> = new Set(['severity', 'title']);

interface PlanOptions {
  readonly scope: TableScope;
  readonly indent: number;
  /** Packages are headings, which end with their origin. */
  readonly isStacked?: boolean;
}

function planned(
  columns: readonly ColumnId[],
  groups: readonly ItemGroup[],
  { scope, indent, isStacked = false }: PlanOptions,
): PlannedTable {
  const { color, width = DEFAULT_WIDTH } = scope.view;
  const { bold } = createColors(color);
  const layout: TableLayout = {
    columns: columns.map((id) => COLUMNS[id]),
    width,
    indent,
    paintHead: bold,
    paintHeading: bold,
    ...(isStacked && { cutHeading: lastPart }),
    mayShorten: width >= NARROW,
  };
  const measured = columns.map((id) => (UNMEASURED.has(id) ? undefined : id));
  const cells = cellMaker(scope);
  const measures = measureRows(layout.columns, rowsOf(groups, measured, cells));
  return { columns, layout, plan: planRows(layout, measures) };
}

function* drawn(
  { columns, layout, plan }: PlannedTable,
  groups: readonly ItemGroup[],
  scope: TableScope,
): Generator<string> {
  const cells = cellMaker(scope);
  // What is not shown need not be made.
  const shown = columns.map((id, index) => (plan.shown.includes(index) ? id : undefined));
  yield* drawRows(layout, plan, rowGroups(groups, shown, cells));
}

function* rowGroups(
  groups: readonly ItemGroup[],
  columns: readonly (ColumnId | undefined)[],
  cells: CellMaker,
): Generator<RowGroup> {
  for (const group of groups) {
    const { heading } = group;
    const rows = [...rowsOf([group], columns, cells)];
    yield heading === undefined ? { rows } : { heading, rows };
  }
}

function* rowsOf(
  groups: readonly ItemGroup[],
  columns: readonly (ColumnId | undefined)[],
  cells: CellMaker,
): Generator<TableRow> {
  for (const { items } of groups) {
    let before: FindingItem | undefined;
    for (const item of items) {
      const previous = before;
      yield columns.map((id) => (id === undefined ? '' : cells(id, item, previous)));
      before = item;
    }
  }
}

/** Returns a cell; what is the same as in the row before it is empty. */
type CellMaker = (id: ColumnId, item: FindingItem, previous: FindingItem | undefined) => Cell;

function cellMaker({ result: { artifact }, report, view }: TableScope): CellMaker {
  const paints: SeverityPaints = severityPaints(view.color);
  return (id, { pkg, finding, ofPackage }, previous) => {
    const isRepeated = previous?.pkg === pkg;
    switch (id) {
      case 'library':
        return isRepeated ? '' : libraryText(pkg, ofPackage);
      case 'vulnerability':
        return vulnerabilityCell(finding, report, view);
      case 'severity':
        return { text: severityName(finding.severity), paint: paints[finding.severity] };
      case 'evidence':
        return isRepeated ? '' : pkg.evidence.level;
      case 'installed': {
        const isSame = isRepeated && finding.matchedVersion === previous.finding.matchedVersion;
        return isSame ? '' : versionText(finding, pkg);
      }
      case 'fixed':
        return nearestFixText(finding);
      case 'origin':
        return isRepeated ? '' : shortOriginText(pkg, artifact);
      case 'title':
        return findingTitleText(finding, report);
    }
  };
}

/** Returns the id, which is a link in a terminal. */
function vulnerabilityCell(
  { advisoryId }: VulnerabilityFinding,
  { advisories }: Report,
  { hasLinks }: ReportView,
): Cell {
  const text = terminalText(advisoryId, 120);
  if (hasLinks !== true) return text;
  const url = primaryUrl(advisoryId, webLinks(advisories.get(advisoryId) ?? { references: [] }));
  return url === undefined ? text : { text, paint: (shown) => linkTo(url, shown) };
}

/** Returns a link in a terminal. Source: "Hyperlinks in terminal emulators" (OSC 8). */
function linkTo(url: string, text: string): string {
  return `\u001B]8;;${url}\u001B\\${text}\u001B]8;;\u001B\\`;
}
