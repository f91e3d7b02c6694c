/**
 * The reader behind `json.ts` and `json-file.ts`: one pass over a text, of which more can be added
 * while it is read.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { addTo } from '../../../core/base/maps.ts';
import type { JsonArray, JsonObject, JsonValue } from './json-value.ts';

/** The deepest lockfile seen nests 40 levels (npm 6); 512 keeps the reader's own stack small. */
export const MAX_DEPTH = 512;

/**
 * Objects and arrays in one text. The largest public lockfile seen has 120,000; each costs some 100
 * bytes.
 */
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

/** Facts that a reader records beside the value; absent parts are not recorded. */
export interface JsonTrace {
  readonly lines?: Map<JsonObject | JsonArray, number>;
  readonly rootKeyLines?: Map<string, number>;
  readonly keyLines?: Map<JsonObject, Map<string, number>>;
  readonly duplicates?: Map<JsonObject, Set<string>>;
}

/** A place in the text, to which a reader can go back. */
export interface JsonMark {
  readonly position: number;
  readonly line: number;
  readonly containerCount: number;
  readonly duplicateCount: number;
}

/**
 * Makes an object that inherits nothing. One whose own prototype is `null` takes four times as much
 * memory, because V8 makes a hash table of each.
 */
export function emptyObject(): Record<string, JsonValue> {
  return new Bare() as Record<string, JsonValue>;
}

const Bare = function (): void {
  // The prototype is all that matters.
} as unknown as { new (): object; prototype: object };
Bare.prototype = Object.create(null) as object;

/**
 * One pass over one text. Line breaks can only stand between tokens, so they are counted where
 * white space is skipped.
 */
export class JsonReader {
  readonly duplicateKeys: { key: string; line: number }[] = [];
  readonly #path: string;
  #text: string;
  readonly #trace: JsonTrace | undefined;
  /** Comments, and a comma behind the last value. */
  readonly #isJsonc: boolean;
  #position = 0;
  #line = 1;
  #containerCount = 0;

  constructor(path: string, text: string, trace?: JsonTrace, isJsonc = false) {
    this.#path = path;
    this.#text = text;
    this.#trace = trace;
    this.#isJsonc = isJsonc;
  }

  /** Returns the 1-based line of the next character. */
  get line(): number {
    return this.#line;
  }

  /** Returns the number of objects and lists so far. */
  get containerCount(): number {
    return this.#containerCount;
  }

  /** Discounts objects and lists that the caller does not hold. */
  discount(containerCount: number): void {
    this.#containerCount -= containerCount;
  }

  /** Returns the number of remaining characters of the text. */
  get restLength(): number {
    return this.#text.length - this.#position;
  }

  /** Returns the next character; `NaN` at the end. */
  get next(): number {
    return this.#text.charCodeAt(this.#position);
  }

  /** Drops what was read and adds to what is left. */
  extend(text: string): void {
    this.#text = this.#text.slice(this.#position) + text;
    this.#position = 0;
  }

  mark(): JsonMark {
    return {
      position: this.#position,
      line: this.#line,
      containerCount: this.#containerCount,
      duplicateCount: this.duplicateKeys.length,
    };
  }

  /** Goes back to a place in the text as it is, which `extend` has not changed since. */
  goBack(mark: JsonMark): void {
    this.#position = mark.position;
    this.#line = mark.line;
    this.#containerCount = mark.containerCount;
    this.duplicateKeys.length = mark.duplicateCount;
  }

  /**
   * Passes text as far as a function goes, which is given the text and a place in it and returns
   * the place behind.
   */
  pass(
    over: (text: string, from: number) => { readonly to: number; readonly lines: number },
  ): void {
    const { to, lines } = over(this.#text, this.#position);
    this.#position = to;
    this.#line += lines;
  }

  readAll(): JsonValue {
    this.skipSpace();
    const value = this.readValue(0);
    this.skipSpace();
    if (this.restLength > 0) this.fail('text after the end');
    return value;
  }

  /** Reads the value that is next, inside of so many objects and lists. */
  readValue(depth: number): JsonValue {
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
    const object = emptyObject();
    this.enter(object, depth);
    if (this.accept(CLOSE_BRACE)) return object;
    do {
      this.skipSpace();
      const line = this.#line;
      const key = this.readKey();
      this.skipSpace();
      const value = this.readValue(depth);
      this.set(object, key, value, { line, depth });
    } while (this.#hasNext(CLOSE_BRACE));
    if (!this.accept(CLOSE_BRACE)) this.fail('"," or "}" was expected');
    return object;
  }

  /** Reads a key and the colon behind it. */
  readKey(): string {
    if (this.#text.charCodeAt(this.#position) !== QUOTE) this.fail('a key was expected');
    const key = this.#readString();
    if (!this.accept(COLON)) this.fail('":" was expected');
    return key;
  }

  /** Adds a member to an object at a depth; of equal keys the last one counts. */
  set(
    object: Record<string, JsonValue>,
    key: string,
    value: JsonValue,
    { line, depth }: { readonly line: number; readonly depth: number },
  ): void {
    if (key in object) this.#noteDuplicate(object, key, line);
    object[key] = value;
    if (depth === 1) this.#trace?.rootKeyLines?.set(key, line);
    if (this.#trace?.keyLines !== undefined) this.#noteKeyLine(object, key, line);
  }

  #noteKeyLine(object: JsonObject, key: string, line: number): void {
    const keyLines = this.#trace?.keyLines;
    const lines = keyLines?.get(object) ?? new Map<string, number>();
    lines.set(key, line);
    keyLines?.set(object, lines);
  }

  #readArray(depth: number): JsonArray {
    const array: JsonValue[] = [];
    this.enter(array, depth);
    if (this.accept(CLOSE_BRACKET)) return array;
    do {
      this.skipSpace();
      array.push(this.readValue(depth));
    } while (this.#hasNext(CLOSE_BRACKET));
    if (!this.accept(CLOSE_BRACKET)) this.fail('"," or "]" was expected');
    return array;
  }

  /** Begins an object or a list, whose first character is next. */
  enter(container: JsonObject | JsonArray, depth: number): void {
    if (depth > MAX_DEPTH) this.fail(`nested deeper than ${MAX_DEPTH}`);
    this.#containerCount += 1;
    if (this.#containerCount > MAX_CONTAINERS) this.fail(`more than ${MAX_CONTAINERS} values`);
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
      if (unit < SPACE) this.fail('a control character in a string');
    }
    return this.fail('a string without its end');
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
      if (unit < SPACE) this.fail('a control character in a string');
      if (unit === BACKSLASH) {
        const letter = text.charAt(at + 1);
        if (letter === 'u') {
          const hex = text.slice(at + 2, at + 6);
          if (!HEX_UNIT.test(hex)) this.fail('an unknown escape in a string');
          parts.push(String.fromCharCode(Number.parseInt(hex, 16)));
          at += 6;
        } else {
          parts.push(ESCAPES.get(letter) ?? this.fail('an unknown escape in a string'));
          at += 2;
        }
      } else {
        const from = at;
        while (at < text.length && isPlain(text.charCodeAt(at))) at += 1;
        parts.push(text.slice(from, at));
      }
    }
    return this.fail('a string without its end');
  }

  #readWord<Word extends JsonValue>(word: string, value: Word): Word {
    if (!this.#text.startsWith(word, this.#position)) this.fail('a value was expected');
    this.#position += word.length;
    return value;
  }

  #readNumber(): number {
    NUMBER.lastIndex = this.#position;
    const match = NUMBER.exec(this.#text);
    if (match === null) return this.fail('a value was expected');
    this.#position = NUMBER.lastIndex;
    return Number(match[0]);
  }

  /** Passes white space and this character; false where another one follows. */
  accept(unit: number): boolean {
    this.skipSpace();
    if (this.#text.charCodeAt(this.#position) !== unit) return false;
    this.#position += 1;
    return true;
  }

  /** Returns whether another value follows; behind a last comma none does. */
  #hasNext(close: number): boolean {
    if (!this.accept(COMMA)) return false;
    if (!this.#isJsonc) return true;
    this.skipSpace();
    return this.#text.charCodeAt(this.#position) !== close;
  }

  /** Passes white space and comments. */
  skipSpace(): void {
    const text = this.#text;
    for (;;) {
      const unit = text.charCodeAt(this.#position);
      if (unit === LINE_FEED) this.#line += 1;
      else if (unit === SLASH && this.#isJsonc) this.#skipComment();
      else if (unit !== SPACE && unit !== CARRIAGE_RETURN && unit !== TAB) return;
      this.#position += 1;
    }
  }

  /**
   * Leaves the position at the last character of the comment, before the line feed of one that ends
   * with its line.
   */
  #skipComment(): void {
    const text = this.#text;
    const second = text.charAt(this.#position + 1);
    if (second !== '/' && second !== '*') this.fail('a value was expected');
    const isBlock = second === '*';
    const end = text.indexOf(isBlock ? '*/' : '\n', this.#position + 2);
    if (isBlock && end === -1) this.fail('a comment without its end');
    const last = isBlock ? end + 1 : (end === -1 ? text.length : end) - 1;
    for (let at = this.#position; at <= last; at += 1) {
      if (text.charCodeAt(at) === LINE_FEED) this.#line += 1;
    }
    this.#position = last;
  }

  #noteDuplicate(object: JsonObject, key: string, line: number): void {
    const duplicates = this.#trace?.duplicates;
    if (duplicates !== undefined) addTo(duplicates, object, key);
    if (this.duplicateKeys.length < MAX_DUPLICATES_NAMED) this.duplicateKeys.push({ key, line });
  }

  /** @throws ParseError with the place */
  fail(reason: string): never {
    const end = this.#position >= this.#text.length ? ', where the text ends' : '';
    throw new ParseError(this.#path, `${reason} on line ${this.#line}${end}`);
  }
}

function isPlain(unit: number): boolean {
  return unit !== QUOTE && unit !== BACKSLASH && unit >= SPACE;
}
