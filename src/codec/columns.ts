/**
 * Many values of one form as columns, for what is kept between runs: a list of ten thousand packages is a few long texts
 * and lists of numbers, which are read in a fraction of the time that objects take. Values that are the same in many rows
 * are written once, and shared by what is read. Nothing is checked: what is read is what this same build wrote.
 */

import type { Json, Shape } from './shapes.ts';

/** The values of one field, of all rows. */
export interface Column<T> {
  encode(values: readonly T[]): Json;
  /** Of what `encode` gave for `count` values, after `JSON.parse`. */
  read(written: unknown, count: number): readonly T[];
}

/** Stands in no name, and is a character that JSON writes as it is. */
const BETWEEN = '\u007f';

/** Texts that mostly differ. */
export const textColumn: Column<string> = {
  encode: (values) =>
    values.some((value) => value.includes(BETWEEN)) ? values : values.join(BETWEEN),
  read: (written, count) => {
    if (count === 0) return [];
    return typeof written === 'string' ? written.split(BETWEEN) : (written as readonly string[]);
  },
};

/** Numbers; one that all rows have is written once. */
export const numberColumn: Column<number> = {
  encode: (values) => {
    const [first = 0] = values;
    return values.every((value) => value === first) ? first : values;
  },
  read: (written, count) =>
    typeof written === 'number' ? filled(count, written) : (written as readonly number[]),
};

/** Values of which there are few; rows with the same share it. `undefined` is one of them. */
export function dictionaryColumn<T>(shape: Shape<T>): Column<T | undefined> {
  return {
    encode: (values) => {
      const numbers = new Map<T | undefined, number>();
      const byText = new Map<string, number>();
      const words: (Json | null)[] = [];
      const rows = values.map((value) => {
        // Most rows share the very object, and telling that is quicker than writing it.
        const same = numbers.get(value);
        if (same !== undefined) return same;
        const word = value === undefined ? null : shape.encode(value);
        const text = typeof value === 'object' ? JSON.stringify(word) : undefined;
        const number = (text === undefined ? undefined : byText.get(text)) ?? words.push(word) - 1;
        if (text !== undefined) byText.set(text, number);
        numbers.set(value, number);
        return number;
      });
      return { words: words as readonly Json[], rows: numberColumn.encode(rows) };
    },
    read: (written, count) => {
      const { words, rows } = written as { words: readonly unknown[]; rows: unknown };
      const values = words.map((word) =>
        word === null ? undefined : ((shape.revive?.(word) ?? word) as T),
      );
      if (typeof rows === 'number') return filled(count, values[rows]);
      return (rows as readonly number[]).map((row) => values[row]);
    },
  };
}

/** Values that are there in some rows. */
export function optionalColumn<T>(values: Column<T>): Column<T | undefined> {
  return {
    encode: (given) => {
      const present = given.filter((value) => value !== undefined);
      const are = numberColumn.encode(given.map((value) => (value === undefined ? 0 : 1)));
      return { count: present.length, are, values: values.encode(present) };
    },
    read: (written, count) => {
      const {
        count: presentCount,
        are,
        values: some,
      } = written as {
        count: number;
        are: unknown;
        values: unknown;
      };
      const present = values.read(some, presentCount);
      // Each of them has a value.
      if (presentCount === count) return present;
      let next = 0;
      return numberColumn.read(are, count).map((is) => (is === 0 ? undefined : present[next++]));
    },
  };
}

function filled<T>(count: number, value: T): readonly T[] {
  return new Array<T>(count).fill(value);
}

const EMPTY: readonly never[] = [];

/** Lists; all their items are one column. */
export function listColumn<T>(items: Column<T>): Column<readonly T[]> {
  return {
    encode: (lists) => {
      const flat = lists.flat();
      const lengths = numberColumn.encode(lists.map((list) => list.length));
      return { count: flat.length, lengths, items: items.encode(flat) };
    },
    read: (written, count) => {
      const {
        count: itemCount,
        lengths,
        items: flat,
      } = written as {
        count: number;
        lengths: unknown;
        items: unknown;
      };
      const all = items.read(flat, itemCount);
      let start = 0;
      return numberColumn.read(lengths, count).map((length) => {
        if (length === 0) return EMPTY;
        start += length;
        // Nearly all; a slice takes several times as long.
        if (length === 1) return [all[start - 1] as T];
        return all.slice(start - length, start);
      });
    },
  };
}

/** One column for each field. */
export type FieldColumns<T> = {
  readonly [K in keyof T]-?: Column<T[K] | Extract<undefined, T[K]>>;
};

/** The values of all fields by row, as they are read. */
export type FieldValues<T> = {
  readonly [K in keyof T]-?: readonly (T[K] | Extract<undefined, T[K]>)[];
};

/**
 * Objects. `builder` is given the columns once, and what it answers makes the object of a row, without the fields that are
 * `undefined` there: written out, because assigning fields by their names takes several times as long.
 */
export function objectColumn<T extends object>(
  fields: FieldColumns<T>,
  builder: (values: FieldValues<T>) => (row: number) => T,
): Column<T> {
  const columns = Object.entries(fields as unknown as Readonly<Record<string, Column<unknown>>>);
  return {
    encode: (rows) =>
      Object.fromEntries(
        columns.map(([key, column]) => [
          key,
          column.encode(rows.map((row) => (row as Readonly<Record<string, unknown>>)[key])),
        ]),
      ),
    read: (written, count) => {
      const fieldsWritten = written as Readonly<Record<string, unknown>>;
      // Every field of the type is read; the compiler saw to it that `fields` names them all.
      const values = Object.fromEntries(
        columns.map(([key, column]) => [key, column.read(fieldsWritten[key], count)]),
      ) as unknown as FieldValues<T>;
      const build = builder(values);
      const rows: T[] = [];
      for (let row = 0; row < count; row += 1) rows.push(build(row));
      return rows;
    },
  };
}
