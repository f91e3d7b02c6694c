/**
 * Lists of values of one form as columns, for cached results. A list of ten thousand packages is a
 * few long strings and lists of numbers, which are read in a fraction of the time that objects
 * take. Values that many rows have are written once, and the rows share the value that is read.
 * Nothing is checked: only the build that wrote the columns reads them.
 */

import { encode } from './encode.ts';
import { revive } from './revive.ts';
import type { Shape } from './shapes.ts';
import type { Json } from './streamed-json.ts';

/** The form of the values of one field, of all rows. */
export interface Column<T> {
  encode(values: readonly T[]): Json;
  /** Reads what `encode` returned for `count` values, after `JSON.parse`. */
  read(written: unknown, count: number): readonly T[];
}

/** Stands in no name, and is a character that JSON does not escape. */
const BETWEEN = '\u007f';

/** Strings that mostly differ. */
export const textColumn: Column<string> = {
  encode: (values) =>
    values.some((value) => value.includes(BETWEEN)) ? values : values.join(BETWEEN),
  read: (written, count) => {
    if (count === 0) return [];
    return typeof written === 'string' ? written.split(BETWEEN) : (written as readonly string[]);
  },
};

/** Numbers; a number that all rows have is written once. */
export const numberColumn: Column<number> = {
  encode: (values) => {
    const [first = 0] = values;
    return values.every((value) => value === first) ? first : values;
  },
  read: (written, count) =>
    typeof written === 'number' ? filled(count, written) : (written as readonly number[]),
};

/** Makes a column of few different values, which rows share. `undefined` can be one of them. */
export function dictionaryColumn<T>(shape: Shape<T>): Column<T | undefined> {
  return {
    encode: (values) => {
      const numbers = new Map<T | undefined, number>();
      const byText = new Map<string, number>();
      const words: (Json | null)[] = [];
      const rows = values.map((value) => {
        // Most rows share the very object, and finding that is quicker than writing it.
        const same = numbers.get(value);
        if (same !== undefined) return same;
        const word = value === undefined ? null : encode(shape, value);
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
      const values = words.map((word) => (word === null ? undefined : revive(shape, word)));
      if (typeof rows === 'number') return filled(count, values[rows]);
      return (rows as readonly number[]).map((row) => values[row]);
    },
  };
}

/** Returns the values that some rows have. */
export function optionalColumn<T>(values: Column<T>): Column<T | undefined> {
  return {
    encode: (given) => {
      const present = given.filter((value) => value !== undefined);
      const presence = numberColumn.encode(given.map((value) => (value === undefined ? 0 : 1)));
      return { count: present.length, presence, values: values.encode(present) };
    },
    read: (written, count) => {
      const parts = written as { count: number; presence: unknown; values: unknown };
      const present = values.read(parts.values, parts.count);
      if (parts.count === count) return present;
      let next = 0;
      return numberColumn
        .read(parts.presence, count)
        .map((isPresent) => (isPresent === 0 ? undefined : present[next++]));
    },
  };
}

function filled<T>(count: number, value: T): readonly T[] {
  return new Array<T>(count).fill(value);
}

const EMPTY: readonly never[] = [];

/** Lists; the items of all lists are one column. */
export function listColumn<T>(items: Column<T>): Column<readonly T[]> {
  return {
    encode: (lists) => {
      const flat = lists.flat();
      const lengths = numberColumn.encode(lists.map((list) => list.length));
      return { count: flat.length, lengths, items: items.encode(flat) };
    },
    read: (written, count) => {
      const parts = written as { count: number; lengths: unknown; items: unknown };
      const all = items.read(parts.items, parts.count);
      let start = 0;
      return numberColumn.read(parts.lengths, count).map((length) => {
        if (length === 0) return EMPTY;
        start += length;
        // Most lists have one item; a slice takes several times as long.
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
 * Returns a column of objects. `builder` is called once with the values of all fields and returns a
 * function that makes the object of a row, without the fields that are `undefined` there. It is
 * written out for each type, because assigning fields by their names takes several times as long.
 */
export function objectColumn<T extends object>(
  fields: FieldColumns<T>,
  builder: (values: FieldValues<T>) => (row: number) => T,
): Column<T> {
  const columns = Object.entries<Column<unknown>>(fields);
  return {
    encode: (rows) => {
      const encoded: Record<string, Json> = {};
      for (const [key, column] of columns) {
        const values = rows.map((row) => (row as Readonly<Record<string, unknown>>)[key]);
        encoded[key] = column.encode(values);
      }
      return encoded;
    },
    read: (written, count) => {
      const encoded = written as Readonly<Record<string, unknown>>;
      const values: Record<string, readonly unknown[]> = {};
      for (const [key, column] of columns) values[key] = column.read(encoded[key], count);
      // Every field of the type is read; the compiler has checked that `fields` names them all.
      const build = builder(values as unknown as FieldValues<T>);
      const rows: T[] = [];
      for (let row = 0; row < count; row += 1) rows.push(build(row));
      return rows;
    },
  };
}

/** Returns a {@link dictionaryColumn} for a field that every object has. */
export function wordColumn<T>(shape: Shape<T>): Column<T> {
  return dictionaryColumn(shape) as Column<T>;
}
