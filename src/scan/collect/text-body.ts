/**
 * The body of a file in overlapping pieces, so that memory does not grow with the file. A file is
 * text if its first block has no zero byte, as git decides it, or if it is UTF-16. Bytes that are
 * not of the encoding become U+FFFD. A piece is decoded and its lines are counted only if that is
 * asked for: most pieces have nothing that anything looks for.
 */

import { detectEncoding } from '../../core/base/text-encoding.ts';
import type { BodySink, SeekableBody } from '../../core/model/artifact/artifact.ts';
import {
  TEXT_OVERLAP_BYTES,
  type TextFile,
  type TextPiece,
  type TextTaker,
} from '../../core/model/layer/text-piece.ts';

/** The first block, of the size that git looks at. */
const FIRST_BLOCK_BYTES = 8000;
/** Small enough for the caches of a processor, and eight times the overlap. */
const PIECE_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** A file before its first block was judged. */
type UnjudgedFile = Omit<TextFile, 'isBinary'>;

/** Reads the body of one file. */
export class TextBody implements BodySink {
  readonly path: string;
  readonly #open: (isBinary: boolean) => TextTaker | undefined;
  #taker: TextTaker | undefined;
  #state: 'unknown' | 'read' | 'skipped' | 'ended' = 'unknown';
  #encoding: Encoding = 'utf-8';
  #buffer: Buffer;
  #length = 0;
  #freshFrom = 0;
  #startOffset = 0;
  #line = 1;
  #column = 1;

  /**
   * `open` is called once the first block is judged; it returns `undefined` for a file that is left
   * out.
   */
  constructor(file: UnjudgedFile, open: (file: TextFile) => TextTaker | undefined) {
    this.path = file.path;
    this.#open = (isBinary) => open({ ...file, isBinary });
    this.#buffer = Buffer.allocUnsafe(Math.min(file.sizeBytes, PIECE_BYTES));
  }

  /** Returns whether the file was wanted and not read to its end, as far as is known. */
  get isUnfinished(): boolean {
    return this.#state === 'unknown' || this.#state === 'read';
  }

  write(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0 && this.isUnfinished) {
      if (this.#length === this.#buffer.length) this.#makeRoom();
      const part = rest.subarray(0, this.#buffer.length - this.#length);
      this.#buffer.set(part, this.#length);
      this.#length += part.length;
      rest = rest.subarray(part.length);
      if (this.#state === 'unknown' && this.#length >= FIRST_BLOCK_BYTES) this.#judge();
    }
  }

  end(): void {
    if (this.#state === 'unknown') this.#judge();
    if (this.#state === 'read') this.#emit(this.#length, true);
    this.#finish('ended');
  }

  /** A buffer that is smaller than a piece was made for a file that claimed to be shorter. */
  #makeRoom(): void {
    if (this.#buffer.length >= PIECE_BYTES) {
      this.#emit(characterEnd(this.#buffer, this.#encoding), false);
      return;
    }
    const larger = Buffer.allocUnsafe(PIECE_BYTES);
    this.#buffer.copy(larger);
    this.#buffer = larger;
  }

  #judge(): void {
    const block = this.#buffer.subarray(0, this.#length);
    const encoding = detectEncoding(block);
    const isBinary = encoding === 'utf-8' && block.includes(0);
    this.#encoding = isBinary ? 'binary' : encoding;
    this.#taker = this.#open(isBinary);
    if (this.#taker === undefined) this.#finish('skipped');
    else {
      this.#state = 'read';
      if (!isBinary) this.#drop(byteOrderMarkLength(block));
    }
  }

  #emit(end: number, isLast: boolean): void {
    const piece = new Piece(this.#buffer.subarray(0, end), {
      detected: this.#encoding,
      isLast,
      freshFromByte: this.#freshFrom,
      startOffset: this.#startOffset,
      startLine: this.#line,
      startColumn: this.#column,
    });
    this.#taker?.piece(piece);
    if (isLast) return;
    const kept = characterStart(this.#buffer, end - TEXT_OVERLAP_BYTES, this.#encoding);
    if (this.#encoding !== 'binary') this.#advance(this.#buffer.subarray(0, kept));
    this.#freshFrom = end - kept;
    this.#drop(kept);
  }

  /** Moves the place of the beginning over the first bytes of a piece. */
  #advance(bytes: Buffer): void {
    let lineStart = 0;
    let at = lineFeedFrom(bytes, 0, this.#encoding);
    for (; at >= 0; at = lineFeedFrom(bytes, lineStart, this.#encoding)) {
      this.#line += 1;
      this.#column = 1;
      lineStart = at + (this.#encoding === 'utf-8' ? 1 : 2);
    }
    this.#column += decoded(bytes.subarray(lineStart), this.#encoding).length;
  }

  /** Removes the first bytes of the buffer. */
  #drop(length: number): void {
    if (length === 0) return;
    this.#buffer.copyWithin(0, length, this.#length);
    this.#length -= length;
    this.#startOffset += length;
  }

  #finish(state: 'skipped' | 'ended'): void {
    this.#state = state;
    this.#taker = undefined;
    this.#buffer = NOTHING;
  }
}

interface PieceFacts extends Pick<
  TextPiece,
  'freshFromByte' | 'isLast' | 'startOffset' | 'startLine' | 'startColumn'
> {
  readonly detected: Encoding;
}

/** A piece that is decoded when its text is asked for. */
class Piece implements TextPiece {
  readonly bytes: Buffer;
  readonly encoding: TextPiece['encoding'];
  readonly freshFromByte: number;
  readonly isLast: boolean;
  readonly startOffset: number;
  readonly startLine: number;
  readonly startColumn: number;
  readonly #detected: Encoding;
  #text: string | undefined;

  constructor(bytes: Buffer, facts: PieceFacts) {
    this.bytes = bytes;
    this.#detected = facts.detected;
    this.encoding = facts.detected.startsWith('utf-16')
      ? 'utf-16'
      : (facts.detected as 'utf-8' | 'binary');
    this.freshFromByte = facts.freshFromByte;
    this.isLast = facts.isLast;
    this.startOffset = facts.startOffset;
    this.startLine = facts.startLine;
    this.startColumn = facts.startColumn;
  }

  get text(): string {
    this.#text ??= decoded(this.bytes, this.#detected);
    return this.#text;
  }

  get freshFrom(): number {
    return decoded(this.bytes.subarray(0, this.freshFromByte), this.#detected).length;
  }
}

/**
 * Returns a sink that gives a body to a reader and reads it as text. The reader does not read it in
 * place then.
 */
export function withText(
  reader: BodySink | undefined,
  text: TextBody | undefined,
): BodySink | undefined {
  if (reader === undefined || text === undefined) return reader ?? text;
  return {
    write(piece) {
      reader.write(piece);
      text.write(piece);
    },
    end() {
      reader.end();
      text.end();
    },
    again(body: SeekableBody) {
      reader.again?.(body);
    },
  };
}

type Encoding = ReturnType<typeof detectEncoding> | 'binary';

const NOTHING = Buffer.alloc(0);
/** A character of UTF-8 has at most three bytes behind its first one. */
const MAX_CONTINUATIONS = 3;

/** Returns where the next line feed stands; -1 where none does. */
function lineFeedFrom(bytes: Buffer, from: number, encoding: Encoding): number {
  let at = bytes.indexOf(LINE_FEED, from);
  if (encoding === 'utf-8') return at;
  const isFeed = (index: number): boolean =>
    encoding === 'utf-16le'
      ? index % 2 === 0 && bytes[index + 1] === 0
      : index % 2 === 1 && bytes[index - 1] === 0;
  while (at >= 0 && !isFeed(at)) at = bytes.indexOf(LINE_FEED, at + 1);
  return encoding === 'utf-16be' && at >= 0 ? at - 1 : at;
}

function decoded(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-8') return bytes.toString('utf8');
  if (encoding === 'binary') return bytes.toString('latin1');
  if (encoding === 'utf-16le') return bytes.toString('utf16le');
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString('utf16le');
}

function byteOrderMarkLength(block: Buffer): number {
  if (block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf) return 3;
  const isMark =
    (block[0] === 0xff && block[1] === 0xfe) || (block[0] === 0xfe && block[1] === 0xff);
  return isMark ? 2 : 0;
}

/** Returns the end of the last whole character of a buffer that is full. */
function characterEnd(buffer: Buffer, encoding: Encoding): number {
  const start = characterStart(buffer, buffer.length - 1, encoding, -1);
  return start + characterLength(buffer, start, encoding) <= buffer.length ? buffer.length : start;
}

/** Returns the beginning of a character at or behind an offset; before it for a step of -1. */
function characterStart(
  buffer: Buffer,
  from: number,
  encoding: Encoding,
  step: 1 | -1 = 1,
): number {
  let at = Math.max(0, from);
  if (encoding === 'binary') return at;
  if (encoding !== 'utf-8') {
    at -= at % 2;
    const unit = encoding === 'utf-16le' ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at);
    return (unit & 0xfc00) === 0xdc00 && at >= 2 ? at + 2 * step : at;
  }
  for (let count = 0; count < MAX_CONTINUATIONS && at > 0; count += 1) {
    if (((buffer[at] ?? 0) & 0xc0) !== 0x80) break;
    at += step;
  }
  return at;
}

function characterLength(buffer: Buffer, at: number, encoding: Encoding): number {
  if (encoding === 'binary') return 1;
  if (encoding !== 'utf-8') {
    const unit = encoding === 'utf-16le' ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at);
    return (unit & 0xfc00) === 0xd800 ? 4 : 2;
  }
  const first = buffer[at] ?? 0;
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
