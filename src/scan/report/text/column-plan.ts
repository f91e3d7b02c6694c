/** The widths of columns: which columns fit a line, and how wide each is. */

/** A column of a table. */
export interface TableColumn {
  readonly head: string;
  /**
   * Least width of a column whose texts are cut to fit, and of its widest text where that is less;
   * absent: its texts stay whole.
   */
  readonly least?: number;
  /** A column that is cut is never wider; absent: as wide as its widest text. */
  readonly most?: number;
  /** The texts were not measured: the column takes what is left over. */
  readonly takesRest?: true;
  /** Columns with a rank are left out, lowest first, where the others do not fit. */
  readonly dropRank?: number;
  /** No text is ever longer than the column. */
  readonly isRigid?: true;
  /** For the last column: its texts are not cut, but continue in further lines. */
  readonly wraps?: true;
  /** Cuts a text to a width. */
  readonly cut?: (text: string, width: number) => string;
}

/** Blanks between two columns. */
export const COLUMN_GAP = 2;

/** Widths beyond are counted as this one. */
const MAX_WIDTH = 400;
/** A title of so many columns is read without effort. */
const EASY_WIDTH = 30;
/** Remaining width of whole texts that have to be shortened. */
export const LEAST_WHOLE = 8;

/** Frequencies of widths in each column. */
export class Measures {
  readonly #counts: readonly Uint32Array[];

  constructor(columns: readonly TableColumn[], headWidth: (head: string) => number) {
    this.#counts = columns.map(() => new Uint32Array(MAX_WIDTH + 1));
    this.heads = columns.map(({ head }) => headWidth(head));
  }

  readonly heads: readonly number[];

  add(column: number, width: number): void {
    const counts = this.#counts[column];
    const at = Math.min(width, MAX_WIDTH);
    if (counts !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  }

  /** Returns the width of the widest text of a column, which is not below that of its head. */
  widestOf(column: number): number {
    return this.#widestBelow(column, MAX_WIDTH + 1);
  }

  /**
   * Returns the next smaller width that occurs, and how many texts are wider; `undefined` where
   * there is none.
   */
  stepBelow(
    column: number,
    width: number,
  ): { readonly width: number; readonly widerCount: number } | undefined {
    const head = this.heads[column] ?? 0;
    if (width <= head) return undefined;
    return {
      width: this.#widestBelow(column, width),
      widerCount: this.#counts[column]?.[width] ?? 0,
    };
  }

  #widestBelow(column: number, limit: number): number {
    const counts = this.#counts[column] ?? new Uint32Array(0);
    const head = this.heads[column] ?? 0;
    for (let width = limit - 1; width > head; width -= 1)
      if ((counts[width] ?? 0) > 0) return width;
    return head;
  }
}

/** The shown columns and their widths. */
export interface ColumnPlan {
  /** Indexes of the columns that are shown. */
  readonly shown: readonly number[];
  /** Width of each column that is shown. */
  readonly widths: readonly number[];
  /** Whole texts would not fit one line with these widths, and are shortened. */
  readonly isForced: boolean;
}

/** The available space. */
export interface AvailableSpace {
  readonly width: number;
  /** Texts that may be longer than their column, each of which takes another line. */
  readonly longTexts: number;
}

/**
 * Chooses columns and widths. Whole texts come first, but for a few long ones; what is left over is
 * shared by columns that are cut, the last of which takes the rest. A column is left out where its
 * least width is not there.
 */
export function planColumns(
  columns: readonly TableColumn[],
  measures: Measures,
  room: AvailableSpace,
): ColumnPlan {
  let shown = columns.map((_column, index) => index);
  for (;;) {
    const widths = shown.map((index) => startWidth(columns[index], measures.widestOf(index)));
    const isFitting = shrinkLong(columns, measures, { shown, widths, room });
    if (isFitting) {
      const spare = room.width - lineWidth(widths);
      return { shown, widths: grown(columns, measures, { shown, widths, spare }), isForced: false };
    }
    const lowest = lowestRank(columns, shown);
    if (lowest === undefined) {
      return { shown, widths: shrunk(widths, lineWidth(widths) - room.width), isForced: true };
    }
    shown = shown.filter((index) => index !== lowest);
  }
}

/** Whole texts begin with all their room, others with the least. */
function startWidth(column: TableColumn | undefined, widest: number): number {
  if (column?.least === undefined) return widest;
  return Math.min(column.least, naturalWidth(column, widest));
}

/**
 * Narrows columns of whole texts until a line fits, where few long texts make much room first.
 *
 * @returns whether the line fits.
 */
function shrinkLong(
  columns: readonly TableColumn[],
  measures: Measures,
  { shown, widths, room }: { shown: readonly number[]; widths: number[]; room: AvailableSpace },
): boolean {
  let left = room.longTexts;
  while (lineWidth(widths) > room.width) {
    let best: { at: number; width: number; widerCount: number; gain: number } | undefined;
    for (const [at, index] of shown.entries()) {
      const column = columns[index];
      if (column === undefined || isCut(column) || column.isRigid === true) continue;
      const now = widths[at] ?? 0;
      const step = measures.stepBelow(index, now);
      if (step === undefined || step.widerCount > left) continue;
      const gain = (now - step.width) / Math.max(step.widerCount, 1);
      if (best === undefined || gain > best.gain) best = { at, ...step, gain };
    }
    if (best === undefined) return false;
    widths[best.at] = best.width;
    left -= best.widerCount;
  }
  return true;
}

function lineWidth(widths: readonly number[]): number {
  return sum(widths) + COLUMN_GAP * (widths.length - 1);
}

function lowestRank(columns: readonly TableColumn[], shown: readonly number[]): number | undefined {
  let lowest: number | undefined;
  for (const index of shown) {
    const rank = columns[index]?.dropRank;
    if (rank === undefined) continue;
    if (lowest === undefined || rank < (columns[lowest]?.dropRank ?? 0)) lowest = index;
  }
  return lowest;
}

/** Returns the width at which nothing is cut. */
function naturalWidth({ most = MAX_WIDTH, takesRest }: TableColumn, measured: number): number {
  return takesRest === true ? most : Math.min(measured, most);
}

/**
 * Gives away what is left over: to titles up to an easy width, to texts that were measured, then to
 * titles.
 */
function grown(
  columns: readonly TableColumn[],
  measures: Measures,
  { shown, widths, spare }: Pick<ColumnPlan, 'shown' | 'widths'> & { readonly spare: number },
): readonly number[] {
  const result = [...widths];
  let left = spare;
  const grow = (isWanted: (column: TableColumn) => boolean, limit: number): void => {
    // Titles come last and are served first.
    for (const [at, index] of [...shown.entries()].reverse()) {
      const column = columns[index];
      if (column === undefined || !isCut(column) || !isWanted(column)) continue;
      const now = result[at] ?? 0;
      const natural = naturalWidth(column, measures.widestOf(index));
      const more = Math.max(0, Math.min(natural, limit) - now);
      result[at] = now + Math.min(more, left);
      left -= Math.min(more, left);
    }
  };
  grow(() => true, EASY_WIDTH);
  grow(({ takesRest }) => takesRest !== true, MAX_WIDTH);
  grow(() => true, MAX_WIDTH);
  return result;
}

function isCut({ least }: TableColumn): boolean {
  return least !== undefined;
}

/** Takes from the widest until all fit, or nothing can be taken. */
function shrunk(widths: readonly number[], excess: number): readonly number[] {
  const result = [...widths];
  for (let left = excess; left > 0; left -= 1) {
    const widest = Math.max(...result);
    if (widest <= LEAST_WHOLE) return result;
    result[result.lastIndexOf(widest)] = widest - 1;
  }
  return result;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
