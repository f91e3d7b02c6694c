/**
 * Stanzas of `Field: value` lines, as in Debian control files and in the headers of Python package
 * metadata.
 *
 * Source: deb822(5); Debian Policy 5.1 "Syntax of control files"; RFC 822 section 3.1 for Python.
 * Field names are compared without regard to case. A line that begins with a space or tab continues
 * its field, even where it holds nothing else (so dpkg reads it). Stanzas end at an empty line or
 * at the end of the file; lines may end in CRLF. Nothing is refused: a line that is neither a field
 * nor a continuation is counted as stray, and the caller decides.
 *
 * Only wanted fields are decoded: a status file is mostly descriptions.
 */

import { Buffer } from 'node:buffer';
import { ParseError } from '../../core/base/errors.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;
const COLON = 0x3a;

/**
 * A wanted field that takes more than this is cut; the longest seen is a dependency list of 20 KB.
 */
const MAX_FIELD_BYTES = 1024 * 1024;

interface Span {
  readonly name: string;
  readonly line: number;
  readonly start: number;
  end: number;
}

/** One paragraph of a control file; fields that were not asked for are absent. */
export class Stanza {
  /** 1-based line of its first field. */
  readonly line: number;
  /** 1-based line of the first line that is neither a field nor a continuation. */
  readonly strayLine: number | undefined;
  readonly #bytes: Buffer;
  readonly #spans: readonly Span[];

  constructor(
    bytes: Buffer,
    spans: readonly Span[],
    place: { readonly line: number; readonly strayLine: number | undefined },
  ) {
    this.#bytes = bytes;
    this.#spans = spans;
    this.line = place.line;
    this.strayLine = place.strayLine;
  }

  /**
   * Returns the first field of that name: its lines joined by line feeds, each without space at its
   * ends.
   */
  get(name: string): string | undefined {
    const span = this.#spans.find((candidate) => candidate.name === name.toLowerCase());
    return span === undefined ? undefined : this.#decode(span);
  }

  /** Returns all fields of that name, in the order of the file. */
  all(name: string): readonly string[] {
    const wanted = name.toLowerCase();
    return this.#spans.filter((span) => span.name === wanted).map((span) => this.#decode(span));
  }

  /** Returns the 1-based line of the first field of that name. */
  lineOf(name: string): number | undefined {
    return this.#spans.find((span) => span.name === name.toLowerCase())?.line;
  }

  /** Returns the first wanted field that appears twice. dpkg refuses such a stanza. */
  duplicateField(): string | undefined {
    const names = new Set<string>();
    for (const { name } of this.#spans) {
      if (names.has(name)) return name;
      names.add(name);
    }
    return undefined;
  }

  #decode(span: Span): string {
    const end = Math.min(span.end, span.start + MAX_FIELD_BYTES);
    const text = this.#bytes.toString('utf8', span.start, end);
    if (!text.includes('\n')) return text.trim();
    return text
      .split('\n')
      .map((line) => line.trim())
      .join('\n')
      .trim();
  }
}

/**
 * Yields the stanzas of a file, one at a time. `fields` names what will be asked of them;
 * `linesBefore` is how many lines of the file stand before these bytes.
 */
export function* readStanzas(
  file: Uint8Array,
  fields: readonly string[],
  linesBefore = 0,
): Generator<Stanza> {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const wanted = new Map(fields.map((field) => [field.toLowerCase(), field.length]));
  const lengths = new Set(wanted.values());
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let line = linesBefore;
  let spans: Span[] = [];
  let current: Span | undefined;
  let firstLine: number | undefined;
  let strayLine: number | undefined;

  while (at < bytes.length) {
    const lineFeed = bytes.indexOf(LINE_FEED, at);
    const next = lineFeed === -1 ? bytes.length : lineFeed + 1;
    let end = lineFeed === -1 ? bytes.length : lineFeed;
    if (end > at && bytes[end - 1] === CARRIAGE_RETURN) end -= 1;
    line += 1;
    const first = bytes[at];
    if (end === at) {
      if (firstLine !== undefined) yield new Stanza(bytes, spans, { line: firstLine, strayLine });
      spans = [];
      current = undefined;
      firstLine = undefined;
      strayLine = undefined;
    } else if (first === SPACE || first === TAB) {
      if (current !== undefined) current.end = end;
      // A continuation of nothing, as when a file was cut in the middle.
      if (firstLine === undefined) {
        firstLine = line;
        strayLine = line;
      }
    } else {
      firstLine ??= line;
      const colon = findColon(bytes, at, end);
      current = undefined;
      if (colon === -1) {
        strayLine ??= line;
      } else if (lengths.has(colon - at)) {
        const name = bytes.toString('latin1', at, colon).toLowerCase();
        if (wanted.has(name)) {
          current = { name, line, start: colon + 1, end };
          spans.push(current);
        }
      }
    }
    at = next;
  }
  if (firstLine !== undefined) yield new Stanza(bytes, spans, { line: firstLine, strayLine });
}

/** Field names hold no space, so a sentence with a colon in it is not a field. */
function findColon(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte === COLON) return at === start ? -1 : at;
    if (byte === SPACE || byte === TAB) return -1;
  }
  return -1;
}

/** A file that is read in parts. */
export interface StoredStanzas {
  readonly path: string;
  readonly sizeBytes: number;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** Whole stanzas of a file. */
export interface StanzaPiece {
  readonly bytes: Uint8Array;
  /** Number of lines of the file before them. */
  readonly linesBefore: number;
}

const PIECE_BYTES = 4 * 1024 * 1024;
/** The largest stanza seen has 100 KB. */
const MAX_STANZA_BYTES = 32 * 1024 * 1024;
const STANZA_ENDS = ['\n\n', '\n\r\n'];

/**
 * Yields the pieces in order; one for a small file.
 * @throws ParseError where a stanza is too large to be held
 */
export async function* stanzaPieces(
  file: StoredStanzas,
  pieceBytes = PIECE_BYTES,
): AsyncGenerator<StanzaPiece> {
  let rest = Buffer.alloc(0);
  let linesBefore = 0;
  for (let offset = 0; offset < file.sizeBytes;) {
    const lengthBytes = Math.min(pieceBytes, file.sizeBytes - offset);
    const read = await file.readAt(offset, lengthBytes);
    if (read.length === 0) throw new ParseError(file.path, 'cut off');
    offset += read.length;
    const piece = rest.length === 0 ? bufferOf(read) : Buffer.concat([rest, read]);
    const end = offset >= file.sizeBytes ? piece.length : endOfStanzas(piece);
    if (end > 0) yield { bytes: piece.subarray(0, end), linesBefore };
    if (offset < file.sizeBytes) linesBefore += lineCount(piece.subarray(0, end));
    rest = Buffer.from(piece.subarray(end));
    if (rest.length > MAX_STANZA_BYTES) {
      throw new ParseError(file.path, `a stanza larger than ${MAX_STANZA_BYTES} bytes`);
    }
  }
}

/** Returns the place behind the last empty line; 0 where there is none. */
function endOfStanzas(piece: Buffer): number {
  return Math.max(
    ...STANZA_ENDS.map((end) => {
      const at = piece.lastIndexOf(end, undefined, 'latin1');
      return at < 0 ? 0 : at + end.length;
    }),
  );
}

function lineCount(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1))
    count += 1;
  return count;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
