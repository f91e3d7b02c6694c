/**
 * The pieces that the codec is put together from. A shape knows both directions, so that what is written and what is
 * read cannot drift apart; the compiler checks that a shape names every field and every member of a union.
 */

import { compareKeys } from '../base/compare.ts';
import { StreamedList, StreamedObject, type Json, type StreamedJson } from './streamed-json.ts';

export type { Json } from './streamed-json.ts';

/** Data that is not of the expected form. The message names the field and what was found there. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  /** As in `results[0].inventory.packages[3].name`; empty for the whole document. */
  readonly path: string;
  readonly reason: string;

  constructor(reason: string, path = '') {
    super(`${path === '' ? 'the document' : path}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }

  /** The same error seen from one level further out. */
  within(step: string): CodecError {
    const isJoined = this.path === '' || this.path.startsWith('[');
    return new CodecError(this.reason, isJoined ? step + this.path : `${step}.${this.path}`);
  }
}

/** How a type looks in JSON. */
export interface Shape<T> {
  readonly encode: (value: T) => Json;
  /** As `encode`, made while it is written; absent where a value is short. */
  readonly stream?: (value: T) => StreamedJson;
  /** @throws {@link CodecError} */
  readonly decode: (value: unknown) => T;
  /**
   * Reads what `encode` of this same program gave, unharmed, after `JSON.parse`: nothing is looked at but what has
   * another form here, and objects are changed in place. Absent where parsed JSON is the value already.
   */
  readonly revive?: (value: unknown) => T;
}

/** A field that may be left out. */
export interface OptionalShape<T> {
  readonly optional: Shape<T>;
}

/** A shape with named fields. */
export interface ObjectShape<T> extends Shape<T> {
  readonly requiredFields: readonly string[];
  readonly optionalFields: readonly string[];
}

/** One shape for each field, optional where the type says so. */
export type FieldShapes<T> = {
  readonly [K in keyof T]-?: undefined extends T[K]
    ? OptionalShape<Exclude<T[K], undefined>>
    : Shape<T[K]>;
};

type AnyField = Shape<unknown> | OptionalShape<unknown>;

export const text: Shape<string> = scalar('a text', (value) => typeof value === 'string');
export const flag: Shape<boolean> = scalar('true or false', (value) => typeof value === 'boolean');
/** Any finite number. */
export const number: Shape<number> = scalar('a number', Number.isFinite);
/** A whole number from 0. */
export const count: Shape<number> = scalar(
  'a whole number from 0',
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** One of some constants. */
export function oneOf<const T extends string | number>(...values: readonly T[]): Shape<T> {
  const allowed: ReadonlySet<unknown> = new Set(values);
  return scalar(`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (value) =>
    allowed.has(value),
  );
}

/** A text that matches; the type is the text's own, as for digests. */
export function matching<T extends string>(expected: string, pattern: RegExp): Shape<T> {
  return scalar(expected, (value) => typeof value === 'string' && pattern.test(value));
}

export function list<T>(items: Shape<T>): Shape<readonly T[]> {
  const { revive, stream } = items;
  return {
    encode: (values) => values.map((value) => items.encode(value)),
    ...(stream && { stream: (values) => new StreamedList(mapped(values, stream)) }),
    decode: (value) => {
      if (!Array.isArray(value)) throw mismatch('a list', value);
      return value.map((item, index) => within(`[${index}]`, () => items.decode(item)));
    },
    ...(revive && { revive: (value) => (value as unknown[]).map(revive) }),
  };
}

/** A list that may have any number of items: its text is written item by item. */
export function longList<T>(items: Shape<T>): Shape<readonly T[]> {
  return {
    ...list(items),
    stream: (values) => new StreamedList(mapped(values, items.stream ?? items.encode)),
  };
}

function* mapped<T, R>(values: Iterable<T>, change: (value: T) => R): Generator<R> {
  for (const value of values) yield change(value);
}

/** A list with at least one item. */
export function nonEmptyList<T>(items: Shape<T>): Shape<readonly [T, ...T[]]> {
  const { encode, decode, revive, stream } = list(items);
  return {
    encode,
    ...(stream && { stream }),
    ...(revive && { revive: (value) => revive(value) as readonly [T, ...T[]] }),
    decode: (value) => {
      const [first, ...others] = decode(value);
      if (first === undefined) throw new CodecError('expected at least one item');
      return [first, ...others];
    },
  };
}

/** A map as an object with sorted keys. The object has no prototype, so that `__proto__` is a key like any other. */
export function mapOf<T>(values: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return {
    encode: (map) => {
      const encoded = Object.create(null) as Record<string, Json>;
      for (const [key, value] of sorted(map)) {
        encoded[key] = values.encode(value);
      }
      return encoded;
    },
    decode: (value) =>
      new Map(
        Object.entries(asObject(value)).map(([key, item]) => [
          key,
          within(`[${JSON.stringify(key)}]`, () => values.decode(item)),
        ]),
      ),
    revive: (value) =>
      new Map(
        Object.entries(value as Record<string, T>).map(([key, item]) => [
          key,
          values.revive === undefined ? item : values.revive(item),
        ]),
      ),
  };
}

/** A map that may have any number of entries: its text is written entry by entry. */
export function longMapOf<T>(values: Shape<T>): Shape<ReadonlyMap<string, T>> {
  return { ...mapOf(values), stream: (map) => new StreamedObject(sortedEntries(map, values)) };
}

function* sortedEntries<T>(
  map: ReadonlyMap<string, T>,
  values: Shape<T>,
): Generator<readonly [string, Json]> {
  for (const [key, value] of sorted(map)) yield [key, values.encode(value)];
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(compareKeys);
}

export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { optional: shape };
}

/**
 * An object with the given fields, written in the order of the declaration. Fields that are not known are passed over:
 * within a schema version fields are added and never change.
 */
export function object<T extends object>(fields: FieldShapes<T>): ObjectShape<T> {
  // The fields' own types only matter to callers; here all are read alike.
  const table = fields as unknown as Readonly<Record<string, AnyField>>;
  const entries = Object.entries(table).map(([key, field]) =>
    'optional' in field
      ? { key, shape: field.optional, isOptional: true }
      : { key, shape: field, isOptional: false },
  );
  const revived = entries.filter(({ shape }) => shape.revive !== undefined);
  const namesOf = (isOptional: boolean): string[] =>
    entries.filter((entry) => entry.isOptional === isOptional).map(({ key }) => key);
  return {
    requiredFields: namesOf(false),
    optionalFields: namesOf(true),
    encode: (value) => {
      const encoded: Record<string, Json> = {};
      for (const { key, shape } of entries) {
        const field = (value as Record<string, unknown>)[key];
        if (field !== undefined) encoded[key] = shape.encode(field);
      }
      return encoded;
    },
    decode: (value) => {
      const source = asObject(value);
      const decoded: Record<string, unknown> = {};
      for (const { key, shape, isOptional } of entries) {
        const isPresent = Object.hasOwn(source, key);
        if (!isPresent && isOptional) continue;
        if (!isPresent) throw new CodecError('is missing', key);
        decoded[key] = within(key, () => shape.decode(source[key]));
      }
      // Every field of the type has been read; the compiler saw to it that `fields` names them all.
      return decoded as T;
    },
    ...(entries.some(({ shape }) => shape.stream !== undefined) && {
      stream: (value: T) => new StreamedObject(streamedFields(value, entries)),
    }),
    ...(revived.length > 0 && {
      revive: (value) => {
        const source = value as Record<string, unknown>;
        for (const { key, shape } of revived) {
          const field = source[key];
          if (field !== undefined) source[key] = shape.revive?.(field);
        }
        return source as T;
      },
    }),
  };
}

function* streamedFields(
  value: object,
  entries: readonly { readonly key: string; readonly shape: Shape<unknown> }[],
): Generator<readonly [string, StreamedJson]> {
  for (const { key, shape } of entries) {
    const field = (value as Record<string, unknown>)[key];
    if (field !== undefined) yield [key, (shape.stream ?? shape.encode)(field)];
  }
}

/**
 * Many objects of one form, as one list for each field: a third of the text of a list of objects, and read in half the
 * time. `null` stands where an optional field is left out; a list of one value holds for all rows; a field that no row
 * has is left out.
 */
export function table<T extends object>(fields: FieldShapes<T>): Shape<readonly T[]> {
  const columns = Object.entries(fields as unknown as Readonly<Record<string, AnyField>>).map(
    ([key, field]) =>
      'optional' in field
        ? { key, shape: field.optional, isOptional: true }
        : { key, shape: field, isOptional: false },
  );
  return {
    encode: (rows) => {
      const encoded: Record<string, Json> = { rows: rows.length };
      for (const { key, shape } of columns) {
        const values = rows.map((row) => {
          const value = (row as Record<string, unknown>)[key];
          return value === undefined ? null : shape.encode(value);
        });
        if (values.some((value) => value !== null)) encoded[key] = folded(values);
      }
      return encoded;
    },
    decode: (value) => {
      const source = asObject(value);
      const length = within('rows', () => count.decode(source['rows']));
      if (length > MAX_ROWS) throw new CodecError('has too many rows');
      const rows = Array.from({ length }, (): Record<string, unknown> => ({}));
      for (const { key, shape, isOptional } of columns) {
        if (length === 0 || (isOptional && !Object.hasOwn(source, key))) continue;
        within(key, () => fillColumn(rows, source[key], { key, shape, isOptional }));
      }
      // Every field of the type has been read; the compiler saw to it that `fields` names them all.
      return rows as unknown as readonly T[];
    },
    revive: (value) => {
      const source = value as Record<string, readonly unknown[]> & { readonly rows: number };
      const rows = Array.from({ length: source.rows }, (): Record<string, unknown> => ({}));
      for (const { key, shape } of columns) {
        const values = source[key];
        if (values === undefined) continue;
        const isSame = values.length === 1;
        let index = 0;
        for (const row of rows) {
          const field = values[isSame ? 0 : index];
          if (field !== null) row[key] = shape.revive === undefined ? field : shape.revive(field);
          index += 1;
        }
      }
      return rows as unknown as readonly T[];
    },
  };
}

/** A hundred times the files of large layers, and few enough that a forged number does not take the memory. */
const MAX_ROWS = 4_000_000;

function folded(values: readonly (Json | null)[]): Json {
  const [first] = values;
  const isSame = typeof first !== 'object' && values.every((value) => value === first);
  return (isSame ? [first] : values) as Json;
}

function fillColumn(
  rows: readonly Record<string, unknown>[],
  values: unknown,
  { key, shape, isOptional }: { key: string; shape: Shape<unknown>; isOptional: boolean },
): void {
  if (!Array.isArray(values)) throw mismatch('a list', values);
  if (values.length === 1 && typeof values[0] !== 'object') {
    const value = shape.decode(values[0]);
    for (const row of rows) row[key] = value;
    return;
  }
  if (values.length !== rows.length) throw new CodecError(`has ${values.length} values`);
  let index = 0;
  try {
    for (const row of rows) {
      const value: unknown = values[index];
      if (value !== null || !isOptional) row[key] = shape.decode(value);
      index += 1;
    }
  } catch (error) {
    throw error instanceof CodecError ? error.within(`[${index}]`) : error;
  }
}

/** A union told apart by its field `kind`. */
export function byKind<T extends { readonly kind: string }>(shapes: {
  readonly [K in T['kind']]: Shape<Extract<T, { readonly kind: K }>>;
}): Shape<T> {
  const table = new Map(Object.entries(shapes as unknown as Readonly<Record<string, Shape<T>>>));
  const isPlain = [...table.values()].every(({ revive }) => revive === undefined);
  return {
    ...(!isPlain && {
      revive: (value) => {
        const shape = table.get((value as T).kind);
        return shape?.revive === undefined ? (value as T) : shape.revive(value);
      },
    }),
    encode: (value) => {
      const shape = table.get(value.kind);
      if (shape === undefined) throw new CodecError(`"${value.kind}" is not known`, 'kind');
      return shape.encode(value);
    },
    decode: (value) => {
      const { kind } = asObject(value);
      const shape = typeof kind === 'string' ? table.get(kind) : undefined;
      if (shape === undefined) {
        throw mismatch(`one of ${[...table.keys()].join(', ')}`, kind).within('kind');
      }
      return shape.decode(value);
    },
  };
}

function scalar<T extends Json>(expected: string, accepts: (value: unknown) => boolean): Shape<T> {
  return {
    encode: (value) => value,
    decode: (value) => {
      if (!accepts(value)) throw mismatch(expected, value);
      return value as T;
    },
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw mismatch('an object', value);
  }
  return value as Readonly<Record<string, unknown>>;
}

function within<T>(step: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof CodecError ? error.within(step) : error;
  }
}

function shorten(value: unknown): string {
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 60);
}

/** Says what was found without repeating more of it than a line. */
function mismatch(expected: string, value: unknown): CodecError {
  const found = Array.isArray(value)
    ? 'a list'
    : value === null || typeof value !== 'object'
      ? shorten(value)
      : 'an object';
  return new CodecError(`expected ${expected}, found ${found}`);
}
