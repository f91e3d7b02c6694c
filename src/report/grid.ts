/** A boxed table, drawn piece by piece: only one group of rows is laid out at a time. */

import CliTable from 'cli-table3';

import { displayWidth, wrap } from './words.ts';

export interface GridColumn {
  readonly head: string;
  /** The column is not made narrower than this to fit a terminal. */
  readonly minWidth: number;
  /** Columns with a rank are left out, lowest first, where even the least widths do not fit. */
  readonly dropRank?: number;
}

export interface GridCell {
  /** Harmless and without line ends. */
  readonly text: string;
  /** Puts terminal colours around one line. */
  readonly paint?: (line: string) => string;
}

export type GridRow = readonly GridCell[];

export interface GridInput {
  readonly columns: readonly GridColumn[];
  /** Rules are drawn between groups, none within. */
  readonly groups: readonly (readonly GridRow[])[];
  /** Columns of the terminal; absent: as wide as the text. */
  readonly width?: number | undefined;
  /** Paints the heads. */
  readonly paintHead: (line: string) => string;
}

/** The library's layout takes the square of the number of rows, so long groups are drawn in parts. */
const ROWS_AT_ONCE = 10;
const PADDING = 2;

/** The table's lines, and a last line naming the columns that did not fit. */
export function* drawGrid({ columns, groups, width, paintHead }: GridInput): Iterable<string> {
  const natural = columns.map(({ head }, index) => {
    let widest = displayWidth(head);
    for (const group of groups) {
      for (const row of group) widest = Math.max(widest, displayWidth(row[index]?.text ?? ''));
    }
    return widest;
  });
  const kept = keptColumns(columns, natural, width);
  const widths = fit(
    kept.map((index) => natural[index] ?? 1),
    kept.map((index) => columns[index]?.minWidth ?? 1),
    width,
  );
  const pick = (row: GridRow): GridRow => kept.map((index) => row[index] ?? { text: '' });

  const heads = columns.map(({ head }) => ({ text: head, paint: paintHead }));
  yield drawRows([pick(heads)], widths, { top: TOP, isHead: true });
  for (const group of groups) {
    for (let start = 0; start < group.length; start += ROWS_AT_ONCE) {
      const rows = group.slice(start, start + ROWS_AT_ONCE).map(pick);
      yield drawRows(rows, widths, { top: start === 0 ? RULE : NO_RULE, isHead: false });
    }
  }
  yield `└${widths.map((one) => '─'.repeat(one + PADDING)).join('┴')}┘\n`;
  const dropped = columns.filter((_column, index) => !kept.includes(index));
  if (dropped.length > 0) {
    yield `Left out for want of width: ${dropped.map(({ head }) => head).join(', ')}\n`;
  }
}

const NO_RULE = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '' };
const TOP = { top: '─', 'top-mid': '┬', 'top-left': '┌', 'top-right': '┐' };
const RULE = { top: '─', 'top-mid': '┼', 'top-left': '├', 'top-right': '┤' };
const INSIDE = {
  left: '│',
  right: '│',
  middle: '│',
  mid: '',
  'mid-mid': '',
  'left-mid': '',
  'right-mid': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
};

function drawRows(
  rows: readonly GridRow[],
  widths: readonly number[],
  { top, isHead }: { readonly top: typeof TOP; readonly isHead: boolean },
): string {
  const table = new CliTable({
    chars: { ...INSIDE, ...top },
    colWidths: widths.map((one) => one + PADDING),
    colAligns: isHead ? widths.map(() => 'center' as const) : [],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push(
      row.map(({ text, paint }, index) =>
        wrap(text, widths[index] ?? 1)
          .map((line) => (paint === undefined || line === '' ? line : paint(line)))
          .join('\n'),
      ),
    );
  }
  return `${table.toString()}\n`;
}

function frameWidth(columnCount: number): number {
  return columnCount * (PADDING + 1) + 1;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Indexes of the columns whose least widths fit, in order. */
function keptColumns(
  columns: readonly GridColumn[],
  natural: readonly number[],
  width: number | undefined,
): readonly number[] {
  let kept = columns.map((_column, index) => index);
  if (width === undefined) return kept;
  const least = (index: number): number =>
    Math.min(columns[index]?.minWidth ?? 1, natural[index] ?? 1);
  const rank = (index: number): number => columns[index]?.dropRank ?? Number.POSITIVE_INFINITY;
  while (sum(kept.map(least)) + frameWidth(kept.length) > width) {
    const lowest = kept.toSorted((a, b) => rank(a) - rank(b))[0] ?? 0;
    if (rank(lowest) === Number.POSITIVE_INFINITY) break;
    kept = kept.filter((index) => index !== lowest);
  }
  return kept;
}

/** Takes from the widest column that may still shrink, until all fit. */
function fit(
  natural: readonly number[],
  minimal: readonly number[],
  width: number | undefined,
): readonly number[] {
  const widths = [...natural];
  if (width === undefined) return widths;
  let excess = sum(widths) + frameWidth(widths.length) - width;
  while (excess > 0) {
    let widest = -1;
    for (const [index, one] of widths.entries()) {
      const canShrink = one > (minimal[index] ?? 1);
      if (canShrink && (widest < 0 || one > (widths[widest] ?? 0))) widest = index;
    }
    if (widest < 0) return widths;
    widths[widest] = (widths[widest] ?? 1) - 1;
    excess -= 1;
  }
  return widths;
}
