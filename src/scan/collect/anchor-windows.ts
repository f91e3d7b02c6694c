/**
 * Extracts the parts of a program that matter when only a few texts do: its first bytes, and a
 * window behind each place where an anchor is found. A program of a hundred megabytes becomes some
 * kilobytes, and is neither stored nor read a second time. Anchors that begin in the code of an ELF
 * file are ignored.
 */

import { ELF_START_BYTES, elfCodeSpans, type FileSpan } from '../../formats/binary/elf/elf-code.ts';

/** Enough for the first bytes that identify a file format. */
const HEAD_BYTES = 64;
/** Length of a window, from its anchor on; no text that catalogers look for is longer. */
const WINDOW_BYTES = 256;
/**
 * Limit for each anchor. A program contains its version a few times, and the bare beginnings of
 * numbers some dozen times.
 */
const MAX_WINDOWS = 256;

const NOTHING: Buffer = Buffer.alloc(0);

/** Not in ASCII, so that no text extends across it. */
const BORDER = Buffer.of(0xff);

/** A window whose end is in a later piece. */
interface Open {
  readonly parts: Buffer[];
  missingBytes: number;
}

interface Anchor {
  readonly bytes: Buffer;
  /** Number of bytes at its beginning that are compared only when the rest is found. */
  readonly leadBytes: number;
  readonly rest: Buffer;
  windowCount: number;
}

/** Bytes that are so frequent in programs that a search for them would stop too often. */
const FREQUENT = new Set([0x00, 0x20]);

/** The extract of one body, which comes in pieces. */
export class AnchorWindows {
  readonly #anchors: readonly Anchor[];
  readonly #tailBytes: number;
  readonly #head: Buffer[] = [];
  readonly #windows: Open[] = [];
  #open: Open[] = [];
  #headBytes = 0;
  /** The beginning of the body, until it is complete. */
  #start: Buffer | undefined = NOTHING;
  #code: readonly FileSpan[] = [];
  /** Offset of the next piece. */
  #offset = 0;
  #tail: Buffer = NOTHING;

  /** One character of an anchor is one byte. */
  constructor(anchors: readonly string[]) {
    this.#anchors = anchors.map(newAnchor);
    this.#tailBytes = Math.max(0, ...this.#anchors.map(({ bytes }) => bytes.length - 1));
  }

  push(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    this.#takeHead(bytes);
    if (this.#start !== undefined) this.#takeStart(bytes, this.#start);
    for (const window of this.#open) extend(window, bytes);
    this.#open = this.#open.filter(({ missingBytes }) => missingBytes > 0);
    const seam = Buffer.concat([this.#tail, bytes.subarray(0, this.#tailBytes)]);
    const spans = this.#spansOf(bytes.length);
    for (const anchor of this.#anchors) {
      this.#searchSeam(anchor, seam, bytes);
      for (const span of spans) this.#search(anchor, bytes, span);
    }
    this.#offset += bytes.length;
    const last = bytes.length >= this.#tailBytes ? bytes : seam;
    this.#tail = Buffer.from(last.subarray(Math.max(0, last.length - this.#tailBytes)));
  }

  /** Returns the number of the next bytes that do not have to be pushed, if they are skipped. */
  get skippableBytes(): number {
    for (const { start, end } of this.#code) {
      if (start + WINDOW_BYTES <= this.#offset && this.#offset < end) return end - this.#offset;
    }
    return 0;
  }

  /**
   * Returns the number of bytes before the next skippable ones; infinite if none may be skipped.
   */
  get wantedBytes(): number {
    for (const { start } of this.#code) {
      if (start + WINDOW_BYTES > this.#offset) return start + WINDOW_BYTES - this.#offset;
    }
    return Infinity;
  }

  /** Skips bytes, at most {@link AnchorWindows.skippableBytes}. */
  skip(lengthBytes: number): void {
    this.#offset += lengthBytes;
    this.#tail = NOTHING;
  }

  /** Returns all parts, separated by a byte that no text contains. */
  bytes(): Uint8Array {
    const windows = this.#windows.flatMap(({ parts }) => [BORDER, ...parts]);
    return Buffer.concat([...this.#head, ...windows]);
  }

  #takeHead(bytes: Buffer): void {
    if (this.#headBytes === HEAD_BYTES) return;
    const part = Buffer.from(bytes.subarray(0, HEAD_BYTES - this.#headBytes));
    this.#head.push(part);
    this.#headBytes += part.length;
  }

  #takeStart(bytes: Buffer, before: Buffer): void {
    const start = Buffer.concat([before, bytes.subarray(0, ELF_START_BYTES - before.length)]);
    this.#start = start.length < ELF_START_BYTES ? start : undefined;
    if (this.#start === undefined) this.#code = elfCodeSpans(start);
  }

  /** Returns the spans of a piece in which an anchor may begin: all but the code. */
  #spansOf(lengthBytes: number): readonly FileSpan[] {
    const spans: FileSpan[] = [];
    let from = 0;
    for (const { start, end } of this.#code) {
      const [codeStart, codeEnd] = [start - this.#offset, end - this.#offset];
      if (codeEnd <= from || codeStart >= lengthBytes) continue;
      if (codeStart > from) spans.push({ start: from, end: codeStart });
      from = codeEnd;
    }
    if (from < lengthBytes) spans.push({ start: from, end: lengthBytes });
    return spans;
  }

  #isCode(offset: number): boolean {
    return this.#code.some(({ start, end }) => start <= offset && offset < end);
  }

  /** Finds anchors that begin in the last piece and end in this one. */
  #searchSeam(anchor: Anchor, seam: Buffer, bytes: Buffer): void {
    const border = this.#tail.length;
    for (
      let at = seam.indexOf(anchor.bytes);
      at !== -1 && at < border && anchor.windowCount < MAX_WINDOWS;
      at = seam.indexOf(anchor.bytes, at + 1)
    ) {
      // An anchor that ends in the last piece was found there.
      if (at + anchor.bytes.length <= border || this.#isCode(this.#offset - border + at)) continue;
      const begun = Buffer.from(this.#tail.subarray(at));
      const window = { parts: [begun], missingBytes: WINDOW_BYTES - begun.length };
      extend(window, bytes);
      this.#keep(anchor, window);
    }
  }

  /** Finds anchors that begin in a span of the piece. */
  #search(anchor: Anchor, bytes: Buffer, { start, end }: FileSpan): void {
    const length = anchor.bytes.length;
    const searched = bytes.subarray(0, end + length - 1);
    for (
      let at = findAnchor(anchor, searched, start);
      at !== -1 && anchor.windowCount < MAX_WINDOWS;
      at = findAnchor(anchor, searched, at + length)
    ) {
      const window: Open = { parts: [], missingBytes: WINDOW_BYTES };
      extend(window, bytes.subarray(at));
      this.#keep(anchor, window);
    }
  }

  #keep(anchor: Anchor, window: Open): void {
    anchor.windowCount += 1;
    this.#windows.push(window);
    if (window.missingBytes > 0) this.#open.push(window);
  }
}

function newAnchor(text: string): Anchor {
  const bytes = Buffer.from(text, 'latin1');
  const first = bytes.findIndex((byte) => !FREQUENT.has(byte));
  const leadBytes = Math.max(first, 0);
  return { bytes, leadBytes, rest: bytes.subarray(leadBytes), windowCount: 0 };
}

/**
 * Returns the offset of the first occurrence of an anchor from an offset on; -1 if there is none.
 */
function findAnchor({ bytes, leadBytes, rest }: Anchor, piece: Buffer, from: number): number {
  if (leadBytes === 0) return piece.indexOf(bytes, from);
  for (
    let at = piece.indexOf(rest, from + leadBytes);
    at !== -1;
    at = piece.indexOf(rest, at + 1)
  ) {
    const start = at - leadBytes;
    if (piece.compare(bytes, 0, leadBytes, start, at) === 0) return start;
  }
  return -1;
}

/** A piece is valid only while it is given, so its bytes are copied. */
function extend(window: Open, bytes: Buffer): void {
  const part = Buffer.from(bytes.subarray(0, window.missingBytes));
  window.parts.push(part);
  window.missingBytes -= part.length;
}
