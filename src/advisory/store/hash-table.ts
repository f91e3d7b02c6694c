/**
 * A table from texts to numbers that holds the hashes of the texts and not the texts: whoever looks something up compares
 * what the numbers lead to. So building it costs little, and a look-up reads one page.
 *
 * A row is `first hash, second hash, number` (u32, little-endian); rows are sorted by the first hash, those of one hash in
 * the order in which they came. Of each page the first hash of its first row and its CRC-32 stand together, packed.
 */

import { crc32 } from 'node:zlib';
import { damaged } from './damage.ts';
import { fnv1a } from './name-filter.ts';
import type { SetFileWriter } from './set-file-writer.ts';
import type { TablePlace } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

const ROW_BYTES = 12;
/** Small, because a look-up reads and checks a whole page. */
const PAGE_ROWS = 128;
const PAGE_BYTES = PAGE_ROWS * ROW_BYTES;
/** `first hash, CRC-32` of a page; the pages lie behind one another, and before this list. */
const MARK_BYTES = 8;
const FIRST_BASIS = 0x811c9dc5;
const SECOND_BASIS = 0x9747b28c;
const FIRST_ROOM = 1024;

export class HashTableWriter {
  /** Place in which a row came (low) and its first hash (high): read as one number they sort by hash. */
  #order = new Uint32Array(FIRST_ROOM * 2);
  /** Second hash and number of each row, in the order in which they came. */
  #rows = new Uint32Array(FIRST_ROOM * 2);
  #count = 0;

  /** Several numbers may stand under one text, and one number under several. */
  add(text: string, number: number): void {
    this.addHashes(fnv1a(text, FIRST_BASIS), fnv1a(text, SECOND_BASIS), number);
  }

  /** As {@link add}, of a text of which only the hashes are known. */
  addHashes(first: number, second: number, number: number): void {
    const at = this.#count * 2;
    if (at === this.#order.length) {
      this.#order = grown(this.#order);
      this.#rows = grown(this.#rows);
    }
    this.#order[at] = this.#count;
    this.#order[at + 1] = first;
    this.#rows[at] = second;
    this.#rows[at + 1] = number;
    this.#count += 1;
  }

  /** Nothing is added afterwards. `textCount` is how many different texts there were, told apart by both hashes. */
  async writeTo(
    file: SetFileWriter,
  ): Promise<{ readonly place: TablePlace; readonly textCount: number }> {
    new BigUint64Array(this.#order.buffer, 0, this.#count).sort();
    const marks = Buffer.alloc(Math.ceil(this.#count / PAGE_ROWS) * MARK_BYTES);
    const page = Buffer.alloc(PAGE_BYTES);
    const view = new DataView(page.buffer, page.byteOffset, PAGE_BYTES);
    const texts = new DistinctPairs();
    for (let row = 0; row < this.#count; row += PAGE_ROWS) {
      const end = Math.min(row + PAGE_ROWS, this.#count);
      for (let at = row; at < end; at += 1) this.#writeRow(at, view, (at - row) * ROW_BYTES, texts);
      const bytes = page.subarray(0, (end - row) * ROW_BYTES);
      const mark = (row / PAGE_ROWS) * MARK_BYTES;
      marks.writeUInt32LE(page.readUInt32LE(0), mark);
      marks.writeUInt32LE(crc32(bytes), mark + 4);
      file.append(bytes);
      await file.flush();
    }
    return {
      place: { rowCount: this.#count, pages: file.pack(marks) },
      textCount: texts.count,
    };
  }

  #writeRow(row: number, page: DataView, at: number, texts: DistinctPairs): void {
    const came = this.#order[row * 2] ?? 0;
    const first = this.#order[row * 2 + 1] ?? 0;
    const second = this.#rows[came * 2] ?? 0;
    page.setUint32(at, first, true);
    page.setUint32(at + 4, second, true);
    page.setUint32(at + 8, this.#rows[came * 2 + 1] ?? 0, true);
    texts.add(first, second);
  }
}

/** Counts pairs whose first halves come in ascending order. */
class DistinctPairs {
  readonly #seconds = new Set<number>();
  #first = -1;
  count = 0;

  add(first: number, second: number): void {
    if (first !== this.#first) {
      this.#first = first;
      this.#seconds.clear();
    }
    if (this.#seconds.has(second)) return;
    this.#seconds.add(second);
    this.count += 1;
  }
}

export interface HashRow {
  readonly first: number;
  readonly second: number;
  readonly number: number;
}

export class HashTable {
  readonly #file: StoredFile;
  readonly #place: TablePlace;
  #marks: Buffer | undefined;

  constructor(file: StoredFile, place: TablePlace) {
    this.#file = file;
    this.#place = place;
  }

  /** The numbers under a text, and seldom some under another one. */
  numbersOf(text: string): readonly number[] {
    const first = fnv1a(text, FIRST_BASIS);
    const second = fnv1a(text, SECOND_BASIS);
    const numbers: number[] = [];
    const marks = this.#readMarks();
    for (let page = firstPageOf(marks, first); page < marks.length / MARK_BYTES; page += 1) {
      if (marks.readUInt32LE(page * MARK_BYTES) > first) break;
      const bytes = this.#page(page);
      for (let at = firstRowOf(bytes, first) * ROW_BYTES; at < bytes.length; at += ROW_BYTES) {
        if (bytes.readUInt32LE(at) !== first) break;
        if (bytes.readUInt32LE(at + 4) === second) numbers.push(bytes.readUInt32LE(at + 8));
      }
    }
    return numbers;
  }

  /** All rows in their order. */
  *rows(): Iterable<HashRow> {
    const pageCount = this.#readMarks().length / MARK_BYTES;
    for (let page = 0; page < pageCount; page += 1) {
      const bytes = this.#page(page);
      for (let at = 0; at < bytes.length; at += ROW_BYTES) {
        yield {
          first: bytes.readUInt32LE(at),
          second: bytes.readUInt32LE(at + 4),
          number: bytes.readUInt32LE(at + 8),
        };
      }
    }
  }

  #readMarks(): Buffer {
    if (this.#marks !== undefined) return this.#marks;
    const { rowCount, pages } = this.#place;
    const marks = this.#file.unpackAt(pages);
    if (marks.length !== Math.ceil(rowCount / PAGE_ROWS) * MARK_BYTES) {
      throw damaged(this.#file.path, 'has a damaged index');
    }
    this.#marks = marks;
    return marks;
  }

  #page(page: number): Buffer {
    const { rowCount, pages } = this.#place;
    const rows = Math.min(PAGE_ROWS, rowCount - page * PAGE_ROWS);
    const offset = pages.offset - rowCount * ROW_BYTES + page * PAGE_BYTES;
    const bytes = this.#file.readAt(offset, rows * ROW_BYTES);
    if (crc32(bytes) !== this.#readMarks().readUInt32LE(page * MARK_BYTES + 4)) {
      throw damaged(this.#file.path, 'has a page with a wrong checksum');
    }
    return bytes;
  }
}

/** The first page that may have rows of a hash: the last that begins below it, as those of one hash may lie in many. */
function firstPageOf(marks: Buffer, hash: number): number {
  return Math.max(0, firstNotBelow(marks, MARK_BYTES, hash) - 1);
}

/** The first row of a page whose hash is not below the one that is wanted. */
function firstRowOf(page: Buffer, hash: number): number {
  return firstNotBelow(page, ROW_BYTES, hash);
}

/** Of rows that are sorted by the hash at their beginning. */
function firstNotBelow(rows: Buffer, rowBytes: number, hash: number): number {
  let low = 0;
  let high = rows.length / rowBytes;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows.readUInt32LE(middle * rowBytes) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
