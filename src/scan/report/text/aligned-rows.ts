/** A table without a frame: a head, and rows whose cells begin at the columns of the head. */

import {
  COLUMN_GAP,
  LEAST_WHOLE,
  Measures,
  planColumns,
  type TableColumn,
  type ColumnPlan,
} from './column-plan.ts';
import { cutAtWord, displayWidth, shortened, wrap } from './terminal-text.ts';

export type { TableColumn } from './column-plan.ts';

/** A text that is harmless and has no line ends, and what paints it. */
export interface PaintedCell {
  readonly text: string;
  /** Puts terminal sequences around the text. */
  readonly paint: (text: string) => string;
}

/** A cell of a table: its text, and with colors how it is painted. */
export type Cell = string | PaintedCell;
/** The cells of a row, one for each column. */
export type TableRow = readonly Cell[];

/** Rows that belong together. */
export interface RowGroup {
  /** Texts of a line above the rows. */
  readonly heading?: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The layout of rows. */
export interface TableLayout {
  readonly columns: readonly TableColumn[];
  /** The widest line. */
  readonly width: number;
  /** Blanks before each row. */
  readonly indent?: number;
  /** Paints the heads; absent: there is no head. */
  readonly paintHead?: (head: string) => string;
  readonly paintHeading?: (heading: string) => string;
  /** Cuts the last text of a heading; absent: at a word. */
  readonly cutHeading?: (text: string, width: number) => string;
  /**
   * Whether texts are shortened if they do not fit beside each other; absent: a row takes more
   * lines.
   */
  readonly mayShorten?: boolean;
}

/** A line that is continued begins so far to the right. */
const HANGING_INDENT = 4;
/** From this width on nearly all rows take one line; below, more of them may take two. */
export const WIDE = 160;
/** A table has at most 1.1 and 1.3 lines for each row, its head among them. */
const SHARE_OF_LONG = { wide: 0.09, narrow: 0.27 };

/**
 * Returns the widths of what is in the cells of the rows. The last cell of a column that is cut
 * need not be measured.
 */
export function measureRows(
  columns: readonly TableColumn[],
  rows: Iterable<TableRow>,
): { readonly measures: Measures; readonly rowCount: number } {
  const measures = new Measures(columns, displayWidth);
  let rowCount = 0;
  for (const row of rows) {
    rowCount += 1;
    for (let at = 0; at < row.length; at += 1) measures.add(at, displayWidth(textOf(row[at])));
  }
  return { measures, rowCount };
}

/** Chooses columns and widths for rows that were measured. */
export function planRows(
  { columns, width, indent = 0 }: TableLayout,
  { measures, rowCount }: ReturnType<typeof measureRows>,
): ColumnPlan {
  const share = width >= WIDE ? SHARE_OF_LONG.wide : SHARE_OF_LONG.narrow;
  const longTexts = Math.max(0, Math.floor(rowCount * share) - 1);
  const room = { width: width - indent, longTexts };
  return planColumns(columns, measures, room);
}

/** Yields the head and the rows; each piece ends with a line end. */
export function* drawRows(
  layout: TableLayout,
  plan: ColumnPlan,
  groups: Iterable<RowGroup>,
): Generator<string> {
  const { columns, paintHead, paintHeading = unpainted, width, cutHeading } = layout;
  const places = placesOf(layout, plan);
  if (paintHead !== undefined) {
    yield rowLines(
      columns.map(({ head }) => ({ text: head, paint: paintHead })),
      places,
      width,
    );
  }
  for (const { heading, rows } of groups) {
    if (heading !== undefined) yield `${paintHeading(headingLine(heading, width, cutHeading))}\n`;
    for (const row of rows) yield rowLines(row, places, width);
  }
}

function unpainted(text: string): string {
  return text;
}

/** Returns texts two blanks apart. The last one is cut to what the others leave. */
function headingLine(texts: readonly string[], width: number, cut = cutAtWord): string {
  const clean = texts.map(oneBlank).filter((text) => text !== '');
  const start = clean.slice(0, -1).join(' '.repeat(COLUMN_GAP));
  if (start === '') return cut(clean[0] ?? '', width);
  const left = width - displayWidth(start) - COLUMN_GAP;
  // What is cut to a few characters says nothing.
  if (left < LEAST_WHOLE) return cutAtWord(start, width);
  return start + ' '.repeat(COLUMN_GAP) + cut(clean.at(-1) ?? '', left);
}

/** Returns the lines of a small table. */
export function tableLines(layout: TableLayout, rows: readonly TableRow[]): readonly string[] {
  if (rows.length === 0) return [];
  const plan = planRows(layout, measureRows(layout.columns, rows));
  return [...drawRows(layout, plan, [{ rows }])].join('').trimEnd().split('\n');
}

/** The position of a column, and the way its texts are fitted. */
interface Place {
  readonly index: number;
  readonly start: number;
  readonly width: number;
  /** Cuts a text. Absent: texts stay whole. */
  readonly cut?: (text: string, width: number) => string;
  readonly wraps?: true;
}

function placesOf(
  { columns, indent = 0, mayShorten }: TableLayout,
  plan: ColumnPlan,
): readonly Place[] {
  const places: Place[] = [];
  let start = indent;
  for (const [at, index] of plan.shown.entries()) {
    const column = columns[index];
    const width = plan.widths[at] ?? 0;
    const isCut = column?.least !== undefined || (plan.isForced && mayShorten === true);
    const cut = column?.cut ?? (column?.least === undefined ? shortened : cutAtWord);
    const fits = column?.wraps === true ? { wraps: column.wraps } : isCut && { cut };
    places.push({ index, start, width, ...fits });
    start += width + COLUMN_GAP;
  }
  return places;
}

/** Returns a row. A cell that does not fit behind the one before it begins another line. */
function rowLines(row: TableRow, places: readonly Place[], width: number): string {
  let lines = '';
  let line = '';
  let at = 0;
  for (const place of places) {
    const cell = row[place.index];
    let text = textOf(cell);
    if (text === '') continue;
    let textWidth = displayWidth(text);
    let more: readonly string[] = [];
    if (place.wraps === true) {
      [text = '', ...more] = wrap(text, place.width);
      textWidth = displayWidth(text);
    }
    if (place.cut !== undefined && textWidth > place.width) {
      text = place.cut(text, place.width);
      textWidth = displayWidth(text);
    }
    let { start } = place;
    if (start + textWidth > width) start = Math.max(0, Math.min(start, width - textWidth));
    if (textWidth > width - HANGING_INDENT) {
      text = shortened(text, width - HANGING_INDENT);
      textWidth = displayWidth(text);
      start = HANGING_INDENT;
    }
    if (at > 0 && start < at + COLUMN_GAP) {
      lines += `${line}\n`;
      [line, at] = ['', 0];
    }
    line += ' '.repeat(start - at) + (typeof cell === 'object' ? cell.paint(text) : text);
    at = start + textWidth;
    for (const one of more) line += `\n${' '.repeat(place.start)}${one}`;
  }
  return `${lines}${line}\n`;
}

/** Runs of blanks in a text would look like the end of a column. */
const BLANKS = /\s{2,}|[^\S ]/u;

function textOf(cell: Cell | undefined): string {
  const text = typeof cell === 'object' ? cell.text : (cell ?? '');
  return BLANKS.test(text) ? oneBlank(text) : text;
}

function oneBlank(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}
