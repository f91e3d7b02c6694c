/**
 * The headers of a commit or a tag, read strictly.
 *
 * Source: git, `Documentation/gitformat-signature.adoc`; commit.c,
 * `read_commit_extra_header_lines`. A header is a name, a space and a value; lines that begin with
 * a space continue it. Refused: headers without an end, a line that is neither, and NUL bytes, at
 * which some readers stop.
 */

import { ParseError } from '../../core/base/errors.ts';

/** One header with the place where it stands. */
export interface ObjectHeader {
  readonly name: string;
  /** Continuation lines come without their space; each byte is one character. */
  readonly value: string;
  /** Offset of its first byte. */
  readonly start: number;
  /** Offset behind its last line end. */
  readonly end: number;
}

/** The headers of an object, and where its message begins. */
export interface ObjectHeaders {
  readonly headers: readonly ObjectHeader[];
  readonly bodyStart: number;
}

const LINE_END = 0x0a;
const SPACE = 0x20;
const NAME = /^[A-Za-z][A-Za-z0-9:_-]{0,99}$/u;
/** Merges of many tags have long headers; real ones are below some hundred. */
const MAX_HEADERS = 10_000;

/** Reads the headers of an object. @throws ParseError */
export function readObjectHeaders(id: string, bytes: Buffer): ObjectHeaders {
  const headers: ObjectHeader[] = [];
  let start = 0;
  for (let end = headerEnd(bytes, 0); end > 0; end = headerEnd(bytes, start)) {
    if (bytes[start] === LINE_END) return { headers, bodyStart: start + 1 };
    headers.push(readHeader(id, bytes, { start, end }));
    if (headers.length > MAX_HEADERS) throw new ParseError(id, 'it has too many headers');
    start = end;
  }
  throw new ParseError(id, 'its headers have no end');
}

/**
 * Returns the offset behind a header with its continuation lines, of which there can be millions; 0
 * if it has no end.
 */
function headerEnd(bytes: Buffer, start: number): number {
  if (bytes[start] === LINE_END) return start + 1;
  for (let at = start; at < bytes.length; at += 1) {
    if (bytes[at] === LINE_END && bytes[at + 1] !== SPACE) return at + 1;
  }
  return 0;
}

function readHeader(
  id: string,
  bytes: Buffer,
  { start, end }: { readonly start: number; readonly end: number },
): ObjectHeader {
  const text = unfolded(bytes.subarray(start, end - 1));
  if (text.includes('\0')) throw new ParseError(id, 'a header has a NUL byte');
  if (text.startsWith(' ')) throw new ParseError(id, 'it begins with a continued line');
  const [line = ''] = text.split('\n', 1);
  const [name = ''] = line.split(' ', 1);
  if (!NAME.test(name)) throw new ParseError(id, 'a line of its headers is not a header');
  // A name without a space has an empty value.
  const isBare = name.length === line.length;
  return { name, value: text.slice(name.length + (isBare ? 0 : 1)), start, end };
}

/** Returns the text without the spaces that begin continuation lines. */
function unfolded(bytes: Buffer): string {
  if (!bytes.includes(LINE_END)) return bytes.toString('latin1');
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] === SPACE && bytes[at - 1] === LINE_END) continue;
    kept[length] = bytes[at] ?? 0;
    length += 1;
  }
  return kept.toString('latin1', 0, length);
}

/**
 * Returns the header of that name; `undefined` if there is none.
 * @throws ParseError if it is there twice
 */
export function onlyHeader(
  id: string,
  { headers }: Pick<ObjectHeaders, 'headers'>,
  name: string,
): ObjectHeader | undefined {
  const [first, second] = headers.filter((header) => header.name === name);
  if (second !== undefined) throw new ParseError(id, `it has the header "${name}" twice`);
  return first;
}
