/**
 * The lines below the table of findings: layers, what has no room, rows that are not shown, and
 * where to read more.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { tableLines, type TableColumn } from '../text/aligned-rows.ts';
import type { ColumnId, FindingItem, ListedItems, TableScope } from './table-items.ts';
import { severityCounts } from './table-sections.ts';
import { commonOriginText, isFromLayer, layerInstruction, shortLayerText } from './origin-text.ts';
import { DEFAULT_WIDTH } from '../reporter.ts';
import { terminalText, wrap } from '../text/terminal-text.ts';

/** Omissions of the drawn table. */
export interface TableOmissions {
  /** Columns that had no room. */
  readonly leftOut: readonly ColumnId[];
  /** Columns that were drawn. */
  readonly drawn: readonly ColumnId[];
  /** The origin of all rows; `undefined` if they differ. */
  readonly commonOrigin: string | undefined;
}

/** Origins that are listed one by one; more of them would be another table. */
const MAX_ORIGINS = 8;
const MAX_EXPLOITED = 10;

/** Returns the lines below a table. */
export function notesBelow(
  { groups, hidden }: ListedItems,
  gaps: TableOmissions,
  { result, report, view }: TableScope,
): readonly string[] {
  const width = view.width ?? DEFAULT_WIDTH;
  const items = groups.flatMap((group) => group.items);
  const texts = [
    ...leftOutText(gaps),
    ...(gaps.drawn.includes('title') ? [] : exploitedText(items, report)),
    ...hiddenText(hidden),
    ...(view.hasLinks === true || items.length === 0
      ? []
      : ['Details of a row: assay explain VULNERABILITY LIBRARY@INSTALLED']),
  ];
  return [
    ...originLines(items, gaps, { result, width }),
    ...texts.flatMap((text) => wrap(text, width)),
  ];
}

const HEADS: Readonly<Partial<Record<ColumnId, string>>> = {
  evidence: 'Evidence',
  origin: 'Origin',
  title: 'Title',
};

function leftOutText({ leftOut }: TableOmissions): readonly string[] {
  if (leftOut.length === 0) return [];
  const heads = leftOut.map((id) => HEADS[id] ?? id).join(', ');
  const byOrigin = leftOut.includes('origin') ? ', and --group origin says where packages are' : '';
  return [`No room for: ${heads}. A larger --width shows more${byOrigin}.`];
}

/** The mark of exploited vulnerabilities stands in the title. */
function exploitedText(items: readonly FindingItem[], { advisories }: Report): readonly string[] {
  const ids = new Set(
    items.flatMap(({ finding: { advisoryId } }) =>
      advisories.get(advisoryId)?.exploited === undefined ? [] : [terminalText(advisoryId, 120)],
    ),
  );
  if (ids.size === 0) return [];
  const more = ids.size > MAX_EXPLOITED ? ` and ${ids.size - MAX_EXPLOITED} more` : '';
  return [`Known to be exploited: ${[...ids].slice(0, MAX_EXPLOITED).join(', ')}${more}`];
}

function hiddenText(hidden: readonly VulnerabilityFinding[]): readonly string[] {
  if (hidden.length === 0) return [];
  const [total = '', list = ''] = severityCounts(hidden).split(': ');
  const noun = hidden.length === 1 ? 'finding' : 'findings';
  return [`${total} more ${noun}, not shown here: ${list}. --rows all lists them.`];
}

/**
 * Returns the instructions of layers that the table names by number, or all origins where the table
 * has no room for them.
 */
function originLines(
  items: readonly FindingItem[],
  { drawn, commonOrigin }: TableOmissions,
  { result: { artifact }, width }: { readonly result: ArtifactResult; readonly width: number },
): readonly string[] {
  if (commonOrigin !== undefined) return [];
  const isDrawn = drawn.includes('origin');
  const rows = new Map<string, { readonly cells: readonly [string, string]; count: number }>();
  for (const { pkg } of items) {
    const isLayer = isFromLayer(pkg, artifact) || artifact.image?.baseLayerCount !== undefined;
    const instruction = isLayer ? layerInstruction(artifact, pkg.introducedIn) : '';
    if (isDrawn && instruction === '') continue;
    const text = isDrawn
      ? shortLayerText(artifact, pkg.introducedIn)
      : commonOriginText(pkg, artifact);
    const known = rows.get(text);
    if (known === undefined) rows.set(text, { cells: [text, instruction], count: 1 });
    else known.count += 1;
    if (!isDrawn && rows.size > MAX_ORIGINS) return [];
  }
  if (rows.size === 0) return [];
  const cells = [...rows.values()]
    .slice(0, MAX_ORIGINS)
    .map(({ cells: [text, instruction], count }) =>
      isDrawn ? [text, instruction] : [pluralize(count, 'finding'), text],
    );
  const more = rows.size - MAX_ORIGINS;
  return [
    isDrawn ? 'Layers:' : 'Origins:',
    ...tableLines({ columns: TWO_COLUMNS, width, indent: 2 }, cells),
    ...(more > 0 ? [`  and ${more} more, all in json`] : []),
  ];
}

const TWO_COLUMNS: readonly TableColumn[] = [{ head: '' }, { head: '', least: 16 }];
