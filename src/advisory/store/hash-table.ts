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
import { wordsOf } from './words.ts';

const ROW_BYTES = 12;
/** Small, because a look-up reads and checks a whole page. */
const PAGE_ROWS = 128;
const PAGE_BYTES = PAGE_ROWS * ROW_BYTES;
/** 6 MiB of them. */
const KEPT_PAGES = 4096;
/** `first hash, CRC-32` of a page; the pages lie behind one another, and before this list. */
const MARK_BYTES = 8;
/** As numbers of four bytes. */
const ROW_WORDS = ROW_BYTES / 4;
const MARK_WORDS = MARK_BYTES / 4;
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
  #marks: Uint32Array | undefined;
  /** Those that were asked for, checked; look-ups of thousands meet in a few. */
  readonly #pages = new Map<number, Uint32Array>();

  constructor(file: StoredFile, place: TablePlace) {
    this.#file = file;
    this.#place = place;
  }

  /** The numbers under a text, and seldom some under another one. */
  numbersOf(text: string): readonly number[] {
    const first = fnv1a(text, FIRST_BASIS);
    const second = fnv1a(text, SECOND_BASIS);
    const numbers: number[] = [];
    const marks = (this.#marks ??= this.#readMarks());
    // The last page that begins below it comes first, as the rows of one hash may lie in many.
    let page = Math.max(0, firstNotBelow(marks, MARK_WORDS, first) - 1);
    for (let mark = page * MARK_WORDS; mark < marks.length; mark += MARK_WORDS) {
      if ((marks[mark] ?? 0) > first) break;
      const rows = this.#keptPage(page);
      for (let at = firstNotBelow(rows, ROW_WORDS, first) * ROW_WORDS; rows[at] === first;) {
        if (rows[at + 1] === second) numbers.push(rows[at + 2] ?? 0);
        at += ROW_WORDS;
      }
      page += 1;
    }
    return numbers;
  }

  /** All rows in their order. */
  *rows(): Iterable<HashRow> {
    this.#marks ??= this.#readMarks();
    const pageCount = this.#marks.length / MARK_WORDS;
    for (let page = 0; page < pageCount; page += 1) {
      const words = this.#page(page);
      for (let at = 0; at < words.length; at += ROW_WORDS) {
        yield { first: words[at] ?? 0, second: words[at + 1] ?? 0, number: words[at + 2] ?? 0 };
      }
    }
  }

  #readMarks(): Uint32Array {
    const { rowCount, pages } = this.#place;
    const marks = this.#file.unpackAt(pages);
    if (marks.length !== Math.ceil(rowCount / PAGE_ROWS) * MARK_BYTES) {
      throw damaged(this.#file.path, 'has a damaged index');
    }
    return wordsOf(marks);
  }

  #keptPage(page: number): Uint32Array {
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    if (this.#pages.size >= KEPT_PAGES) this.#pages.clear();
    const rows = this.#page(page);
    this.#pages.set(page, rows);
    return rows;
  }

  #page(page: number): Uint32Array {
    const { rowCount, pages } = this.#place;
    const rows = Math.min(PAGE_ROWS, rowCount - page * PAGE_ROWS);
    const offset = pages.offset - rowCount * ROW_BYTES + page * PAGE_BYTES;
    const bytes = this.#file.readAt(offset, rows * ROW_BYTES);
    if (crc32(bytes) !== this.#marks?.[page * MARK_WORDS + 1]) {
      throw damaged(this.#file.path, 'has a page with a wrong checksum');
    }
    return wordsOf(bytes);
  }
}

/** Of rows that are sorted by the hash at their beginning: the first whose hash is not below the one that is wanted. */
function firstNotBelow(words: Uint32Array, rowWords: number, hash: number): number {
  let low = 0;
  let high = words.length / rowWords;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((words[middle * rowWords] ?? 0) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
