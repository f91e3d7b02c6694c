/**
 * JSON documents with fixed fields, read as Go's `encoding/json` reads them into a struct, or
 * refused.
 *
 * Source: Go, package `encoding/json`, "Unmarshal": a key selects a field by its exact name or,
 * failing that, by a case-insensitive match; of several keys for one field the last one wins, and
 * objects and lists are merged. Readers in other languages take the exact key only. Container tools
 * are written in Go, so a document in which the two ways differ has two readings.
 *
 * Refused: a key that differs from a field only in case (after folding, also of `ſ` and the Kelvin
 * sign), a field that occurs twice, a value of another type than the field's, bytes that are not
 * UTF-8, and a byte order mark.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readTracedJson,
  type JsonObject,
  type JsonValue,
  type TracedJson,
} from './json.ts';

/** The type of a value. Keys of a `map` are free; `null` is allowed everywhere, as in Go. */
export type JsonShape =
  | 'any'
  | 'boolean'
  | 'integer'
  | 'text'
  | { readonly fields: Readonly<Record<string, JsonShape>> }
  | { readonly list: JsonShape }
  | { readonly map: JsonShape };

/** The hint of every refusal that is not an error in JSON itself. */
const HINT =
  'Container tools would read this document differently or not at all. Build the image again, or get it from its publisher.';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads a document of the given shape. Keys that fold to no field may be there and are not checked.
 * @throws ParseError
 */
export function readGoStructJson(path: string, bytes: Uint8Array, shape: JsonShape): JsonValue {
  const traced = readTracedJson(path, decode(path, bytes));
  new ShapeCheck(path, traced).check(traced.value, shape, []);
  return traced.value;
}

/**
 * Returns the name that Go compares: in lower case, with the two letters outside ASCII that fold
 * into it.
 */
export function foldKey(key: string): string {
  return key.replaceAll('ſ', 's').toLowerCase();
}

function decode(path: string, bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ParseError(path, 'it holds bytes that are not UTF-8', { hint: HINT });
  }
  if (text.startsWith(BYTE_ORDER_MARK)) {
    throw new ParseError(path, 'it begins with a byte order mark', { hint: HINT });
  }
  return text;
}

/** Field names by their folded form; shapes are constants, so each is folded once. */
const foldedFields = new WeakMap<object, ReadonlyMap<string, string>>();

function foldedOf(fields: Readonly<Record<string, JsonShape>>): ReadonlyMap<string, string> {
  let folded = foldedFields.get(fields);
  if (folded === undefined) {
    folded = new Map(Object.keys(fields).map((name) => [foldKey(name), name]));
    foldedFields.set(fields, folded);
  }
  return folded;
}

/** In messages, as JSON names them. */
const TYPE_NAMES = {
  boolean: 'a boolean',
  integer: 'an integer',
  text: 'a string',
  list: 'an array',
  object: 'an object',
};

class ShapeCheck {
  readonly #path: string;
  readonly #traced: TracedJson;

  constructor(path: string, traced: TracedJson) {
    this.#path = path;
    this.#traced = traced;
  }

  check(value: JsonValue, shape: JsonShape, at: readonly string[]): void {
    if (shape === 'any' || value === null) return;
    if (typeof shape === 'string') {
      if (!isOfType(value, shape)) this.#refuseType(at, shape);
    } else if ('list' in shape) {
      if (!isJsonArray(value)) return this.#refuseType(at, 'list');
      if (shape.list === 'any') return;
      for (const [index, item] of value.entries()) {
        this.check(item, shape.list, [...at, String(index)]);
      }
    } else if (!isJsonObject(value)) {
      this.#refuseType(at, 'object');
    } else if ('map' in shape) {
      if (shape.map === 'any') return;
      for (const [key, item] of Object.entries(value)) {
        this.check(item ?? null, shape.map, [...at, key]);
      }
    } else {
      this.#checkFields(value, shape.fields, at);
    }
  }

  #checkFields(
    value: JsonObject,
    fields: Readonly<Record<string, JsonShape>>,
    at: readonly string[],
  ): void {
    const folded = foldedOf(fields);
    const duplicates = this.#traced.duplicatesOf(value);
    for (const [key, item] of Object.entries(value)) {
      const name = folded.get(foldKey(key));
      if (name === undefined) continue;
      const place = placeOf([...at, key]);
      if (name !== key) {
        this.#refuse(`the key ${place} differs from "${name}" only in case, and Go takes both`);
      }
      if (duplicates?.has(key) === true) this.#refuse(`the key ${place} occurs more than once`);
      this.check(item ?? null, fields[name] ?? 'any', [...at, key]);
    }
  }

  #refuseType(at: readonly string[], type: keyof typeof TYPE_NAMES): never {
    const what = at.length === 0 ? 'it' : `the value of ${placeOf(at)}`;
    return this.#refuse(`${what} is not ${TYPE_NAMES[type]}`);
  }

  #refuse(reason: string): never {
    throw new ParseError(this.#path, reason, { hint: HINT });
  }
}

function isOfType(value: JsonValue, type: 'boolean' | 'integer' | 'text'): boolean {
  switch (type) {
    case 'boolean':
      return typeof value === 'boolean';
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'text':
      return typeof value === 'string';
  }
}

/**
 * Returns a quoted path, as in `"layers.0.Digest"`; keys come from the document and are shortened.
 */
function placeOf(at: readonly string[]): string {
  return JSON.stringify(at.map((key) => key.slice(0, MAX_SHOWN_KEY)).join('.'));
}

const MAX_SHOWN_KEY = 80;
