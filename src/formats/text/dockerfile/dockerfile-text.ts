/**
 * Text of a Dockerfile by bytes: one Latin-1 character for each byte, so that an index is an
 * offset, and lines that were joined at continuations still know where each byte came from.
 */

import type { ByteRange } from '../../bytes/byte-range.ts';

/**
 * A line of which continuations, and the comments and empty lines between them, are removed. Its
 * text consists of pieces; each begins at an index of the text and at an offset of the file.
 */
export interface LogicalLine {
  readonly text: string;
  readonly indexes: readonly number[];
  readonly offsets: readonly number[];
}

/** A half-open range of a {@link LogicalLine}. */
export interface LineSlice {
  readonly line: LogicalLine;
  readonly start: number;
  readonly end: number;
}

const TAB = 0x09;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const LOWEST_OF_TWO_BYTES = 0xc2;
const NOT_ASCII = /[\u0080-\u00ff]/u;

/** Returns the file as Latin-1 text. */
export function byteText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Decodes Latin-1 characters that are the bytes of UTF-8 text. */
export function decodeByteText(text: string): string {
  return NOT_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/** Returns the offset of the byte at an index of a line. */
export function offsetOf(line: LogicalLine, index: number): number {
  let low = 0;
  let high = line.indexes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((line.indexes[middle] ?? 0) <= index) low = middle;
    else high = middle - 1;
  }
  return (line.offsets[low] ?? 0) + index - (line.indexes[low] ?? 0);
}

/**
 * Returns the bytes of a slice, from its first to its last one. Continuations between them are
 * inside the range.
 */
export function rangeOf({ line, start, end }: LineSlice): ByteRange {
  const first = offsetOf(line, start);
  return { start: first, end: end > start ? offsetOf(line, end - 1) + 1 : first };
}

/** Returns the text of a slice, decoded. */
export function sliceText({ line, start, end }: LineSlice): string {
  return decodeByteText(line.text.slice(start, end));
}

/** Returns a slice without white space at its ends. */
export function trimmed({ line, start, end }: LineSlice): LineSlice {
  let from = start;
  for (let length = spaceAt(line.text, from); length > 0 && from < end;) {
    from += length;
    length = spaceAt(line.text, from);
  }
  let to = end;
  for (let length = spaceBefore(line.text, to); length > 0 && to > from;) {
    to -= length;
    length = spaceBefore(line.text, to);
  }
  return { line, start: Math.min(from, end), end: Math.max(to, Math.min(from, end)) };
}

/**
 * Returns the length in bytes of the white space character at an index, 0 if there is none. White
 * space is what Unicode says it is, as for the parser of BuildKit.
 */
export function spaceAt(text: string, index: number): number {
  const byte = text.charCodeAt(index);
  if (byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN)) return 1;
  if (!(byte >= LOWEST_OF_TWO_BYTES)) return 0;
  return wideSpaceAt(text, index);
}

/**
 * Returns whether a byte separates the words of an instruction: a blank, a tab, a vertical tab, a
 * form feed, or a carriage return.
 */
export function isBlank(byte: number): boolean {
  return byte === SPACE || (byte >= TAB && byte <= CARRIAGE_RETURN && byte !== 0x0a);
}

/**
 * Returns the index of the first character from an index on that is not white space, `end` if there
 * is none before.
 */
export function skipSpace(text: string, index: number, end: number = text.length): number {
  let at = index;
  while (at < end) {
    const length = spaceAt(text, at);
    if (length === 0) return at;
    at += length;
  }
  return end;
}

function spaceBefore(text: string, index: number): number {
  if (index === 0) return 0;
  if (spaceAt(text, index - 1) === 1) return 1;
  if (index >= 2 && spaceAt(text, index - 2) === 2) return 2;
  return index >= 3 && spaceAt(text, index - 3) === 3 ? 3 : 0;
}

/**
 * Returns the length of a wide space: U+0085, U+00A0, U+1680, U+2000 to U+200A, U+2028, U+2029,
 * U+202F, U+205F and U+3000 in UTF-8.
 */
function wideSpaceAt(text: string, index: number): number {
  const second = text.charCodeAt(index + 1);
  const third = text.charCodeAt(index + 2);
  switch (text.charCodeAt(index)) {
    case 0xc2:
      return second === 0x85 || second === 0xa0 ? 2 : 0;
    case 0xe1:
      return second === 0x9a && third === 0x80 ? 3 : 0;
    case 0xe2:
      if (second === 0x81) return third === 0x9f ? 3 : 0;
      if (second !== 0x80) return 0;
      return (third >= 0x80 && third <= 0x8a) || [0xa8, 0xa9, 0xaf].includes(third) ? 3 : 0;
    case 0xe3:
      return second === 0x80 && third === 0x80 ? 3 : 0;
    default:
      return 0;
  }
}
