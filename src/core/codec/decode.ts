/** Reads plain data by its shape and checks all of it. */

import { CodecError } from './codec-error.ts';
import type { AnyShape, Field, ListForm, Shape, UnionForm } from './shapes.ts';

/**
 * Returns the value that was written as `data`.
 * @throws {@link CodecError} if the data does not have the shape
 */
export function decode<T>(shape: Shape<T>, data: unknown): T {
  // Everything in it has been checked by the shape of the type.
  return decodeAny(shape as unknown as AnyShape, data) as T;
}

function decodeAny({ form }: AnyShape, data: unknown): unknown {
  switch (form.kind) {
    case 'scalar':
      if (!form.accepts(data)) throw mismatch(form.expected, data);
      return data;
    case 'list':
      return decodeList(form, data);
    case 'map':
      return decodeMap(form.values, asObject(data));
    case 'object':
      return decodeObject(form.fields, asObject(data));
    case 'union':
      return decodeAny(memberOf(form, asObject(data)), data);
    case 'converted': {
      const written = decodeAny(form.written, data);
      form.check(written);
      return form.fromWritten(written);
    }
  }
}

function decodeList({ items, isNonEmpty }: ListForm, data: unknown): unknown {
  if (!Array.isArray(data)) throw mismatch('a list', data);
  if (isNonEmpty && data.length === 0) throw new CodecError('expected at least one item');
  const decoded: unknown[] = [];
  try {
    for (const item of data) decoded.push(decodeAny(items, item));
  } catch (error) {
    throw within(error, `[${decoded.length}]`);
  }
  return decoded;
}

function decodeMap(values: AnyShape, data: Readonly<Record<string, unknown>>): unknown {
  const decoded = new Map<string, unknown>();
  for (const [key, value] of Object.entries(data)) {
    try {
      decoded.set(key, decodeAny(values, value));
    } catch (error) {
      throw within(error, `[${JSON.stringify(key)}]`);
    }
  }
  return decoded;
}

function decodeObject(fields: readonly Field[], data: Readonly<Record<string, unknown>>): unknown {
  const decoded: Record<string, unknown> = {};
  let step = '';
  try {
    for (const { key, shape, isOptional } of fields) {
      step = key;
      if (Object.hasOwn(data, key)) decoded[key] = decodeAny(shape, data[key]);
      else if (!isOptional) throw new CodecError('is missing');
    }
  } catch (error) {
    throw within(error, step);
  }
  return decoded;
}

function memberOf({ members }: UnionForm, { kind }: Readonly<Record<string, unknown>>): AnyShape {
  const member = typeof kind === 'string' ? members.get(kind) : undefined;
  if (member === undefined) {
    throw mismatch(`one of ${[...members.keys()].join(', ')}`, kind).within('kind');
  }
  return member;
}

function asObject(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw mismatch('an object', data);
  }
  return data as Readonly<Record<string, unknown>>;
}

function within(error: unknown, step: string): unknown {
  return error instanceof CodecError ? error.within(step) : error;
}

/** Returns an error that names the value that was found, with at most a line of it. */
function mismatch(expected: string, data: unknown): CodecError {
  const found = Array.isArray(data)
    ? 'a list'
    : data === null || typeof data !== 'object'
      ? shorten(data)
      : 'an object';
  return new CodecError(`expected ${expected}, found ${found}`);
}

function shorten(value: unknown): string {
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 60);
}
