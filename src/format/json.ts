/**
 * JSON of files that nobody vouches for.
 *
 * Source: RFC 8259. Read as npm and Python write it: a byte order mark is skipped, bytes that are not UTF-8 become
 * replacement characters, and of equal keys the last one counts (as in `JSON.parse`, which the package managers use);
 * the others are named in {@link JsonDocument.duplicateKeys}. Refused: anything else that RFC 8259 refuses, nesting
 * beyond {@link MAX_DEPTH}, and more values than {@link MAX_CONTAINERS}.
 *
 * Objects have no prototype, so that `__proto__` and `constructor` are keys like any other.
 */

import { ParseError } from '../base/errors.ts';

export type JsonValue = null | boolean | number | string | JsonArray | JsonObject;
export type JsonArray = readonly JsonValue[];
export interface JsonObject {
  readonly [key: string]: JsonValue | undefined;
}

/** A parsed text that still knows on which line things stood. */
export interface JsonDocument {
  readonly root: JsonObject;
  /** Keys that appeared twice in one object: the first few, each as its line and name. */
  readonly duplicateKeys: readonly { readonly key: string; readonly line: number }[];
  /** 1-based line on which the value of an object or array begins; `undefined` for values of other documents. */
  lineOf(container: JsonObject | JsonArray): number | undefined;
  /** 1-based line of a key of the root object. */
  lineOfRootKey(key: string): number | undefined;
  /** 1-based line of a key of any object; `undefined` unless the document was read with `keyLines`. */
  lineOfKey(object: JsonObject, key: string): number | undefined;
}

/** The deepest lockfile seen nests 40 levels (npm 6); 512 keeps the reader's own stack small. */
export const MAX_DEPTH = 512;

/** Objects and arrays in one text. The largest public lockfile seen has 120,000; each costs some 200 bytes. */
const MAX_CONTAINERS = 1_000_000;

const MAX_DUPLICATES_NAMED = 10;

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SLASH = 0x2f;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEX_UNIT = /^[0-9a-fA-F]{4}$/;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** The object that a file holds. @throws ParseError where the file is not JSON, or not an object. */
export function readJson(path: string, bytes: Uint8Array): JsonObject {
  return asObject(path, new Reader(path, decode(bytes)).readAll());
}

/** Whatever a file holds, objects or not. @throws ParseError where the file is not JSON. */
export function readJsonValue(path: string, bytes: Uint8Array): JsonValue {
  return new Reader(path, decode(bytes)).readAll();
}

/** A value, and the keys that its objects had more than once. */
export interface TracedJson {
  readonly value: JsonValue;
  /** Keys that occurred at least twice in this object; `undefined` when there are none. */
  duplicatesOf(object: JsonObject): ReadonlySet<string> | undefined;
}

/** Reads a decoded text and records duplicate keys by object. @throws ParseError if the text is not JSON. */
export function readTracedJson(path: string, text: string): TracedJson {
  const duplicates = new Map<JsonObject, Set<string>>();
  const value = new Reader(path, text, { duplicates }).readAll();
  return { value, duplicatesOf: (object) => duplicates.get(object) };
}

/** Like {@link readJson}, with the lines of objects, arrays and root keys. @throws ParseError likewise. */
export function readJsonDocument(path: string, bytes: Uint8Array): JsonDocument {
  return readDocument(path, bytes, {});
}

/**
 * Like {@link readJsonDocument}, of a text that may have comments and a comma behind the last value, as Bun and Deno
 * write it. `keyLines` records the lines of all keys. @throws ParseError likewise.
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
  const reader = new Reader(path, decode(bytes), trace, options.isJsonc);
  const root = asObject(path, reader.readAll());
  return {
    root,
    duplicateKeys: reader.duplicateKeys,
    lineOf: (container) => lines.get(container),
    lineOfRootKey: (key) => rootKeyLines.get(key),
    lineOfKey: (object, key) => keyLines?.get(object)?.get(key),
  };
}

/** The strings among the named keys of an object; what is absent or of another type is `undefined`. */
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

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** What a reader records beside the value; absent parts are not recorded. */
interface Trace {
  readonly lines?: Map<JsonObject | JsonArray, number>;
  readonly rootKeyLines?: Map<string, number>;
  readonly keyLines?: Map<JsonObject, Map<string, number>>;
  readonly duplicates?: Map<JsonObject, Set<string>>;
}

/** One pass over one text. Line breaks can only stand between tokens, so they are counted where white space is skipped. */
class Reader {
  readonly duplicateKeys: { key: string; line: number }[] = [];
  readonly #path: string;
  readonly #text: string;
  readonly #trace: Trace | undefined;
  /** Comments, and a comma behind the last value. */
  readonly #isJsonc: boolean;
  #position = 0;
  #line = 1;
  #containerCount = 0;

  constructor(path: string, text: string, trace?: Trace, isJsonc = false) {
    this.#path = path;
    this.#text = text;
    this.#trace = trace;
    this.#isJsonc = isJsonc;
  }

  readAll(): JsonValue {
    this.#skipSpace();
    const value = this.#readValue(0);
    this.#skipSpace();
    if (this.#position < this.#text.length) this.#fail('text after the end');
    return value;
  }

  #readValue(depth: number): JsonValue {
    switch (this.#text.charCodeAt(this.#position)) {
      case OPEN_BRACE:
        return this.#readObject(depth + 1);
      case OPEN_BRACKET:
        return this.#readArray(depth + 1);
      case QUOTE:
        return this.#readString();
      case 0x74:
        return this.#readWord('true', true);
      case 0x66:
        return this.#readWord('false', false);
      case 0x6e:
        return this.#readWord('null', null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(depth: number): JsonObject {
    const object = Object.create(null) as Record<string, JsonValue>;
    this.#enter(object, depth);
    if (this.#accept(CLOSE_BRACE)) return object;
    do {
      this.#skipSpace();
      const line = this.#line;
      if (this.#text.charCodeAt(this.#position) !== QUOTE) this.#fail('a key was expected');
      const key = this.#readString();
      if (!this.#accept(COLON)) this.#fail('":" was expected');
      this.#skipSpace();
      const value = this.#readValue(depth);
      if (key in object) this.#noteDuplicate(object, key, line);
      object[key] = value;
      if (depth === 1) this.#trace?.rootKeyLines?.set(key, line);
      if (this.#trace?.keyLines !== undefined) this.#noteKeyLine(object, key, line);
    } while (this.#hasNext(CLOSE_BRACE));
    if (!this.#accept(CLOSE_BRACE)) this.#fail('"," or "}" was expected');
    return object;
  }

  #noteKeyLine(object: JsonObject, key: string, line: number): void {
    const keyLines = this.#trace?.keyLines;
    const lines = keyLines?.get(object) ?? new Map<string, number>();
    lines.set(key, line);
    keyLines?.set(object, lines);
  }

  #readArray(depth: number): JsonArray {
    const array: JsonValue[] = [];
    this.#enter(array, depth);
    if (this.#accept(CLOSE_BRACKET)) return array;
    do {
      this.#skipSpace();
      array.push(this.#readValue(depth));
    } while (this.#hasNext(CLOSE_BRACKET));
    if (!this.#accept(CLOSE_BRACKET)) this.#fail('"," or "]" was expected');
    return array;
  }

  #enter(container: JsonObject | JsonArray, depth: number): void {
    if (depth > MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH}`);
    this.#containerCount += 1;
    if (this.#containerCount > MAX_CONTAINERS) this.#fail(`more than ${MAX_CONTAINERS} values`);
    this.#trace?.lines?.set(container, this.#line);
    this.#position += 1;
  }

  #readString(): string {
    const start = this.#position + 1;
    const text = this.#text;
    for (let at = start; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#position = at + 1;
        return text.slice(start, at);
      }
      if (unit === BACKSLASH) return this.#readEscapedString(start, at);
      if (unit < SPACE) this.#fail('a control character in a string');
    }
    return this.#fail('a string without its end');
  }

  #readEscapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    const parts = [text.slice(start, firstEscape)];
    let at = firstEscape;
    while (at < text.length) {
      const unit = text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#position = at + 1;
        return parts.join('');
      }
      if (unit < SPACE) this.#fail('a control character in a string');
      if (unit === BACKSLASH) {
        const letter = text.charAt(at + 1);
        if (letter === 'u') {
          const hex = text.slice(at + 2, at + 6);
          if (!HEX_UNIT.test(hex)) this.#fail('an unknown escape in a string');
          parts.push(String.fromCharCode(Number.parseInt(hex, 16)));
          at += 6;
        } else {
          parts.push(ESCAPES.get(letter) ?? this.#fail('an unknown escape in a string'));
          at += 2;
        }
      } else {
        const from = at;
        while (at < text.length && isPlain(text.charCodeAt(at))) at += 1;
        parts.push(text.slice(from, at));
      }
    }
    return this.#fail('a string without its end');
  }

  #readWord<Word extends JsonValue>(word: string, value: Word): Word {
    if (!this.#text.startsWith(word, this.#position)) this.#fail('a value was expected');
    this.#position += word.length;
    return value;
  }

  #readNumber(): number {
    NUMBER.lastIndex = this.#position;
    const match = NUMBER.exec(this.#text);
    if (match === null) return this.#fail('a value was expected');
    this.#position = NUMBER.lastIndex;
    return Number(match[0]);
  }

  #accept(unit: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#position) !== unit) return false;
    this.#position += 1;
    return true;
  }

  /** Whether another value follows; behind a last comma none does. */
  #hasNext(close: number): boolean {
    if (!this.#accept(COMMA)) return false;
    if (!this.#isJsonc) return true;
    this.#skipSpace();
    return this.#text.charCodeAt(this.#position) !== close;
  }

  #skipSpace(): void {
    const text = this.#text;
    for (;;) {
      const unit = text.charCodeAt(this.#position);
      if (unit === LINE_FEED) this.#line += 1;
      else if (unit === SLASH && this.#isJsonc) this.#skipComment();
      else if (unit !== SPACE && unit !== CARRIAGE_RETURN && unit !== TAB) return;
      this.#position += 1;
    }
  }

  /** Leaves the position at the last character of the comment, before the line feed of one that ends with its line. */
  #skipComment(): void {
    const text = this.#text;
    const second = text.charAt(this.#position + 1);
    if (second !== '/' && second !== '*') this.#fail('a value was expected');
    const isBlock = second === '*';
    const end = text.indexOf(isBlock ? '*/' : '\n', this.#position + 2);
    if (isBlock && end === -1) this.#fail('a comment without its end');
    const last = isBlock ? end + 1 : (end === -1 ? text.length : end) - 1;
    for (let at = this.#position; at <= last; at += 1) {
      if (text.charCodeAt(at) === LINE_FEED) this.#line += 1;
    }
    this.#position = last;
  }

  #noteDuplicate(object: JsonObject, key: string, line: number): void {
    const duplicates = this.#trace?.duplicates;
    if (duplicates !== undefined) {
      const keys = duplicates.get(object) ?? new Set();
      duplicates.set(object, keys.add(key));
    }
    if (this.duplicateKeys.length < MAX_DUPLICATES_NAMED) this.duplicateKeys.push({ key, line });
  }

  #fail(reason: string): never {
    const end = this.#position >= this.#text.length ? ', where the text ends' : '';
    throw new ParseError(this.#path, `${reason} on line ${this.#line}${end}`);
  }
}

function isPlain(unit: number): boolean {
  return unit !== QUOTE && unit !== BACKSLASH && unit >= SPACE;
}
