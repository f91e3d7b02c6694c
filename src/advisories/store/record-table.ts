/**
 * A table of records in the order in which they lie in the file: where each lies, and its id.
 *
 * A page holds so many rows of `offset (u48), packed bytes (u32), length of the id (u16)`,
 * little-endian, and behind them the ids in UTF-8. Pages stand where they were written, behind
 * their records. `offset (u48), length (u32), CRC-32` of each page stand together, packed.
 */

import { crc32 } from 'node:zlib';
import { damagedDataError } from './damaged-data-error.ts';
import type { SetFileWriter } from './set-file-writer.ts';
import type { TableExtent } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

/** The row of a record: its id and where it is. */
export interface RecordRow {
  readonly id: string;
  readonly offset: number;
  readonly packedBytes: number;
}

const U32 = 2 ** 32;
const OFFSET_BYTES = 6;
const ROW_BYTES = 12;
/** Within a row. */
const ID_LENGTH_AT = 10;
const PAGE_ROWS = 64;
const MARK_BYTES = 14;
/** UTF-16 units become at most so many bytes of UTF-8. */
const MAX_UNIT_BYTES = 3;

/** Writes rows in pages while records are added. */
export class RecordTableWriter {
  readonly #file: SetFileWriter;
  readonly #rows = Buffer.alloc(PAGE_ROWS * ROW_BYTES);
  readonly #view = new DataView(this.#rows.buffer, this.#rows.byteOffset, this.#rows.length);
  /** Ids of the current page, concatenated. */
  #ids = Buffer.alloc(PAGE_ROWS * MAX_UNIT_BYTES);
  #idBytes = 0;
  #pageRows = 0;
  #marks = Buffer.alloc(64 * MARK_BYTES);
  #pageCount = 0;

  constructor(file: SetFileWriter) {
    this.#file = file;
  }

  get rowCount(): number {
    return this.#pageCount * PAGE_ROWS + this.#pageRows;
  }

  /** Adds the record that was written last. */
  add({ id, offset, packedBytes }: RecordRow): void {
    const at = this.#pageRows * ROW_BYTES;
    const view = this.#view;
    view.setUint32(at, offset % U32, true);
    view.setUint16(at + 4, Math.floor(offset / U32), true);
    view.setUint32(at + 6, packedBytes, true);
    view.setUint16(at + ID_LENGTH_AT, this.#addId(id), true);
    this.#pageRows += 1;
    if (this.#pageRows === PAGE_ROWS) this.#writePage();
  }

  /** Completes the table; nothing is added afterwards. */
  finish(): TableExtent {
    const rowCount = this.rowCount;
    if (this.#pageRows > 0) this.#writePage();
    const marks = this.#marks.subarray(0, this.#pageCount * MARK_BYTES);
    return { rowCount, pages: this.#file.pack(marks) };
  }

  /** Answers its length in UTF-8. */
  #addId(id: string): number {
    const room = this.#idBytes + id.length * MAX_UNIT_BYTES;
    if (room > this.#ids.length) {
      const larger = Buffer.alloc(room * 2);
      this.#ids.copy(larger, 0, 0, this.#idBytes);
      this.#ids = larger;
    }
    const lengthBytes = this.#ids.write(id, this.#idBytes);
    this.#idBytes += lengthBytes;
    return lengthBytes;
  }

  #writePage(): void {
    const rows = this.#rows.subarray(0, this.#pageRows * ROW_BYTES);
    const page = Buffer.concat([rows, this.#ids.subarray(0, this.#idBytes)]);
    const at = this.#pageCount * MARK_BYTES;
    if (at === this.#marks.length) {
      this.#marks = Buffer.concat([this.#marks, Buffer.alloc(this.#marks.length)]);
    }
    this.#marks.writeUIntLE(this.#file.append(page), at, OFFSET_BYTES);
    this.#marks.writeUInt32LE(page.length, at + 6);
    this.#marks.writeUInt32LE(crc32(page), at + 10);
    this.#pageCount += 1;
    this.#pageRows = 0;
    this.#idBytes = 0;
  }
}

/** The rows of the records of a file, read by page. */
export class RecordTable {
  readonly #file: StoredFile;
  readonly #place: TableExtent;
  #marks: Buffer | undefined;
  /** The page that was asked for last, checked: rows near one another are asked for together. */
  #kept: { readonly number: number; readonly page: Buffer } | undefined;

  constructor(file: StoredFile, place: TableExtent) {
    this.#file = file;
    this.#place = place;
  }

  /** @throws AssayError `ADVISORY_DATA_UNVERIFIED` where no record lies there */
  rowAt(offset: number): RecordRow {
    const number = this.#pageBehind(offset);
    if (this.#kept?.number !== number) this.#kept = { number, page: this.#page(number) };
    const { page } = this.#kept;
    const count = this.#rowCountOf(number);
    let idAt = count * ROW_BYTES;
    for (let at = 0; at < count * ROW_BYTES; at += ROW_BYTES) {
      if (isNumberAt(page, at, offset)) return rowIn(page, at, idAt);
      idAt += page.readUInt16LE(at + ID_LENGTH_AT);
    }
    throw this.#lacking(offset);
  }

  /** Yields all rows in their order. */
  *rows(): Iterable<RecordRow> {
    for (let number = 0; number * PAGE_ROWS < this.#place.rowCount; number += 1) {
      yield* this.#rowsIn(this.#page(number), number);
    }
  }

  /**
   * Returns the number of the first page that stands behind the offset: its records stand before
   * it.
   */
  #pageBehind(offset: number): number {
    const marks = this.#readMarks();
    let low = 0;
    let high = marks.length / MARK_BYTES;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (marks.readUIntLE(middle * MARK_BYTES, OFFSET_BYTES) <= offset) low = middle + 1;
      else high = middle;
    }
    if (low * MARK_BYTES === marks.length) throw this.#lacking(offset);
    return low;
  }

  *#rowsIn(page: Buffer, number: number): Iterable<RecordRow> {
    const count = this.#rowCountOf(number);
    let idAt = count * ROW_BYTES;
    for (let at = 0; at < count * ROW_BYTES; at += ROW_BYTES) {
      yield rowIn(page, at, idAt);
      idAt += page.readUInt16LE(at + ID_LENGTH_AT);
    }
  }

  #rowCountOf(number: number): number {
    return Math.min(PAGE_ROWS, this.#place.rowCount - number * PAGE_ROWS);
  }

  #page(number: number): Buffer {
    const marks = this.#readMarks();
    const at = number * MARK_BYTES;
    const bytes = this.#file.readAt(
      marks.readUIntLE(at, OFFSET_BYTES),
      marks.readUInt32LE(at + OFFSET_BYTES),
    );
    const rows = this.#rowCountOf(number);
    if (crc32(bytes) !== marks.readUInt32LE(at + 10) || bytes.length < rows * ROW_BYTES) {
      throw damagedDataError(this.#file.path, 'has a page with a wrong checksum');
    }
    return bytes;
  }

  #readMarks(): Buffer {
    if (this.#marks !== undefined) return this.#marks;
    const marks = this.#file.unpackAt(this.#place.pages);
    if (marks.length !== Math.ceil(this.#place.rowCount / PAGE_ROWS) * MARK_BYTES) {
      throw damagedDataError(this.#file.path, 'has a damaged index');
    }
    this.#marks = marks;
    return marks;
  }

  #lacking(offset: number): Error {
    return damagedDataError(this.#file.path, `has no record at ${offset}`);
  }
}

/** Returns the row at `at` of a page, whose id stands at `idAt`. */
function rowIn(page: Buffer, at: number, idAt: number): RecordRow {
  return {
    id: page.toString('utf8', idAt, idAt + page.readUInt16LE(at + ID_LENGTH_AT)),
    offset: page.readUIntLE(at, OFFSET_BYTES),
    packedBytes: page.readUInt32LE(at + OFFSET_BYTES),
  };
}

/**
 * Returns whether an offset stands there. Nearly all differ in their first byte, which is checked
 * without a call.
 */
function isNumberAt(page: Buffer, at: number, offset: number): boolean {
  return page[at] === offset % 256 && page.readUIntLE(at, OFFSET_BYTES) === offset;
}
