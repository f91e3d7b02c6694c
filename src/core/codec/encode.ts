/** Writes values as plain data by their shapes. */

import { compareKeys } from '../base/compare.ts';
import { CodecError } from './codec-error.ts';
import type { AnyShape, Field, Shape, UnionForm } from './shapes.ts';
import { StreamedList, StreamedObject, type Json, type StreamedJson } from './streamed-json.ts';

/** Returns a value as plain data, ready for `JSON.stringify`. */
export function encode<T>(shape: Shape<T>, value: T): Json {
  return encodeAny(shape as unknown as AnyShape, value);
}

/** Returns a value as data that is made while it is written, as far as the shape is streamed. */
export function stream<T>(shape: Shape<T>, value: T): StreamedJson {
  return streamAny(shape as unknown as AnyShape, value);
}

function encodeAny({ form }: AnyShape, value: unknown): Json {
  // The compiler has checked that the value is of the shape's type.
  switch (form.kind) {
    case 'scalar':
      return value as Json;
    case 'list':
      return encodeList(form.items, value as readonly unknown[]);
    case 'map':
      return encodeMap(form.values, value as ReadonlyMap<string, unknown>);
    case 'object':
      return encodeObject(form.fields, value as Readonly<Record<string, unknown>>);
    case 'union':
      return encodeAny(memberOf(form, value as { readonly kind: string }), value);
    case 'converted':
      return encodeAny(form.written, form.toWritten(value));
  }
}

function encodeList(items: AnyShape, values: readonly unknown[]): Json {
  return values.map((value) => encodeAny(items, value));
}

/** Returns an object without a prototype, so that `__proto__` is a key like any other. */
function encodeMap(values: AnyShape, map: ReadonlyMap<string, unknown>): Json {
  const encoded = Object.create(null) as Record<string, Json>;
  for (const [key, value] of sorted(map)) encoded[key] = encodeAny(values, value);
  return encoded;
}

function encodeObject(fields: readonly Field[], value: Readonly<Record<string, unknown>>): Json {
  const encoded: Record<string, Json> = {};
  for (const { key, shape, isVerbatim } of fields) {
    const field = value[key];
    if (field !== undefined) encoded[key] = isVerbatim ? (field as Json) : encodeAny(shape, field);
  }
  return encoded;
}

function memberOf({ members }: UnionForm, { kind }: { readonly kind: string }): AnyShape {
  const member = members.get(kind);
  if (member === undefined) throw new CodecError(`"${kind}" is not known`, 'kind');
  return member;
}

function streamAny(shape: AnyShape, value: unknown): StreamedJson {
  if (!shape.isStreamed) return encodeAny(shape, value);
  const { form } = shape;
  switch (form.kind) {
    case 'list':
      return new StreamedList(streamedItems(form.items, value as readonly unknown[]));
    case 'map':
      return new StreamedObject(
        streamedEntries(form.values, value as ReadonlyMap<string, unknown>),
      );
    case 'object':
      return new StreamedObject(
        streamedFields(form.fields, value as Readonly<Record<string, unknown>>),
      );
    case 'scalar':
    case 'union':
    case 'converted':
      return encodeAny(shape, value);
  }
}

function* streamedItems(items: AnyShape, values: Iterable<unknown>): Generator<StreamedJson> {
  for (const value of values) yield streamAny(items, value);
}

function* streamedEntries(
  values: AnyShape,
  map: ReadonlyMap<string, unknown>,
): Generator<readonly [string, StreamedJson]> {
  for (const [key, value] of sorted(map)) yield [key, encodeAny(values, value)];
}

function* streamedFields(
  fields: readonly Field[],
  value: Readonly<Record<string, unknown>>,
): Generator<readonly [string, StreamedJson]> {
  for (const { key, shape } of fields) {
    const field = value[key];
    if (field !== undefined) yield [key, streamAny(shape, field)];
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(compareKeys);
}
