/**
 * Splits a large JSON object into its members without parsing it whole: a tracker file of 80 MB
 * would become a multiple of that in objects. Only nesting and strings are followed (RFC 8259,
 * sections 2 and 7); each value is given as bytes, for the caller to parse.
 */

import { ParseError } from '../../../core/base/errors.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

/** A member of a JSON object, unparsed. */
export interface JsonMember {
  readonly key: string;
  /** A view into the input. */
  readonly bytes: Uint8Array;
}

/**
 * Returns the first of the members read so far, if it is an object and the only one. Such objects
 * identify files whose keys are data. @throws ParseError if the object is damaged, when its
 * `members` are iterated
 */
export function firstObject(
  members: ReadonlyMap<string, Uint8Array>,
): { readonly key: string; members(): Iterable<JsonMember> } | undefined {
  const [first] = members;
  if (first === undefined || members.size > 1 || first[1][0] !== OPEN_BRACE) return undefined;
  const [key, bytes] = first;
  return { key, members: () => jsonMembers(key, bytes) };
}

/**
 * Yields the members in their order. @throws ParseError where the input is not one JSON object,
 * when it comes to that place
 */
export function* jsonMembers(path: string, bytes: Uint8Array): Iterable<JsonMember> {
  const hasMark = BYTE_ORDER_MARK.every((byte, index) => bytes[index] === byte);
  let at = expectByte(path, bytes, skipSpace(bytes, hasMark ? 3 : 0), OPEN_BRACE);
  at = skipSpace(bytes, at);
  if (bytes[at] !== CLOSE_BRACE) {
    for (;;) {
      if (bytes[at] !== QUOTE) throw new ParseError(path, `no key at byte ${at}`);
      const keyEnd = endOfString(path, bytes, at);
      const key = parseKey(path, bytes.subarray(at, keyEnd));
      const valueAt = skipSpace(bytes, expectByte(path, bytes, skipSpace(bytes, keyEnd), COLON));
      const valueEnd = endOfValue(path, bytes, valueAt);
      yield { key, bytes: bytes.subarray(valueAt, valueEnd) };
      at = skipSpace(bytes, valueEnd);
      if (bytes[at] === CLOSE_BRACE) break;
      at = skipSpace(bytes, expectByte(path, bytes, at, COMMA));
    }
  }
  const end = skipSpace(bytes, at + 1);
  if (end < bytes.length) throw new ParseError(path, `more than one value, at byte ${end}`);
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/** Returns the place behind the byte. */
function expectByte(path: string, bytes: Uint8Array, at: number, wanted: number): number {
  if (bytes[at] === wanted) return at + 1;
  throw new ParseError(path, `no "${String.fromCharCode(wanted)}" at byte ${at}`);
}

function parseKey(path: string, bytes: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(bytes).toString()));
  } catch {
    throw new ParseError(path, 'a key that is no string');
  }
}

/** Returns the place behind the closing quote of the string that begins at `start`. */
function endOfString(path: string, bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = bytes.indexOf(QUOTE, at);
    if (quote < 0) throw new ParseError(path, `a string without end at byte ${start}`);
    let backslashes = 0;
    while (bytes[quote - 1 - backslashes] === BACKSLASH && quote - 1 - backslashes > start) {
      backslashes += 1;
    }
    if (backslashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/**
 * Returns the place behind the value that begins at `start`; whether it is valid inside is for its
 * parser to say.
 */
function endOfValue(path: string, bytes: Uint8Array, start: number): number {
  let depth = 0;
  let at = start;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at = endOfString(path, bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      // A plain value ends before the bracket that closes what it stands in.
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (byte === COMMA && depth === 0) return at;
    at += 1;
  }
  throw new ParseError(path, `a value without end at byte ${start}`);
}
