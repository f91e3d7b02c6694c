/**
 * A table of records by their number: where the record lies, and its id.
 *
 * A page holds so many rows of `offset (u48), packed bytes (u32), bytes (u32), CRC-32 of the bytes (u32), length of the
 * id (u16)`, little-endian, and behind them the ids in UTF-8. Pages stand where they were written, between the records.
 * `offset (u48), length (u32), CRC-32` of each page stand together, packed.
 */

import { crc32 } from 'node:zlib';
import { damaged } from './damage.ts';
import type { SetFileWriter } from './set-file-writer.ts';
import type { TablePlace } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

/** Where a record lies, and what it unpacks to. */
export interface RecordPlace {
  readonly offset: number;
  readonly packedBytes: number;
  readonly sizeBytes: number;
  readonly crc32: number;
}

export interface RecordRow extends RecordPlace {
  readonly number: number;
  readonly id: string;
}

const U32 = 2 ** 32;
const OFFSET_BYTES = 6;
const ROW_BYTES = 20;
/** Within a row. */
const ID_LENGTH_AT = 18;
const PAGE_ROWS = 64;
const MARK_BYTES = 14;
/** Some 2 MiB of them. */
const KEPT_PAGES = 1024;

export class RecordTableWriter {
  readonly #file: SetFileWriter;
  readonly #rows = Buffer.alloc(PAGE_ROWS * ROW_BYTES);
  readonly #view = new DataView(this.#rows.buffer, this.#rows.byteOffset, this.#rows.length);
  #ids: Buffer[] = [];
  #marks = Buffer.alloc(64 * MARK_BYTES);
  #pageCount = 0;

  constructor(file: SetFileWriter) {
    this.#file = file;
  }

  get rowCount(): number {
    return this.#pageCount * PAGE_ROWS + this.#ids.length;
  }

  /** Adds the record with the next number. */
  add(id: string, place: RecordPlace): void {
    const at = this.#ids.length * ROW_BYTES;
    const view = this.#view;
    view.setUint32(at, place.offset % U32, true);
    view.setUint16(at + 4, Math.floor(place.offset / U32), true);
    view.setUint32(at + 6, place.packedBytes, true);
    view.setUint32(at + 10, place.sizeBytes, true);
    view.setUint32(at + 14, place.crc32, true);
    const bytes = Buffer.from(id);
    view.setUint16(at + ID_LENGTH_AT, bytes.length, true);
    this.#ids.push(bytes);
    if (this.#ids.length === PAGE_ROWS) this.#writePage(PAGE_ROWS);
  }

  /** Nothing is added afterwards. */
  finish(): TablePlace {
    const rowCount = this.rowCount;
    if (this.#ids.length > 0) this.#writePage(this.#ids.length);
    const marks = this.#marks.subarray(0, this.#pageCount * MARK_BYTES);
    return { rowCount, pages: this.#file.pack(marks) };
  }

  #writePage(rowCount: number): void {
    const page = Buffer.concat([this.#rows.subarray(0, rowCount * ROW_BYTES), ...this.#ids]);
    const at = this.#pageCount * MARK_BYTES;
    if (at === this.#marks.length) {
      this.#marks = Buffer.concat([this.#marks, Buffer.alloc(this.#marks.length)]);
    }
    this.#marks.writeUIntLE(this.#file.append(page), at, OFFSET_BYTES);
    this.#marks.writeUInt32LE(page.length, at + 6);
    this.#marks.writeUInt32LE(crc32(page), at + 10);
    this.#pageCount += 1;
    this.#ids = [];
  }
}

export class RecordTable {
  readonly #file: StoredFile;
  readonly #place: TablePlace;
  #marks: Buffer | undefined;
  /** Those that were asked for, checked. */
  readonly #pages = new Map<number, Buffer>();

  constructor(file: StoredFile, place: TablePlace) {
    this.#file = file;
    this.#place = place;
  }

  /** @throws AssayError `ADVISORY_DATA_UNVERIFIED` where there is no record of that number */
  place(number: number): RecordPlace {
    return placeIn(this.#pageOf(number), number % PAGE_ROWS);
  }

  /** The id of a record, for messages. Throws as {@link place}. */
  idOf(number: number): string {
    return this.#idIn(this.#pageOf(number), number);
  }

  /** All rows in their order. */
  *rows(): Iterable<RecordRow> {
    let page: Buffer = Buffer.alloc(0);
    for (let number = 0; number < this.#place.rowCount; number += 1) {
      if (number % PAGE_ROWS === 0) page = this.#page(number / PAGE_ROWS);
      const place = placeIn(page, number % PAGE_ROWS);
      yield { number, id: this.#idIn(page, number), ...place };
    }
  }

  #pageOf(number: number): Buffer {
    if (number >= this.#place.rowCount) {
      throw damaged(this.#file.path, `lacks the record number ${number}`);
    }
    const page = Math.floor(number / PAGE_ROWS);
    const known = this.#pages.get(page);
    if (known !== undefined) return known;
    if (this.#pages.size >= KEPT_PAGES) this.#pages.clear();
    const bytes = this.#page(page);
    this.#pages.set(page, bytes);
    return bytes;
  }

  #idIn(page: Buffer, number: number): string {
    const index = number % PAGE_ROWS;
    const inPage = Math.min(PAGE_ROWS, this.#place.rowCount - number + index);
    let idAt = inPage * ROW_BYTES;
    const at = index * ROW_BYTES;
    // By single bytes, which is several times as quick as the methods of a Buffer.
    for (let length = ID_LENGTH_AT; length < at; length += ROW_BYTES) {
      idAt += (page[length] ?? 0) | ((page[length + 1] ?? 0) << 8);
    }
    return page.toString('utf8', idAt, idAt + page.readUInt16LE(at + ID_LENGTH_AT));
  }

  #page(page: number): Buffer {
    const marks = this.#readMarks();
    const at = page * MARK_BYTES;
    const bytes = this.#file.readAt(
      marks.readUIntLE(at, OFFSET_BYTES),
      marks.readUInt32LE(at + OFFSET_BYTES),
    );
    const rows = Math.min(PAGE_ROWS, this.#place.rowCount - page * PAGE_ROWS);
    if (crc32(bytes) !== marks.readUInt32LE(at + 10) || bytes.length < rows * ROW_BYTES) {
      throw damaged(this.#file.path, 'has a page with a wrong checksum');
    }
    return bytes;
  }

  #readMarks(): Buffer {
    if (this.#marks !== undefined) return this.#marks;
    const marks = this.#file.unpackAt(this.#place.pages);
    if (marks.length !== Math.ceil(this.#place.rowCount / PAGE_ROWS) * MARK_BYTES) {
      throw damaged(this.#file.path, 'has a damaged index');
    }
    this.#marks = marks;
    return marks;
  }
}

function placeIn(page: Buffer, index: number): RecordPlace {
  const at = index * ROW_BYTES;
  return {
    offset: page.readUIntLE(at, OFFSET_BYTES),
    packedBytes: page.readUInt32LE(at + 6),
    sizeBytes: page.readUInt32LE(at + 10),
    crc32: page.readUInt32LE(at + 14),
  };
}
