/**
 * The headers of a commit or a tag, read strictly.
 *
 * Source: git, `Documentation/gitformat-signature.adoc`; commit.c, `read_commit_extra_header_lines`. A header is a name, a
 * space and a value; lines that begin with a space continue it. Refused: headers without an end, a line that is
 * neither, and NUL bytes, at which some readers stop.
 */

import { ParseError } from '../base/errors.ts';

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
const NAME = /^[A-Za-z][A-Za-z0-9:_-]{0,99}$/u;
/** Merges of many tags have long headers; real ones are below some hundred. */
const MAX_HEADERS = 10_000;

/** Reads the headers of an object. @throws ParseError */
export function readObjectHeaders(id: string, bytes: Buffer): ObjectHeaders {
  const headers: { name: string; value: string; start: number; end: number }[] = [];
  for (let at = 0; at < bytes.length;) {
    const lineEnd = bytes.indexOf(LINE_END, at);
    if (lineEnd < 0) break;
    if (lineEnd === at) return { headers, bodyStart: at + 1 };
    const line = bytes.toString('latin1', at, lineEnd);
    if (line.includes('\0')) throw new ParseError(id, 'a header has a NUL byte');
    if (line.startsWith(' ')) {
      const last = headers.at(-1);
      if (last === undefined) throw new ParseError(id, 'it begins with a continued line');
      last.value += `\n${line.slice(1)}`;
      last.end = lineEnd + 1;
    } else {
      const space = line.indexOf(' ');
      const name = space < 0 ? line : line.slice(0, space);
      if (!NAME.test(name)) throw new ParseError(id, 'a line of its headers is no header');
      const value = space < 0 ? '' : line.slice(space + 1);
      headers.push({ name, value, start: at, end: lineEnd + 1 });
      if (headers.length > MAX_HEADERS) throw new ParseError(id, 'it has too many headers');
    }
    at = lineEnd + 1;
  }
  throw new ParseError(id, 'its headers have no end');
}

/** Returns the header of that name; `undefined` if there is none. @throws ParseError if it is there twice */
export function onlyHeader(
  id: string,
  { headers }: Pick<ObjectHeaders, 'headers'>,
  name: string,
): ObjectHeader | undefined {
  const [first, second] = headers.filter((header) => header.name === name);
  if (second !== undefined) throw new ParseError(id, `it has the header "${name}" twice`);
  return first;
}
