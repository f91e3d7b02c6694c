/**
 * What is kept of a program that streams by where only a few texts of it matter: its first bytes, and what stands behind
 * each place where one of the anchors is found. A program of a hundred megabytes becomes some kilobytes, and is neither
 * stored nor read a second time. What begins among the code of an ELF file is not looked at.
 */

import { ELF_START_BYTES, elfCodeSpans, type FileSpan } from '../format/elf-code.ts';

/** Enough for the first bytes that tell what kind of file it is. */
const HEAD_BYTES = 64;
/** From the anchor on; no text that readers look for is longer. */
const WINDOW_BYTES = 256;
/** Of each anchor: a program says its version a few times, and bare beginnings of numbers are found some dozen times. */
const MAX_WINDOWS = 256;

const NOTHING: Buffer = Buffer.alloc(0);

/** Not in ASCII, so that nothing is read across it. */
const BORDER = Buffer.of(0xff);

/** A window of which the end is in a piece that is still to come. */
interface Open {
  readonly parts: Buffer[];
  missingBytes: number;
}

interface Anchor {
  readonly bytes: Buffer;
  /** How many bytes at its beginning are looked at only once the rest is found. */
  readonly leadBytes: number;
  readonly rest: Buffer;
  windowCount: number;
}

/** Each of these is met so often in programs that a search which begins with them stops at every turn. */
const FREQUENT = new Set([0x00, 0x20]);

export class AnchorWindows {
  readonly #anchors: readonly Anchor[];
  readonly #tailBytes: number;
  readonly #head: Buffer[] = [];
  readonly #windows: Open[] = [];
  #open: Open[] = [];
  #headBytes = 0;
  /** The beginning of the body, as long as it is gathered. */
  #start: Buffer | undefined = NOTHING;
  #code: readonly FileSpan[] = [];
  /** Of the next piece. */
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

  /** How many of the next bytes need not be pushed, if they are skipped. */
  get skippableBytes(): number {
    for (const { start, end } of this.#code) {
      if (start + WINDOW_BYTES <= this.#offset && this.#offset < end) return end - this.#offset;
    }
    return 0;
  }

  /** How many bytes lie in front of the next that may be skipped; endless where there are none. */
  get wantedBytes(): number {
    for (const { start } of this.#code) {
      if (start + WINDOW_BYTES > this.#offset) return start + WINDOW_BYTES - this.#offset;
    }
    return Infinity;
  }

  /** Passes over so many bytes, at most {@link AnchorWindows.skippableBytes}. */
  skip(lengthBytes: number): void {
    this.#offset += lengthBytes;
    this.#tail = NOTHING;
  }

  /** All of it in one; between two parts stands a byte that no text has. */
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

  /** Where in a piece of this length a text may begin: all but the code. */
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

  /** What begins in the last piece and ends in this one. */
  #searchSeam(anchor: Anchor, seam: Buffer, bytes: Buffer): void {
    const border = this.#tail.length;
    for (
      let at = seam.indexOf(anchor.bytes);
      at !== -1 && at < border && anchor.windowCount < MAX_WINDOWS;
      at = seam.indexOf(anchor.bytes, at + 1)
    ) {
      // Such a place ends in this piece, so it was not found in the last one.
      if (at + anchor.bytes.length <= border || this.#isCode(this.#offset - border + at)) continue;
      const begun = Buffer.from(this.#tail.subarray(at));
      const window = { parts: [begun], missingBytes: WINDOW_BYTES - begun.length };
      extend(window, bytes);
      this.#keep(anchor, window);
    }
  }

  /** What begins in a span of the piece. */
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

/** Where the anchor is found first, from an offset on; -1 for nowhere. */
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
