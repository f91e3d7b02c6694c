/**
 * Splits the lists of a large JSON object into their elements while its bytes come in: a year of
 * NVD has 150 MB, of which one record is held at a time. Only nesting and strings are followed (RFC
 * 8259, sections 2 and 7); each element is given as bytes, for its parser to judge.
 *
 * Refused: what ends before the object does, and elements larger than allowed.
 */

import { ParseError } from '../../../core/base/errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
/** Inside a list that is a member of the top-level object. */
const LIST_DEPTH = 2;

/** Splits a JSON array that streams by into its elements, without parsing them. */
export class JsonElementSplitter {
  readonly #path: string;
  readonly #maxBytes: number;
  #depth = 0;
  #isList = false;
  #isInString = false;
  #isEscaped = false;
  #hasEnded = false;
  /** Parts of the element that is open, from earlier pieces. */
  #parts: Uint8Array[] = [];
  #partBytes = 0;

  /** `maxBytes` bounds one element. */
  constructor(path: string, maxBytes: number) {
    this.#path = path;
    this.#maxBytes = maxBytes;
  }

  /** Returns the objects of the lists that end in the next bytes. @throws ParseError */
  push(bytes: Uint8Array): readonly Uint8Array[] {
    const elements: Uint8Array[] = [];
    let start = this.#depth > LIST_DEPTH && this.#isList ? 0 : -1;
    for (let at = 0; at < bytes.length; at += 1) {
      if (this.#isInString) {
        at = this.#passString(bytes, at);
        continue;
      }
      const byte = bytes[at];
      if (byte === QUOTE) this.#isInString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (this.#enter(byte)) start = at;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (!this.#leave() || start < 0) continue;
        elements.push(this.#complete(bytes.subarray(start, at + 1)));
        start = -1;
      }
    }
    if (start >= 0) this.#keep(bytes.subarray(start));
    return elements;
  }

  /** @throws ParseError where the object is not whole */
  end(): void {
    if (!this.#hasEnded || this.#depth !== 0) throw new ParseError(this.#path, 'cut off');
  }

  /** Returns whether an element begins. */
  #enter(byte: number): boolean {
    if (this.#depth === 1) this.#isList = byte === OPEN_BRACKET;
    const isElement = this.#isList && this.#depth === LIST_DEPTH;
    this.#depth += 1;
    return isElement;
  }

  /** Returns whether an element ends. */
  #leave(): boolean {
    this.#depth -= 1;
    if (this.#depth <= 0) this.#hasEnded = true;
    return this.#isList && this.#depth === LIST_DEPTH;
  }

  /** Returns the place of the last byte of the string, or of the piece. */
  #passString(bytes: Uint8Array, from: number): number {
    let at = from;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) {
        this.#isInString = false;
        return at;
      }
    }
    return at;
  }

  #keep(part: Uint8Array): void {
    this.#partBytes += part.length;
    if (this.#partBytes > this.#maxBytes) {
      throw new ParseError(this.#path, `a record larger than ${this.#maxBytes} bytes`);
    }
    // The caller may reuse the buffer of the piece.
    this.#parts.push(Uint8Array.from(part));
  }

  #complete(last: Uint8Array): Uint8Array {
    this.#keep(last);
    const [only] = this.#parts;
    const whole = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    return whole;
  }
}
