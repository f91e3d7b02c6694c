/**
 * JSON of untrusted files.
 *
 * Source: RFC 8259. Read as npm and Python write it: a byte order mark is skipped, bytes that are
 * not UTF-8 become replacement characters, and of equal keys the last one counts (as in
 * `JSON.parse`, which the package managers use); the others are named in
 * {@link JsonDocument.duplicateKeys}. Refused: anything else that RFC 8259 refuses, nesting beyond
 * {@link MAX_DEPTH}, and more than a million objects and lists.
 *
 * Objects inherit nothing, so that `__proto__` and `constructor` are keys like any other.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { JsonReader } from './json-reader.ts';
import type { JsonArray, JsonObject, JsonValue } from './json-value.ts';

export { MAX_DEPTH } from './json-reader.ts';
export type { JsonArray, JsonObject, JsonValue } from './json-value.ts';

/** A parsed text that still knows on which line things stood. */
export interface JsonDocument {
  readonly root: JsonObject;
  /** Keys that appeared twice in one object: the first few, each as its line and name. */
  readonly duplicateKeys: readonly { readonly key: string; readonly line: number }[];
  /**
   * Returns the 1-based line on which the value of an object or array begins; `undefined` for
   * values of other documents.
   */
  lineOf(container: JsonObject | JsonArray): number | undefined;
  /** Returns the 1-based line of a key of the root object. */
  lineOfRootKey(key: string): number | undefined;
  /**
   * Returns the 1-based line of a key of any object; `undefined` unless the document was read with
   * `keyLines`.
   */
  lineOfKey(object: JsonObject, key: string): number | undefined;
}

/**
 * Returns the object that a file holds.
 * @throws ParseError where the file is not JSON, or not an object.
 */
export function readJson(path: string, bytes: Uint8Array): JsonObject {
  return asObject(path, new JsonReader(path, decode(bytes)).readAll());
}

/** Reads any value of a file, objects or not. @throws ParseError where the file is not JSON. */
export function readJsonValue(path: string, bytes: Uint8Array): JsonValue {
  return new JsonReader(path, decode(bytes)).readAll();
}

/**
 * Reads a value as {@link readJsonValue} does.
 * @throws ParseError as it does, and where an object has a key twice.
 */
export function readUniqueJson(path: string, bytes: Uint8Array): JsonValue {
  const reader = new JsonReader(path, decode(bytes));
  const value = reader.readAll();
  const [twice] = reader.duplicateKeys;
  if (twice === undefined) return value;
  throw new ParseError(path, `an object has the key "${twice.key}" twice (line ${twice.line})`);
}

/** A value, and the keys that its objects had more than once. */
export interface TracedJson {
  readonly value: JsonValue;
  /**
   * Returns the keys that occurred at least twice in this object; `undefined` when there are none.
   */
  duplicatesOf(object: JsonObject): ReadonlySet<string> | undefined;
}

/**
 * Reads a decoded text and records duplicate keys by object.
 * @throws ParseError if the text is not JSON.
 */
export function readTracedJson(path: string, text: string): TracedJson {
  const duplicates = new Map<JsonObject, Set<string>>();
  const value = new JsonReader(path, text, { duplicates }).readAll();
  return { value, duplicatesOf: (object) => duplicates.get(object) };
}

/**
 * Reads as {@link readJson} does, with the lines of objects, arrays and root keys.
 * @throws ParseError as it does.
 */
export function readJsonDocument(path: string, bytes: Uint8Array): JsonDocument {
  return readDocument(path, bytes, {});
}

/**
 * Reads as {@link readJsonDocument} does, a text that may have comments and a comma behind the last
 * value, as Bun and Deno write it. `keyLines` records the lines of all keys.
 * @throws ParseError as it does.
 */
export function readJsoncDocument(
  path: string,
  bytes: Uint8Array,
  options: { readonly keyLines?: boolean } = {},
): JsonDocument {
  return readDocument(path, bytes, { isJsonc: true, ...options });
}

function readDocument(
  path: string,
  bytes: Uint8Array,
  options: { readonly isJsonc?: boolean; readonly keyLines?: boolean },
): JsonDocument {
  const lines = new Map<JsonObject | JsonArray, number>();
  const rootKeyLines = new Map<string, number>();
  const keyLines =
    options.keyLines === true ? new Map<JsonObject, Map<string, number>>() : undefined;
  const trace = { lines, rootKeyLines, ...(keyLines && { keyLines }) };
  const reader = new JsonReader(path, decode(bytes), trace, options.isJsonc);
  const root = asObject(path, reader.readAll());
  return {
    root,
    duplicateKeys: reader.duplicateKeys,
    lineOf: (container) => lines.get(container),
    lineOfRootKey: (key) => rootKeyLines.get(key),
    lineOfKey: (object, key) => keyLines?.get(object)?.get(key),
  };
}

/**
 * Returns the strings among the named keys of an object; what is absent or of another type is
 * `undefined`.
 */
export function readStrings<Key extends string>(
  value: JsonValue | undefined,
  keys: readonly Key[],
): { readonly [Name in Key]: string | undefined } {
  const strings = {} as Record<Key, string | undefined>;
  const object = isJsonObject(value) ? value : undefined;
  for (const key of keys) {
    const found = object?.[key];
    strings[key] = typeof found === 'string' ? found : undefined;
  }
  return strings;
}

/** Returns whether a JSON value is an object. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Returns whether a JSON value is an array. */
export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

function asObject(path: string, value: JsonValue): JsonObject {
  if (!isJsonObject(value)) throw new ParseError(path, 'not a JSON object');
  return value;
}

function decode(bytes: Uint8Array): string {
  // The decoder drops a byte order mark by itself.
  return new TextDecoder('utf-8').decode(bytes);
}
