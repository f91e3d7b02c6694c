/**
 * Read-only access to a bbolt database, the key-value file of containerd and others.
 *
 * Source: bbolt, documentation of the file format ("page", "meta", "branch", "leaf" and "bucket" in
 * its README and in `internal/common`). Numbers are little-endian on every machine that containers
 * run on. Pages are never changed in place: a transaction writes new ones and then one of the two
 * meta pages, so that a reader without a lock may find pages of a later transaction, which
 * `isCurrent` detects. Refuses other versions, page sizes that are not power of two from 1 KiB to
 * 64 KiB, pages that are not of the kind they are used as, and trees that are deeper than 32 pages.
 */

import { ParseError } from '../../core/base/errors.ts';
import { asBuffer } from '../bytes/as-buffer.ts';
import { readExactly, type ByteSource } from '../bytes/byte-source.ts';

/** A row of a bucket: a value, or a bucket within. */
export type BoltEntry =
  | { readonly key: Buffer; readonly value: Buffer }
  | { readonly key: Buffer; readonly bucket: BoltBucket };

/** A bucket of a bolt database: rows of keys and values, and further buckets. */
export interface BoltBucket {
  /** Yields the rows in the order of their keys, which is that of bytes. @throws ParseError */
  entries(): AsyncGenerator<BoltEntry>;
  /** Returns the bucket of that key; `undefined` where there is none. @throws ParseError */
  bucket(key: string): Promise<BoltBucket | undefined>;
  /** Returns the value of that key; `undefined` where there is none. @throws ParseError */
  value(key: string): Promise<Buffer | undefined>;
}

/** An opened bolt database, as of its newest complete transaction. */
export interface BoltDatabase {
  readonly root: BoltBucket;
  /**
   * Returns whether no transaction has been written since it was opened: what was read then belongs
   * together.
   */
  isCurrent(): Promise<boolean>;
}

const MAGIC = 0xed0cdaed;
const VERSION = 2;
const PAGE_HEADER_BYTES = 16;
const META_BYTES = 64;
const ELEMENT_BYTES = 16;
const BUCKET_HEADER_BYTES = 16;
const MIN_PAGE_BYTES = 1024;
const MAX_PAGE_BYTES = 64 * 1024;

const BRANCH = 0x01;
const LEAF = 0x02;
const IS_BUCKET = 0x01;

/** A tree of that depth holds more rows than there are atoms; only a loop is deeper. */
const MAX_DEPTH = 32;
/** Pages read at one opening: 4 GiB of the usual size. */
const MAX_PAGES = 1_000_000;
/** A row with its overflow pages; containerd's are below a page. */
const MAX_SPAN_BYTES = 64 * 1024 * 1024;

/**
 * Opens a bolt database for reading. Pages are read when they are needed.
 *
 * @throws ParseError where the file is no database of this version, or neither meta page is whole.
 */
export async function openBolt(source: ByteSource): Promise<BoltDatabase> {
  const meta = await readMeta(source);
  const file = new BoltFile(source, meta.pageBytes);
  return {
    root: new Bucket(file, meta.rootPage, undefined),
    isCurrent: async () => (await readMeta(source)).transaction === meta.transaction,
  };
}

interface Meta {
  readonly pageBytes: number;
  readonly rootPage: bigint;
  readonly transaction: bigint;
}

/** Returns the newer of the two that is whole. */
async function readMeta(source: ByteSource): Promise<Meta> {
  const first = parseMeta(await readExactly(source, 0, PAGE_HEADER_BYTES + META_BYTES));
  // Where the first is damaged its page size is too; the second then lies at one of the possible
  // places.
  const places = first === undefined ? possiblePageBytes() : [first.pageBytes];
  let newest = first;
  for (const place of places) {
    const end = place + PAGE_HEADER_BYTES + META_BYTES;
    if (end > source.sizeBytes) continue;
    const second = parseMeta(await readExactly(source, place, PAGE_HEADER_BYTES + META_BYTES));
    if (second === undefined || second.pageBytes !== place) continue;
    if (newest === undefined || second.transaction > newest.transaction) newest = second;
  }
  if (newest === undefined) throw new ParseError(source.path, 'it is not a bbolt database');
  return newest;
}

function possiblePageBytes(): readonly number[] {
  const sizes: number[] = [];
  for (let size = MIN_PAGE_BYTES; size <= MAX_PAGE_BYTES; size *= 2) sizes.push(size);
  return sizes;
}

function parseMeta(page: Uint8Array): Meta | undefined {
  const meta = asBuffer(page).subarray(PAGE_HEADER_BYTES);
  if (meta.readUInt32LE(0) !== MAGIC || meta.readUInt32LE(4) !== VERSION) return undefined;
  const pageBytes = meta.readUInt32LE(8);
  if (!possiblePageBytes().includes(pageBytes)) return undefined;
  if (fnv64(meta.subarray(0, 56)) !== meta.readBigUInt64LE(56)) return undefined;
  return {
    pageBytes,
    rootPage: meta.readBigUInt64LE(16),
    transaction: meta.readBigUInt64LE(48),
  };
}

/** Returns FNV-1a of 64 bits. */
function fnv64(bytes: Uint8Array): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

/** Reads pages, and no more of them than a real database has. */
class BoltFile {
  readonly #source: ByteSource;
  readonly #pageBytes: number;
  #readCount = 0;

  constructor(source: ByteSource, pageBytes: number) {
    this.#source = source;
    this.#pageBytes = pageBytes;
  }

  /** Returns a page with its overflow. */
  async page(id: bigint): Promise<Page> {
    if (++this.#readCount > MAX_PAGES) throw this.damaged('it has too many pages');
    const pageBytes = BigInt(this.#pageBytes);
    if (id < 2n || id > BigInt(this.#source.sizeBytes) / pageBytes) {
      throw this.damaged(`there is no page ${id}`);
    }
    const offset = Number(id * pageBytes);
    const head = asBuffer(await readExactly(this.#source, offset, this.#pageBytes));
    if (head.readBigUInt64LE(0) !== id) throw this.damaged(`page ${id} is another one`);
    const sizeBytes = (head.readUInt32LE(12) + 1) * this.#pageBytes;
    if (sizeBytes > MAX_SPAN_BYTES) throw this.damaged(`page ${id} is too large`);
    if (sizeBytes === this.#pageBytes) return this.parse(head);
    return this.parse(asBuffer(await readExactly(this.#source, offset, sizeBytes)));
  }

  parse(bytes: Buffer): Page {
    if (bytes.length < PAGE_HEADER_BYTES) throw this.damaged('a page is cut off');
    const kind = bytes.readUInt16LE(8);
    if (kind !== BRANCH && kind !== LEAF) throw this.damaged('a page holds no rows');
    const count = bytes.readUInt16LE(10);
    if (PAGE_HEADER_BYTES + count * ELEMENT_BYTES > bytes.length) {
      throw this.damaged('a page lists more rows than it holds');
    }
    return { kind: kind === LEAF ? 'leaf' : 'branch', count, bytes };
  }

  damaged(reason: string): ParseError {
    return new ParseError(this.#source.path, reason);
  }
}

interface Page {
  readonly kind: 'leaf' | 'branch';
  readonly count: number;
  readonly bytes: Buffer;
}

class Bucket implements BoltBucket {
  readonly #file: BoltFile;
  readonly #root: bigint;
  /** The only page of a small bucket, which lies in the row that names it. */
  readonly #inline: Buffer | undefined;

  constructor(file: BoltFile, root: bigint, inline: Buffer | undefined) {
    this.#file = file;
    this.#root = root;
    this.#inline = inline;
  }

  async *entries(): AsyncGenerator<BoltEntry> {
    const open: { readonly page: Page; next: number }[] = [{ page: await this.#first(), next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.next >= top.page.count) {
        open.pop();
        continue;
      }
      const index = top.next++;
      if (top.page.kind === 'leaf') {
        yield this.#leafEntry(top.page, index);
        continue;
      }
      if (open.length >= MAX_DEPTH) throw this.#file.damaged('its tree is too deep');
      open.push({ page: await this.#file.page(this.#child(top.page, index)), next: 0 });
    }
  }

  async bucket(key: string): Promise<BoltBucket | undefined> {
    const entry = await this.#find(key);
    return entry !== undefined && 'bucket' in entry ? entry.bucket : undefined;
  }

  async value(key: string): Promise<Buffer | undefined> {
    const entry = await this.#find(key);
    return entry !== undefined && 'value' in entry ? entry.value : undefined;
  }

  async #find(key: string): Promise<BoltEntry | undefined> {
    const wanted = Buffer.from(key);
    let page = await this.#first();
    for (let depth = 1; page.kind === 'branch'; depth++) {
      if (depth >= MAX_DEPTH) throw this.#file.damaged('its tree is too deep');
      // A branch is named by the first key below it.
      const after = this.#firstAfter(page, wanted);
      if (page.count === 0) return undefined;
      page = await this.#file.page(this.#child(page, Math.max(after - 1, 0)));
    }
    const index = this.#firstAfter(page, wanted) - 1;
    if (index < 0 || !this.#key(page, index).equals(wanted)) return undefined;
    return this.#leafEntry(page, index);
  }

  /** Returns the index of the first row whose key is greater. */
  #firstAfter(page: Page, wanted: Buffer): number {
    let low = 0;
    let high = page.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#key(page, middle).compare(wanted) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #first(): Promise<Page> {
    if (this.#inline === undefined) return this.#file.page(this.#root);
    return Promise.resolve(this.#file.parse(this.#inline));
  }

  #child({ bytes }: Page, index: number): bigint {
    return bytes.readBigUInt64LE(PAGE_HEADER_BYTES + index * ELEMENT_BYTES + 8);
  }

  /**
   * Returns the key of a row: both kinds of rows have its start, counted from the row itself, and
   * its length.
   */
  #key({ kind, bytes }: Page, index: number): Buffer {
    const element = PAGE_HEADER_BYTES + index * ELEMENT_BYTES;
    const at = kind === 'leaf' ? element + 4 : element;
    return this.#span(bytes, element + bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4));
  }

  #leafEntry(page: Page, index: number): BoltEntry {
    const { bytes } = page;
    const element = PAGE_HEADER_BYTES + index * ELEMENT_BYTES;
    const key = this.#key(page, index);
    const start = element + bytes.readUInt32LE(element + 4) + key.length;
    const value = this.#span(bytes, start, bytes.readUInt32LE(element + 12));
    if ((bytes.readUInt32LE(element) & IS_BUCKET) === 0) return { key, value };
    if (value.length < BUCKET_HEADER_BYTES) throw this.#file.damaged('a bucket is cut off');
    const root = value.readBigUInt64LE(0);
    const inline = root === 0n ? value.subarray(BUCKET_HEADER_BYTES) : undefined;
    return { key, bucket: new Bucket(this.#file, root, inline) };
  }

  #span(bytes: Buffer, start: number, lengthBytes: number): Buffer {
    if (start + lengthBytes > bytes.length) throw this.#file.damaged('a row leaves its page');
    return bytes.subarray(start, start + lengthBytes);
  }
}
