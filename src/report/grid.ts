/** A boxed table, drawn row by row. */

import stringWidth from 'string-width';

import { displayWidth, isNarrow, wrap } from './words.ts';

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
  /** Rules are drawn between groups, none within. What is no list is iterated twice, and no more than a group of it is held. */
  readonly groups: Iterable<readonly GridRow[]>;
  /** Columns of the terminal; absent: as wide as the text. */
  readonly width?: number | undefined;
  /** Paints the heads. */
  readonly paintHead: (line: string) => string;
}

/** A blank on either side of what stands in a cell. */
const PADDING = 2;

/** The table's lines, and a last line naming the columns that did not fit. */
export function* drawGrid({ columns, groups, width, paintHead }: GridInput): Iterable<string> {
  const heads = columns.map(({ head }) => measured({ text: head, paint: paintHead }));
  const measure = (group: readonly GridRow[]): readonly MeasuredRow[] =>
    group.map((row) => row.map(measured));
  const measuredGroups = Array.isArray(groups)
    ? (groups as readonly (readonly GridRow[])[]).map(measure)
    : { [Symbol.iterator]: () => measuredOf(groups, measure) };
  const natural = widestOf(heads, measuredGroups);
  const kept = keptColumns(columns, natural, width);
  const widths = fit(
    kept.map((index) => natural[index] ?? 1),
    kept.map((index) => columns[index]?.minWidth ?? 1),
    width,
  );
  const pick = (row: MeasuredRow): MeasuredRow =>
    kept.length === row.length ? row : kept.map((index) => row[index] ?? NO_TEXT);

  yield ruleLine(widths, '┌┬┐') + rowLines(pick(heads), widths, centered);
  const rule = ruleLine(widths, '├┼┤');
  for (const group of measuredGroups) {
    if (group.length > 0) yield rule;
    for (const row of group) yield rowLines(pick(row), widths, leftAligned);
  }
  yield ruleLine(widths, '└┴┘');
  const dropped = columns.filter((_column, index) => !kept.includes(index));
  if (dropped.length > 0) {
    yield `Left out for want of width: ${dropped.map(({ head }) => head).join(', ')}\n`;
  }
}

function* measuredOf(
  groups: GridInput['groups'],
  measure: (group: readonly GridRow[]) => readonly MeasuredRow[],
): Generator<readonly MeasuredRow[]> {
  for (const group of groups) yield measure(group);
}

/** A cell, and what a terminal takes for its text. */
interface MeasuredCell extends GridCell {
  /** As `displayWidth` has it. */
  readonly width: number;
  readonly isNarrow: boolean;
}

type MeasuredRow = readonly MeasuredCell[];

const NO_TEXT: MeasuredCell = { text: '', width: 0, isNarrow: true };

function measured({ text, paint }: GridCell): MeasuredCell {
  const isPlain = isNarrow(text);
  const width = isPlain ? text.length : displayWidth(text);
  return paint === undefined
    ? { text, width, isNarrow: isPlain }
    : { text, paint, width, isNarrow: isPlain };
}

/** Of each column. */
function widestOf(heads: MeasuredRow, groups: Iterable<readonly MeasuredRow[]>): readonly number[] {
  const widest = heads.map(({ width }) => width);
  for (const group of groups) {
    for (const row of group) {
      for (let index = 0; index < widest.length; index += 1) {
        const width = row[index]?.width ?? 0;
        if (width > (widest[index] ?? 0)) widest[index] = width;
      }
    }
  }
  return widest;
}

/** Where two lines of the frame meet: on the left, between columns, on the right. */
type Joints = '┌┬┐' | '├┼┤' | '└┴┘';

function ruleLine(widths: readonly number[], joints: Joints): string {
  const [left, middle, right] = joints;
  return `${left}${widths.map((one) => '─'.repeat(one + PADDING)).join(middle)}${right}\n`;
}

type Align = (text: string, blankCount: number) => string;

/** A row, whose cells take as many lines as the longest of them needs. */
function rowLines(row: MeasuredRow, widths: readonly number[], align: Align): string {
  if (row.every(({ width }, index) => width <= (widths[index] ?? 1))) {
    return rowLine(row, widths, align);
  }
  const cells = row.map(({ text }, index) => wrap(text, widths[index] ?? 1));
  const lineCount = Math.max(...cells.map((lines) => lines.length));
  let text = '';
  for (let at = 0; at < lineCount; at += 1) {
    for (const [index, lines] of cells.entries()) {
      const line = lines[at] ?? '';
      const paint = line === '' ? undefined : row[index]?.paint;
      const blankCount = Math.max(0, (widths[index] ?? 1) - columnCount(line));
      text += `│ ${align(paint === undefined ? line : paint(line), blankCount)} `;
    }
    text += '│\n';
  }
  return text;
}

/** A row in which nothing has to be wrapped. */
function rowLine(row: MeasuredRow, widths: readonly number[], align: Align): string {
  let line = '';
  for (const [index, cell] of row.entries()) {
    const { text, paint } = cell;
    const columns = cell.isNarrow ? cell.width : stringWidth(text);
    const blankCount = Math.max(0, (widths[index] ?? 1) - columns);
    line += `│ ${align(paint === undefined || text === '' ? text : paint(text), blankCount)} `;
  }
  return `${line}│\n`;
}

function leftAligned(text: string, blankCount: number): string {
  return text + ' '.repeat(blankCount);
}

function centered(text: string, blankCount: number): string {
  const after = Math.ceil(blankCount / 2);
  return ' '.repeat(blankCount - after) + text + ' '.repeat(after);
}

/** Columns that a terminal gives a line; nearly all lines are plain. */
function columnCount(line: string): number {
  return isNarrow(line) ? line.length : stringWidth(line);
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
