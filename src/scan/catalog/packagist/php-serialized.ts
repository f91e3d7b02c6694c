/**
 * Values as PHP's `serialize` writes them.
 *
 * Source: the PHP manual, `serialize`, and the form it writes: `s:LENGTH:"BYTES";`, `i:NUMBER;`,
 * `d:NUMBER;`, `b:0;`, `N;` and `a:COUNT:{KEY VALUE …}`. Objects and references are not read.
 * Refused: anything else, nesting deeper than 64, and what is cut off.
 */

import { ParseError } from '../../../core/base/errors.ts';

/**
 * A value of PHP's serialization format. Numbers and booleans are texts, and arrays and objects
 * are maps.
 */
export type PhpValue = string | null | ReadonlyMap<string, PhpValue>;

/** Records of packages nest some ten deep. */
const MAX_DEPTH = 64;
const SCALAR = /(?:[ibd]:(?<value>[-+.\dA-Za-z]{1,40})|N);/y;
const LENGTH = /s:(?<length>\d{1,9}):"/y;
const ARRAY = /a:(?<count>\d{1,9}):\{/y;

/** Returns the first value of a text of one character a byte. @throws ParseError */
export function readPhpSerialized(path: string, text: string): PhpValue {
  return new Reader(path, text).value(MAX_DEPTH);
}

class Reader {
  readonly #path: string;
  readonly #text: string;
  #at = 0;

  constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  value(depth: number): PhpValue {
    const scalar = this.#match(SCALAR);
    if (scalar !== undefined) return scalar['value'] ?? null;
    const text = this.#match(LENGTH);
    if (text !== undefined) return this.#string(Number(text['length']));
    const array = this.#match(ARRAY);
    if (array === undefined || depth === 0) throw this.#broken();
    const values = new Map<string, PhpValue>();
    for (let left = Number(array['count']); left > 0; left -= 1) {
      const key = this.value(0);
      if (typeof key !== 'string') throw this.#broken();
      values.set(key, this.value(depth - 1));
    }
    this.#skip('}');
    return values;
  }

  #string(length: number): string {
    const text = this.#text.slice(this.#at, this.#at + length);
    this.#at += length;
    this.#skip('";');
    return text;
  }

  #match(pattern: RegExp): Readonly<Record<string, string | undefined>> | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found === null) return undefined;
    this.#at = pattern.lastIndex;
    return found.groups ?? {};
  }

  #skip(expected: string): void {
    if (!this.#text.startsWith(expected, this.#at)) throw this.#broken();
    this.#at += expected.length;
  }

  #broken(): ParseError {
    return new ParseError(this.#path, `no value of PHP at byte ${String(this.#at)}`);
  }
}
