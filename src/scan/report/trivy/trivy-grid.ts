/**
 * A boxed table in the layout of trivy: cells of at most 60 columns, and a cell that equals the one
 * above is merged with it.
 *
 * Source: output of trivy 0.44 for generated reports. Cells that are empty are never merged. The
 * height of a row includes its merged cells, so a merged cell leaves blank lines.
 */

import stringWidth from 'string-width';

/** Terminal sequences around one line of a cell; `column` counts from 0. */
export interface TrivyPaints {
  readonly frame: (text: string) => string;
  readonly head: (text: string) => string;
  readonly cell: (line: string, column: number) => string;
}

/** The widest line of a cell. */
const MAX_WIDTH = 60;
/** Columns of a cell beside its text: a blank on each side. */
const PADDING = 2;

const LINE_END = /\r?\n/;
const CLUSTERS = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WITHOUT_WIDTH = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Zl}\p{Zp}]$/u;
const LETTER = /^\p{L}$/u;
const HALF_OF_A_FLAG = /^\p{Regional_Indicator}$/u;
const PRINTABLE = /^[ -~]*$/;

/** Draws the table, one piece per row, each with its line ends. Rows have a text for each head. */
export function* trivyGrid(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  paints?: TrivyPaints,
): Generator<string> {
  const wrapped = rows.map((row) => row.map(wrapCell));
  const widths = heads.map((head, column) => {
    let widest = columnsOf(head);
    for (const row of wrapped) {
      const cell = row[column] ?? '';
      if (!cell.includes('\n')) widest = Math.max(widest, columnsOf(cell));
      else for (const line of cell.split('\n')) widest = Math.max(widest, columnsOf(line));
    }
    return widest;
  });
  const bars = widths.map((width) => '─'.repeat(width + PADDING));
  const frame = paints?.frame ?? unpainted;
  yield `${frame(`┌${bars.join('┬')}┐`)}\n`;
  yield lineOf(
    heads.map((head, column) => (paints?.head ?? unpainted)(centered(head, widths[column] ?? 0))),
    frame,
  );
  let merged: readonly boolean[] = heads.map(() => false);
  for (const [index, row] of rows.entries()) {
    const above = rows[index - 1];
    merged = row.map((text, column) => text !== '' && text === above?.[column]);
    yield `${frame(separator(bars, merged))}\n${rowLines(wrapped[index] ?? [], merged, widths, paints)}`;
  }
  yield `${frame(`└${bars.join('┴')}┘`)}\n`;
}

/**
 * Breaks a cell into lines with line ends between them. Words that are too long are cut and end in
 * a hyphen.
 */
function wrapCell(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= MAX_WIDTH && PRINTABLE.test(trimmed) && !trimmed.includes('  ')) {
    return trimmed;
  }
  return trimmed.split(LINE_END).map(wrapLine).join('\n');
}

function wrapLine(text: string): string {
  const isPrintable = PRINTABLE.test(text);
  let done = '';
  let line = '';
  let width = 0;
  const add = (word: string, columns: number): void => {
    if (columns === 0) return;
    const blank = width === 0 ? '' : ' ';
    if (width + blank.length + columns <= MAX_WIDTH) {
      line += blank + word;
      width += blank.length + columns;
    } else {
      // A first piece that is wider than a line leaves an empty line above it.
      done += `${line}\n`;
      line = word;
      width = columns;
    }
  };
  for (const part of text.split(' ')) {
    const word = isPrintable ? part : part.trim();
    const columns = isPrintable ? word.length : columnsOf(word);
    if (columns <= MAX_WIDTH) add(word, columns);
    else for (const piece of cutWord(word)) add(piece, columnsOf(piece));
  }
  return done + line;
}

/**
 * Cuts after a number of characters, whatever their width, so pieces of wide characters are wider
 * than a line.
 */
function cutWord(word: string): readonly string[] {
  const characters = Array.from(word);
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const rest = characters.slice(at);
    // What is longer than a line in characters is so in columns, unless most of them have no width.
    if (columnsOf(rest.slice(0, 2 * MAX_WIDTH).join('')) <= MAX_WIDTH) {
      return [...parts, rest.join('')];
    }
    parts.push(`${characters.slice(at, at + MAX_WIDTH - 1).join('')}-`);
    at += MAX_WIDTH - 1;
  }
}

/** Returns the line above a row, which is left open over merged cells. */
function separator(bars: readonly string[], merged: readonly boolean[]): string {
  let line = merged[0] === true ? '│' : '├';
  for (const [column, bar] of bars.entries()) {
    const isOpen = merged[column] === true;
    line += isOpen ? ' '.repeat(bar.length) : bar;
    const next = merged[column + 1];
    if (next === undefined) line += isOpen ? '│' : '┤';
    else if (isOpen) line += next ? '│' : '├';
    else line += next ? '┤' : '┼';
  }
  return line;
}

function rowLines(
  cells: readonly string[],
  merged: readonly boolean[],
  widths: readonly number[],
  paints: TrivyPaints | undefined,
): string {
  const bar = paints === undefined ? '│' : paints.frame('│');
  const lines = cells.map((cell) => (cell.includes('\n') ? cell.split('\n') : [cell]));
  const height = lines.reduce((most, { length }) => Math.max(most, length), 1);
  let text = '';
  for (let at = 0; at < height; at += 1) {
    for (const [column, parts] of lines.entries()) {
      const part = merged[column] === true ? '' : (parts[at] ?? '');
      const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - columnsOf(part)));
      const painted = paints === undefined || part === '' ? part : paints.cell(part, column);
      text += `${bar} ${painted}${blanks} `;
    }
    text += `${bar}\n`;
  }
  return text;
}

function lineOf(cells: readonly string[], frame: (text: string) => string): string {
  const bar = frame('│');
  return `${bar} ${cells.join(` ${bar} `)} ${bar}\n`;
}

function centered(text: string, width: number): string {
  const blankCount = Math.max(0, width - columnsOf(text));
  const before = Math.floor(blankCount / 2);
  return ' '.repeat(before) + text + ' '.repeat(blankCount - before);
}

/**
 * Counts as trivy does: a cluster of characters is as wide as its first character that has a width.
 * Letters that only newer versions of Unicode join to the one before count by themselves.
 */
function columnsOf(text: string): number {
  if (PRINTABLE.test(text)) return text.length;
  let columns = 0;
  for (const { segment } of CLUSTERS.segment(text)) {
    let width = 0;
    for (const character of segment) {
      if (width === 0 || LETTER.test(character)) width += characterWidth(character);
    }
    columns += width;
  }
  return columns;
}

function characterWidth(character: string): number {
  if (WITHOUT_WIDTH.test(character)) return 0;
  return HALF_OF_A_FLAG.test(character) ? 1 : stringWidth(character);
}

function unpainted(text: string): string {
  return text;
}
