/**
 * Byte ranges of a text file, edits of such ranges, and the places that people read: line and
 * column. Editors of files replace ranges and leave every other byte as it is.
 */

/** A half-open range of byte offsets: `start` is inside, `end` is not. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * A place in a text, both 1-based. Columns count UTF-16 code units; a byte order mark has no
 * column.
 */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** A replacement of one range. An empty range inserts, an empty text removes. */
export interface ByteEdit {
  readonly range: ByteRange;
  /** The new content; a string is written as UTF-8. */
  readonly text: string | Uint8Array;
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf] as const;
const LINE_FEED = 0x0a;
/** Without `stream`, each call is a text of its own. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Returns the bytes with all edits applied. The edits can have any order; insertions at one offset
 * keep theirs.
 *
 * @throws RangeError if an edit leaves the bytes, or if two edits overlap.
 */
export function splice(bytes: Uint8Array, edits: readonly ByteEdit[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { range, text } of inOrder(bytes, edits)) {
    pieces.push(bytes.subarray(at, range.start), asBytes(text));
    at = range.end;
  }
  pieces.push(bytes.subarray(at));
  return concatenated(pieces);
}

/**
 * Returns the edits that turn the result of {@link splice} into the original bytes.
 * @throws RangeError as it does.
 */
export function undoOf(bytes: Uint8Array, edits: readonly ByteEdit[]): readonly ByteEdit[] {
  let shift = 0;
  return inOrder(bytes, edits).map(({ range, text }) => {
    const start = range.start + shift;
    const lengthBytes = asBytes(text).length;
    shift += lengthBytes - (range.end - range.start);
    return {
      range: { start, end: start + lengthBytes },
      text: bytes.subarray(range.start, range.end),
    };
  });
}

/** Returns the text of a range. Bytes that are not UTF-8 become replacement characters. */
export function textOf(bytes: Uint8Array, range: ByteRange): string {
  return DECODER.decode(bytes.subarray(range.start, range.end));
}

/** Returns the place of an offset. For many offsets of one file use {@link placesOf}. */
export function placeOf(bytes: Uint8Array, offset: number): TextPlace {
  return placesOf(bytes)(offset);
}

/**
 * Indexes the lines of a file once, and returns a function that finds the place of an offset by
 * binary search.
 */
export function placesOf(bytes: Uint8Array): (offset: number) => TextPlace {
  const starts = lineStarts(bytes);
  // The last place, from which a later one of the same line is counted: a file can be one line of a
  // megabyte.
  let last = { start: -1, at: 0, length: 0 };
  return (offset) => {
    const at = Math.max(0, Math.min(offset, bytes.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    const isBehind = last.start === start && last.at <= at && isBoundary(bytes, last.at);
    const length = isBehind
      ? last.length + lengthBetween(bytes, last.at, at)
      : lengthBetween(bytes, start, at);
    last = { start, at, length };
    return { line: low + 1, column: length + 1 };
  };
}

/** Returns whether no character of several bytes contains the offset. */
function isBoundary(bytes: Uint8Array, offset: number): boolean {
  return ((bytes[offset] ?? 0) & 0xc0) !== 0x80;
}

/** Returns the length of a UTF-8 byte order mark at the start of the bytes: 3 or 0. */
export function byteOrderMarkLength(bytes: Uint8Array): number {
  return BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? BYTE_ORDER_MARK.length : 0;
}

/** Returns whether the bytes begin with a byte order mark of UTF-16. */
export function hasUtf16Mark(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/**
 * Returns the length of a text in UTF-16 code units; an ASCII character is one byte and one unit.
 */
function lengthBetween(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    if ((bytes[at] ?? 0) > 0x7f) return at - start + textOf(bytes, { start: at, end }).length;
  }
  return Math.max(0, end - start);
}

/**
 * Returns the offset of the first character of each line. The first line begins behind the byte
 * order mark.
 */
function lineStarts(bytes: Uint8Array): readonly number[] {
  const starts = [byteOrderMarkLength(bytes)];
  let at = bytes.indexOf(LINE_FEED);
  while (at >= 0) {
    starts.push(at + 1);
    at = bytes.indexOf(LINE_FEED, at + 1);
  }
  return starts;
}

function inOrder(bytes: Uint8Array, edits: readonly ByteEdit[]): readonly ByteEdit[] {
  const sorted = [...edits].sort(
    ({ range: a }, { range: b }) => a.start - b.start || a.end - b.end,
  );
  let end = 0;
  for (const { range } of sorted) {
    if (range.start < 0 || range.end < range.start || range.end > bytes.length) {
      throw new RangeError(`edit of ${describe(range)} in ${bytes.length} bytes`);
    }
    if (range.start < end) throw new RangeError(`edit of ${describe(range)} overlaps another one`);
    end = range.end;
  }
  return sorted;
}

function describe(range: ByteRange): string {
  return `bytes ${range.start} to ${range.end}`;
}

function asBytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? new TextEncoder().encode(text) : text;
}

function concatenated(pieces: readonly Uint8Array[]): Uint8Array {
  const lengthBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const whole = new Uint8Array(lengthBytes);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
