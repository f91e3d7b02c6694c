/**
 * The body of a file as text in overlapping pieces, so that memory does not grow with the file. A file is text if its first block
 * has no zero byte, as git decides it, or if it is UTF-16. Bytes that are not of the encoding become U+FFFD.
 */

import { detectEncoding } from '../base/text-encoding.ts';
import type { BodySink, SeekableBody } from '../model/artifact.ts';
import { TEXT_OVERLAP_BYTES, type TextFile, type TextTaker } from '../model/text-piece.ts';

/** The first block, of the size that git looks at. */
const FIRST_BLOCK_BYTES = 8000;
/** Small enough for the caches of a processor, and eight times the overlap. */
const PIECE_BYTES = 64 * 1024;
const LINE_FEED = '\n';

/** Reads the body of one file as text. */
export class TextBody implements BodySink {
  readonly path: string;
  readonly #open: () => TextTaker | undefined;
  #taker: TextTaker | undefined;
  #state: 'unknown' | 'text' | 'skipped' | 'ended' = 'unknown';
  #encoding: Encoding = 'utf-8';
  #buffer: Buffer;
  #length = 0;
  #freshFrom = 0;
  #startOffset = 0;
  #line = 1;
  #column = 1;

  /** `open` is called once the first block is text; it returns `undefined` for a file that is left out. */
  constructor(file: TextFile, open: (file: TextFile) => TextTaker | undefined) {
    this.path = file.path;
    this.#open = () => open(file);
    this.#buffer = Buffer.allocUnsafe(Math.min(file.sizeBytes, PIECE_BYTES));
  }

  /** Whether the file was wanted and not read to its end, as far as is known. */
  get isUnfinished(): boolean {
    return this.#state === 'unknown' || this.#state === 'text';
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
    if (this.#state === 'text') this.#emit(this.#length, true);
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
    this.#encoding = detectEncoding(block);
    const isText = this.#encoding !== 'utf-8' || !block.includes(0);
    this.#taker = isText ? this.#open() : undefined;
    if (this.#taker === undefined) this.#finish('skipped');
    else {
      this.#state = 'text';
      this.#drop(byteOrderMarkLength(block));
    }
  }

  #emit(end: number, isLast: boolean): void {
    const text = decoded(this.#buffer.subarray(0, end), this.#encoding);
    this.#taker?.piece({
      text,
      isLast,
      freshFrom: this.#freshFrom,
      startOffset: this.#startOffset,
      startLine: this.#line,
      startColumn: this.#column,
    });
    if (isLast) return;
    const kept = characterStart(this.#buffer, end - TEXT_OVERLAP_BYTES, this.#encoding);
    const keptText = decoded(this.#buffer.subarray(kept, end), this.#encoding);
    this.#advance(text, text.length - keptText.length);
    this.#freshFrom = keptText.length;
    this.#drop(kept);
  }

  /** Moves the place of the beginning over the first characters of a text. */
  #advance(text: string, length: number): void {
    let lineStart = 0;
    for (let at = text.indexOf(LINE_FEED); at >= 0 && at < length;) {
      this.#line += 1;
      this.#column = 1;
      lineStart = at + 1;
      at = text.indexOf(LINE_FEED, lineStart);
    }
    this.#column += length - lineStart;
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

/** Returns a sink that gives a body to a reader and reads it as text. The reader does not read it in place then. */
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

type Encoding = ReturnType<typeof detectEncoding>;

const NOTHING = Buffer.alloc(0);
/** A character of UTF-8 has at most three bytes behind its first one. */
const MAX_CONTINUATIONS = 3;

function decoded(bytes: Buffer, encoding: Encoding): string {
  if (encoding === 'utf-8') return bytes.toString('utf8');
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

/** The end of the last whole character of a buffer that is full. */
function characterEnd(buffer: Buffer, encoding: Encoding): number {
  const start = characterStart(buffer, buffer.length - 1, encoding, -1);
  return start + characterLength(buffer, start, encoding) <= buffer.length ? buffer.length : start;
}

/** The beginning of a character at or behind an offset; before it for a step of -1. */
function characterStart(
  buffer: Buffer,
  from: number,
  encoding: Encoding,
  step: 1 | -1 = 1,
): number {
  let at = Math.max(0, from);
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
  if (encoding !== 'utf-8') {
    const unit = encoding === 'utf-16le' ? buffer.readUInt16LE(at) : buffer.readUInt16BE(at);
    return (unit & 0xfc00) === 0xd800 ? 4 : 2;
  }
  const first = buffer[at] ?? 0;
  if (first < 0xc0) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
