/**
 * Reads tables of an SQLite database, page by page, without SQLite.
 *
 * Source: sqlite.org "Database File Format", sections 1 (pages, b-trees, overflow) and 4
 * (write-ahead log). Any page size; UTF-8 texts; tables with a rowid. Refused: another magic, pages
 * outside of the file, a page that is met twice in a tree or a chain, trees deeper than 64 and
 * chains of overflow pages that together hold more than the file does.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';
import { readRecord, readVarint, type SqliteValue } from './sqlite-record.ts';
import { isPageSize, readWal, type WalPages } from './sqlite-wal.ts';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;
const INTERIOR_TABLE = 5;
const LEAF_TABLE = 13;
/** A b-tree of 2^48 rows is some 20 deep. */
const MAX_DEPTH = 64;
const MAX_CACHED_PAGES = 64;
const ENCODING_UTF8 = 1;

/** A row of a table. */
export interface SqliteRow {
  readonly rowid: number;
  /** In the order of the columns. A column that is the rowid itself reads as `null`. */
  readonly values: readonly SqliteValue[];
}

/** A table, from its `CREATE TABLE`. */
export interface SqliteTable {
  readonly name: string;
  readonly rootPage: number;
  readonly sql: string;
}

/** An SQLite database with the pages of its write-ahead log applied. */
export interface SqliteDatabase {
  readonly pageBytes: number;
  /** Whether the log had committed pages. */
  readonly usesWal: boolean;
  /** Returns the tables by name, as in the schema. */
  tables(): Promise<ReadonlyMap<string, SqliteTable>>;
  /**
   * Yields the rows of a table in the order of their rowids. A row that cannot be read is given as
   * `undefined`, and the others follow.
   * @throws ParseError where the tree itself is broken
   */
  rows(table: SqliteTable): AsyncGenerator<SqliteRow | undefined>;
}

/** Returns whether a file begins as SQLite databases do. */
export function isSqlite(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;
}

/**
 * Opens a database, with the pages of its write-ahead log where there is one.
 * @throws ParseError where it is none
 */
export async function openSqlite(source: ByteSource, wal?: ByteSource): Promise<SqliteDatabase> {
  const pages = await Pages.open(source, wal);
  return {
    pageBytes: pages.pageBytes,
    usesWal: pages.usesWal,
    tables: () => tablesOf(pages),
    rows: (table) => walk(pages, table.rootPage),
  };
}

/** The pages of the database as the log leaves them, a few of them kept. */
class Pages {
  readonly source: ByteSource;
  readonly pageBytes: number;
  /** Without the bytes that extensions reserve at the end of each page. */
  readonly usableBytes: number;
  readonly #wal: { readonly source: ByteSource; readonly pages: WalPages } | undefined;
  readonly #cache = new Map<number, Uint8Array>();

  private constructor(
    source: ByteSource,
    header: { readonly pageBytes: number; readonly reservedBytes: number },
    wal: { readonly source: ByteSource; readonly pages: WalPages } | undefined,
  ) {
    this.source = source;
    this.pageBytes = header.pageBytes;
    this.usableBytes = header.pageBytes - header.reservedBytes;
    this.#wal = wal;
  }

  static async open(source: ByteSource, walSource: ByteSource | undefined): Promise<Pages> {
    const walPages = walSource && (await readWal(walSource));
    const wal =
      walSource === undefined || walPages === undefined
        ? undefined
        : { source: walSource, pages: walPages };
    // A database whose first pages are still in the log may be an empty file.
    const first = wal?.pages.offsets.get(1);
    const head =
      wal !== undefined && first !== undefined
        ? await readExactly(wal.source, first, HEADER_BYTES)
        : await readExactly(source, 0, HEADER_BYTES);
    if (!isSqlite(head)) throw new ParseError(source.path, 'no SQLite database');
    const view = dataView(head);
    const written = view.getUint16(16);
    const pageBytes = written === 1 ? 65_536 : written;
    if (!isPageSize(pageBytes)) {
      throw new ParseError(source.path, `a page size of ${String(written)}`);
    }
    if (wal !== undefined && wal.pages.pageBytes !== pageBytes) {
      throw new ParseError(source.path, 'the write-ahead log has pages of another size');
    }
    const encoding = view.getUint32(56);
    if (encoding > ENCODING_UTF8) throw new ParseError(source.path, 'texts in UTF-16');
    const reservedBytes = view.getUint8(20);
    if (pageBytes - reservedBytes < 480) {
      throw new ParseError(source.path, `${String(reservedBytes)} reserved bytes a page`);
    }
    return new Pages(source, { pageBytes, reservedBytes }, wal);
  }

  get usesWal(): boolean {
    return this.#wal !== undefined;
  }

  get totalBytes(): number {
    return this.source.sizeBytes + (this.#wal?.source.sizeBytes ?? 0);
  }

  /** Returns whether the database or its log holds a page whole. */
  has(page: number): boolean {
    if (page < 1) return false;
    return (
      page * this.pageBytes <= this.source.sizeBytes || this.#wal?.pages.offsets.has(page) === true
    );
  }

  async read(page: number): Promise<Uint8Array> {
    const cached = this.#cache.get(page);
    if (cached !== undefined) return cached;
    if (page < 1) throw this.broken(`page ${String(page)} is asked for`);
    const logged = this.#wal?.pages.offsets.get(page);
    const bytes =
      this.#wal !== undefined && logged !== undefined
        ? await readExactly(this.#wal.source, logged, this.pageBytes)
        : await readExactly(this.source, (page - 1) * this.pageBytes, this.pageBytes);
    if (this.#cache.size >= MAX_CACHED_PAGES) this.#cache.clear();
    this.#cache.set(page, bytes);
    return bytes;
  }

  broken(reason: string): ParseError {
    return new ParseError(this.source.path, reason);
  }
}

/**
 * The schema is a table itself, with its root in page 1: type, name, table name, root page, SQL.
 */
async function tablesOf(pages: Pages): Promise<ReadonlyMap<string, SqliteTable>> {
  const tables = new Map<string, SqliteTable>();
  for await (const row of walk(pages, 1)) {
    const [type, name, , rootPage, sql] = row?.values ?? [];
    if (type !== 'table' || typeof name !== 'string' || typeof rootPage !== 'number') continue;
    if (tables.has(name)) continue;
    tables.set(name, { name, rootPage, sql: typeof sql === 'string' ? sql : '' });
  }
  return tables;
}

/** Walks depth first, from the lowest rowid, with the pages still to come on a stack. */
async function* walk(pages: Pages, root: number): AsyncGenerator<SqliteRow | undefined> {
  const seen = new Set<number>();
  const overflow: Overflow = { leftBytes: pages.totalBytes };
  const stack: { page: number; depth: number }[] = [{ page: root, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { page, depth } = next;
    if (seen.has(page)) throw pages.broken(`page ${String(page)} stands twice in a table`);
    seen.add(page);
    if (depth > MAX_DEPTH) throw pages.broken('a table that is too deep');
    const bytes = await pages.read(page);
    const node = readNode(pages, page, bytes);
    if (node.type === LEAF_TABLE) {
      for (const cell of node.cells) yield await readRow(pages, bytes, { cell, overflow });
      continue;
    }
    const children = [...node.cells.map((cell) => childAt(bytes, cell)), node.rightChild];
    for (const child of children.reverse()) stack.push({ page: child, depth: depth + 1 });
  }
}

/** Remaining bytes for the overflow pages of a table; see {@link readPayload}. */
interface Overflow {
  leftBytes: number;
}

interface Node {
  readonly type: number;
  readonly cells: readonly number[];
  readonly rightChild: number;
}

function readNode(pages: Pages, page: number, bytes: Uint8Array): Node {
  const start = page === 1 ? HEADER_BYTES : 0;
  const view = dataView(bytes);
  const type = view.getUint8(start);
  if (type !== LEAF_TABLE && type !== INTERIOR_TABLE) {
    throw pages.broken(`page ${String(page)} is of type ${String(type)}, and no page of a table`);
  }
  const isInterior = type === INTERIOR_TABLE;
  const cellCount = view.getUint16(start + 3);
  const first = start + (isInterior ? 12 : 8);
  if (first + cellCount * 2 > pages.usableBytes) {
    throw pages.broken(`page ${String(page)} has ${String(cellCount)} cells`);
  }
  const cells: number[] = [];
  for (let index = 0; index < cellCount; index++) {
    const cell = view.getUint16(first + index * 2);
    if (cell + 4 > pages.usableBytes) throw pages.broken(`a cell outside of page ${String(page)}`);
    cells.push(cell);
  }
  return { type, cells, rightChild: isInterior ? view.getUint32(start + 8) : 0 };
}

function childAt(bytes: Uint8Array, cell: number): number {
  return dataView(bytes).getUint32(cell);
}

/** Returns `undefined` for a cell whose payload cannot be read. */
async function readRow(
  pages: Pages,
  bytes: Uint8Array,
  { cell, overflow }: { readonly cell: number; readonly overflow: Overflow },
): Promise<SqliteRow | undefined> {
  const size = readVarint(bytes, cell);
  const rowid = size && readVarint(bytes, size.end);
  if (size === undefined || rowid === undefined) return undefined;
  const sizeBytes = size.value;
  const payload = await readPayload(pages, bytes, { at: rowid.end, sizeBytes, overflow });
  const values = payload && readRecord(payload);
  return values === undefined ? undefined : { rowid: rowid.value, values };
}

/**
 * Returns the payload of a cell with its overflow pages. In a sound database no overflow page is
 * used twice, so all payloads together are no larger than the file; a database that says otherwise
 * would make its reader work without end.
 */
async function readPayload(
  pages: Pages,
  bytes: Uint8Array,
  {
    at,
    sizeBytes,
    overflow,
  }: { readonly at: number; readonly sizeBytes: number; readonly overflow: Overflow },
): Promise<Uint8Array | undefined> {
  const { usableBytes } = pages;
  const localBytes = localSize(sizeBytes, usableBytes);
  if (at + localBytes > usableBytes) return undefined;
  if (localBytes === sizeBytes) return bytes.subarray(at, at + sizeBytes);
  const restBytes = sizeBytes - localBytes;
  if (at + localBytes + 4 > usableBytes) return undefined;
  if (restBytes > overflow.leftBytes) {
    throw pages.broken('rows that together are larger than the file');
  }
  overflow.leftBytes -= restBytes;
  const payload = new Uint8Array(sizeBytes);
  payload.set(bytes.subarray(at, at + localBytes));
  let filled = localBytes;
  let next = dataView(bytes).getUint32(at + localBytes);
  while (filled < sizeBytes) {
    // A chain that ends early, or leaves the file, makes this row unreadable and no other.
    if (!pages.has(next)) return undefined;
    const page = await pages.read(next);
    const part = page.subarray(4, Math.min(usableBytes, 4 + sizeBytes - filled));
    payload.set(part, filled);
    filled += part.length;
    next = dataView(page).getUint32(0);
  }
  return payload;
}

/**
 * Returns the bytes of a payload in the leaf itself: "Database File Format", section 1.6, the
 * variables U, P, X, M, K.
 */
function localSize(sizeBytes: number, usableBytes: number): number {
  const most = usableBytes - 35;
  if (sizeBytes <= most) return sizeBytes;
  const least = Math.floor(((usableBytes - 12) * 32) / 255) - 23;
  const wanted = least + ((sizeBytes - least) % (usableBytes - 4));
  return wanted <= most ? wanted : least;
}
