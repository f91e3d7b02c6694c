/**
 * The smallest databases of SQLite and Berkeley DB that hold a row, in pages of 512 bytes, byte by
 * byte.
 */

const PAGE_BYTES = 512;
const SCHEMA_SQL = 'CREATE TABLE Packages (hnum INTEGER PRIMARY KEY, blob BLOB NOT NULL)';

/**
 * An SQLite database with the table `Packages` of rpm.
 *
 * Source: sqlite.org, "Database File Format", 1.3 (header), 1.6 (b-tree pages), 2.1 (records).
 */
export function sqliteDatabase(blob: Uint8Array = Buffer.from('blob')): Buffer {
  return sqliteTables([{ name: 'Packages', sql: SCHEMA_SQL, rows: [[null, blob]] }]);
}

/** A table with rows that fit into one page; the first has the id 1. */
export interface SmallTable {
  readonly name: string;
  readonly sql: string;
  readonly rows: readonly (readonly (string | number | null | Uint8Array)[])[];
}

/** An SQLite database of a page for the schema and one for each table. */
export function sqliteTables(tables: readonly SmallTable[]): Buffer {
  const schema = Buffer.alloc(PAGE_BYTES);
  schema.write('SQLite format 3\0', 'latin1');
  schema.writeUInt16BE(PAGE_BYTES, 16);
  schema.set([1, 1, 0, 64, 32, 32], 18);
  schema.writeUInt32BE(tables.length + 1, 28);
  schema.writeUInt32BE(4, 44);
  schema.writeUInt32BE(1, 56);
  const heads = tables.map(({ name, sql }, at) => record(['table', name, name, at + 2, sql]));
  leafPage(schema, 100, heads);
  const pages = tables.map(({ rows }) => {
    const page = Buffer.alloc(PAGE_BYTES);
    leafPage(page, 0, rows.map(record));
    return page;
  });
  return Buffer.concat([schema, ...pages]);
}

/** A table leaf with rows from the id 1 on. */
function leafPage(page: Buffer, headerAt: number, payloads: readonly Buffer[]): void {
  page[headerAt] = 13;
  page.writeUInt16BE(payloads.length, headerAt + 3);
  let start = PAGE_BYTES;
  for (const [at, payload] of payloads.entries()) {
    const cell = Buffer.concat([Buffer.from([...varint(payload.length), at + 1]), payload]);
    start -= cell.length;
    page.writeUInt16BE(start, headerAt + 8 + 2 * at);
    page.set(cell, start);
  }
  page.writeUInt16BE(start, headerAt + 5);
}

/** Values of less than 58 bytes, but for the last. */
function record(values: readonly (string | number | null | Uint8Array)[]): Buffer {
  const types: number[] = [];
  const bodies: Uint8Array[] = [];
  for (const value of values) {
    if (value === null) types.push(0);
    else if (typeof value === 'number') {
      types.push(1);
      bodies.push(Uint8Array.of(value));
    } else {
      const isText = typeof value === 'string';
      const body = Buffer.from(value);
      types.push(...varint(body.length * 2 + (isText ? 13 : 12)));
      bodies.push(body);
    }
  }
  return Buffer.concat([Uint8Array.of(types.length + 1, ...types), ...bodies]);
}

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [128 | (value >> 7), value & 127];
}

/**
 * A hash table of Berkeley DB with one short value and one on an overflow page.
 *
 * Source: Berkeley DB 5.3, `dbinc/db_page.h`.
 */
export function bdbDatabase(value: Uint8Array): Buffer {
  const meta = Buffer.alloc(PAGE_BYTES);
  meta.writeUInt32LE(0x0006_1561, 12);
  meta.writeUInt32LE(9, 16);
  meta.writeUInt32LE(PAGE_BYTES, 20);
  meta[25] = 8;
  meta.writeUInt32LE(2, 32);
  const hash = pageOf(1, 13);
  const offPage = Buffer.alloc(12);
  offPage[0] = 3;
  offPage.writeUInt32LE(2, 4);
  offPage.writeUInt32LE(value.length, 8);
  const items = [
    Buffer.from([1, 0, 0, 0, 1]),
    offPage,
    Buffer.from([1, 0, 0, 0, 2]),
    Buffer.from([1, 42]),
  ];
  hash.writeUInt16LE(items.length, 20);
  let end = PAGE_BYTES;
  for (const [index, item] of items.entries()) {
    end -= item.length;
    hash.set(item, end);
    hash.writeUInt16LE(end, 26 + index * 2);
  }
  const overflow = pageOf(2, 7);
  overflow.writeUInt16LE(value.length, 22);
  overflow.set(value.subarray(0, PAGE_BYTES - 26), 26);
  return Buffer.concat([meta, hash, overflow]);
}

function pageOf(number: number, type: number): Buffer {
  const page = Buffer.alloc(PAGE_BYTES);
  page.writeUInt32LE(number, 8);
  page[25] = type;
  return page;
}
