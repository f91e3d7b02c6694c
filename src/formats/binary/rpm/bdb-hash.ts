/**
 * Reads the values of a Berkeley DB hash table, the form of RPM's `Packages` up to RPM 4.15.
 *
 * Source: Berkeley DB 5.3, `dbinc/db_page.h` and `dbinc/hash.h` (page layouts; the format is 9 or
 * 10). Page 0 is the metadata page with its magic at byte 12, in the byte order of the machine that
 * wrote it. A hash page has pairs of items; a long value is an item that names a chain of overflow
 * pages. Refused: another magic, an encrypted database, a page size that is none.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';

const MAGIC = 0x0006_1561;
const PAGE_HEADER_BYTES = 26;
const META_BYTES = 72;
const TYPE_HASH_UNSORTED = 2;
const TYPE_OVERFLOW = 7;
const TYPE_HASH = 13;
const ITEM_KEYDATA = 1;
const ITEM_OFFPAGE = 3;
const OFFPAGE_BYTES = 12;

/** Returns whether a file begins as hash tables of Berkeley DB do. */
export function isBdbHash(head: Uint8Array): boolean {
  return isLittleEndian(head) !== undefined;
}

function isLittleEndian(head: Uint8Array): boolean | undefined {
  if (head.length < 16) return undefined;
  const view = dataView(head);
  if (view.getUint32(12, true) === MAGIC) return true;
  return view.getUint32(12, false) === MAGIC ? false : undefined;
}

interface Table {
  readonly source: ByteSource;
  readonly isLittle: boolean;
  readonly pageBytes: number;
  /** Bytes that all values may hold together: no page belongs to two of them. */
  leftBytes: number;
}

/** A key and its value. */
export interface BdbPair {
  readonly key: Uint8Array;
  /** `undefined` where it cannot be read. */
  readonly value: Uint8Array | undefined;
}

/**
 * Yields the pairs in the order of the pages.
 * @throws ParseError where it is no such table, or pages contradict themselves
 */
export async function* readBdbHash(source: ByteSource): AsyncGenerator<BdbPair> {
  const head = await readExactly(source, 0, META_BYTES);
  const isLittle = isLittleEndian(head);
  const view = dataView(head);
  if (isLittle === undefined) throw new ParseError(source.path, 'no hash table of Berkeley DB');
  const pageBytes = view.getUint32(20, isLittle);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) {
    throw new ParseError(source.path, `a page size of ${String(pageBytes)}`);
  }
  if (view.getUint8(24) !== 0) throw new ParseError(source.path, 'it is encrypted');
  const lastPage = view.getUint32(32, isLittle);
  if ((lastPage + 1) * pageBytes > source.sizeBytes) {
    throw new ParseError(source.path, `cut off: page ${String(lastPage)} is needed`);
  }
  const table: Table = { source, isLittle, pageBytes, leftBytes: source.sizeBytes };
  for (let page = 1; page <= lastPage; page++) {
    const bytes = await readExactly(source, page * pageBytes, pageBytes);
    const type = bytes[25];
    if (type === TYPE_HASH || type === TYPE_HASH_UNSORTED) yield* pairsOf(table, bytes);
  }
}

async function* pairsOf(table: Table, page: Uint8Array): AsyncGenerator<BdbPair> {
  const view = dataView(page);
  const itemCount = view.getUint16(20, table.isLittle);
  if (PAGE_HEADER_BYTES + itemCount * 2 > page.length || itemCount % 2 !== 0) {
    throw new ParseError(table.source.path, `a page of ${String(itemCount)} items`);
  }
  const items: (Uint8Array | undefined)[] = [];
  // Items are stored from the end of the page to its front, so that each ends where the one before
  // begins.
  let end = page.length;
  for (let index = 0; index < itemCount; index++) {
    const start = view.getUint16(PAGE_HEADER_BYTES + index * 2, table.isLittle);
    const isSound = start >= PAGE_HEADER_BYTES + itemCount * 2 && start < end;
    items.push(isSound ? page.subarray(start, end) : undefined);
    if (isSound) end = start;
  }
  for (let index = 0; index < items.length; index += 2) {
    const key = items[index];
    const value = items[index + 1];
    yield {
      key: key?.[0] === ITEM_KEYDATA ? key.subarray(1) : new Uint8Array(),
      value: value && (await valueOf(table, value)),
    };
  }
}

async function valueOf(table: Table, item: Uint8Array): Promise<Uint8Array | undefined> {
  if (item[0] === ITEM_KEYDATA) return item.subarray(1);
  if (item[0] !== ITEM_OFFPAGE || item.length < OFFPAGE_BYTES) return undefined;
  const view = dataView(item);
  const sizeBytes = view.getUint32(8, table.isLittle);
  if (sizeBytes > table.leftBytes) {
    throw new ParseError(table.source.path, 'values that together are larger than the file');
  }
  table.leftBytes -= sizeBytes;
  return readChain(table, view.getUint32(4, table.isLittle), sizeBytes);
}

async function readChain(
  table: Table,
  first: number,
  sizeBytes: number,
): Promise<Uint8Array | undefined> {
  const { source, pageBytes, isLittle } = table;
  const value = new Uint8Array(sizeBytes);
  let filled = 0;
  let next = first;
  while (filled < sizeBytes) {
    if (next === 0 || (next + 1) * pageBytes > source.sizeBytes) return undefined;
    const page = await readExactly(source, next * pageBytes, pageBytes);
    const view = dataView(page);
    const partBytes = view.getUint16(22, isLittle);
    if (page[25] !== TYPE_OVERFLOW || partBytes === 0) return undefined;
    if (PAGE_HEADER_BYTES + partBytes > pageBytes || filled + partBytes > sizeBytes) {
      return undefined;
    }
    value.set(page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + partBytes), filled);
    filled += partBytes;
    next = view.getUint32(16, isLittle);
  }
  return value;
}
