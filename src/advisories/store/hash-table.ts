/**
 * A table from texts to records that stores only the hashes of the texts, so building it is cheap;
 * callers compare the keys of the records. A row contains the position of its record, so that
 * nothing else is read to find it.
 *
 * A row is `first hash, second hash, offset (u48), packed bytes (u16)`, little-endian; where a
 * record has 65,535 packed bytes or more, the row holds 65,535 and the table of records has the
 * size. Rows are sorted by the first hash, those of one hash in the order in which they came. Equal
 * parts of the range of hashes are a bucket each, so that a hash determines its bucket. Behind the
 * rows stand, for each bucket, the number of rows up to its end and the CRC-32 of its own (u32
 * each).
 */

import { crc32 } from 'node:zlib';
import { damagedDataError } from './damaged-data-error.ts';
import type { SetFileWriter } from './set-file-writer.ts';
import type { HashTableExtent } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

/** Value in a row for a record with this many packed bytes or more. */
export const PACKED_BYTES_OVERFLOW = 0xffff;

const ROW_BYTES = 16;
/** In the mean: a look-up reads and checks a whole bucket. */
const BUCKET_ROWS = 48;
/** Some 6 MiB of buckets. */
const MAX_CACHED_BUCKETS = 8192;
/** Reading so many bytes that are not wanted is quicker than another read. */
const GAP_BYTES = 16 * 1024;
/** So much is read at once. */
const WINDOW_BYTES = 1024 * 1024;
/** `rows up to its end, CRC-32` of a bucket. */
const MARK_BYTES = 8;
/** Row size in words of four bytes. */
const ROW_WORDS = ROW_BYTES / 4;
const MARK_WORDS = MARK_BYTES / 4;
const FIRST_BASIS = 0x811c9dc5;
const SECOND_BASIS = 0x9747b28c;
const FIRST_ROOM = 1024;
const U16 = 2 ** 16;
const U32 = 2 ** 32;

/** The position and size of a record. */
export interface RecordExtent {
  readonly offset: number;
  /** {@link PACKED_BYTES_OVERFLOW} where there are so many or more. */
  readonly packedBytes: number;
}

/** The row of a key: its two hashes and where its record is. */
export interface HashRow extends RecordExtent {
  readonly first: number;
  readonly second: number;
}

/** Collects rows and writes them sorted by hash. */
export class HashTableWriter {
  /**
   * Place in which a row came (low) and its first hash (high): read as one number they sort by
   * hash.
   */
  #order = new Uint32Array(FIRST_ROOM * 2);
  /** All of each row but its first hash, in the order in which they came. */
  #rows = new Uint32Array(FIRST_ROOM * (ROW_WORDS - 1));
  #count = 0;
  readonly #hashes = new Uint32Array(2);

  /** Adds a record; several records may stand under one text, and one record under several. */
  add(text: string, offset: number, packedBytes: number): void {
    hashInto(this.#hashes, 0, text);
    const [first = 0, second = 0] = this.#hashes;
    this.addRow({ first, second, offset, packedBytes });
  }

  /** Adds as {@link add} does, for a text of which only the hashes are known. */
  addRow({ first, second, offset, packedBytes }: HashRow): void {
    const at = this.#count * 2;
    if (at === this.#order.length) {
      this.#order = grown(this.#order);
      this.#rows = grown(this.#rows);
    }
    this.#order[at] = this.#count;
    this.#order[at + 1] = first;
    const rowAt = this.#count * (ROW_WORDS - 1);
    this.#rows[rowAt] = second;
    this.#rows[rowAt + 1] = offset % U32;
    this.#rows[rowAt + 2] =
      Math.floor(offset / U32) + Math.min(packedBytes, PACKED_BYTES_OVERFLOW) * U16;
    this.#count += 1;
  }

  /**
   * Writes the table; nothing can be added afterwards. `textCount` is how many different texts
   * there were, distinguished by both hashes.
   */
  async writeTo(
    file: SetFileWriter,
  ): Promise<{ readonly place: HashTableExtent; readonly textCount: number }> {
    new BigUint64Array(this.#order.buffer, 0, this.#count).sort();
    const bucketCount = Math.max(1, Math.ceil(this.#count / BUCKET_ROWS));
    const marks = Buffer.alloc(bucketCount * MARK_BYTES);
    const texts = new DistinctPairs();
    for (let bucket = 0, row = 0; bucket < bucketCount; bucket += 1) {
      const end = this.#endOf(bucket, bucketCount, row);
      const rows = new Uint32Array((end - row) * ROW_WORDS);
      for (let at = 0; row < end; row += 1, at += ROW_WORDS) this.#writeRow(row, rows, at, texts);
      const bytes = asBytes(rows);
      marks.writeUInt32LE(end, bucket * MARK_BYTES);
      marks.writeUInt32LE(crc32(bytes), bucket * MARK_BYTES + 4);
      file.append(bytes);
      await file.flush();
    }
    const offset = file.append(marks);
    return {
      place: { rowCount: this.#count, bucketCount, offset, sum: crc32(marks) },
      textCount: texts.count,
    };
  }

  /** Returns the row behind the last one of a bucket that begins with `row`. */
  #endOf(bucket: number, bucketCount: number, row: number): number {
    let end = row;
    while (end < this.#count && bucketOf(this.#order[end * 2 + 1] ?? 0, bucketCount) === bucket) {
      end += 1;
    }
    return end;
  }

  #writeRow(row: number, rows: Uint32Array, at: number, texts: DistinctPairs): void {
    const first = this.#order[row * 2 + 1] ?? 0;
    const rowAt = (this.#order[row * 2] ?? 0) * (ROW_WORDS - 1);
    const second = this.#rows[rowAt] ?? 0;
    rows[at] = first;
    rows[at + 1] = second;
    rows[at + 2] = this.#rows[rowAt + 1] ?? 0;
    rows[at + 3] = this.#rows[rowAt + 2] ?? 0;
    texts.add(first, second);
  }
}

/**
 * Counts pairs whose first halves come in ascending order. Nearly always one first half has one
 * second.
 */
class DistinctPairs {
  /** Second halves for the last first half, except for the first one that came. */
  readonly #others = new Set<number>();
  #first = -1;
  #second = -1;
  count = 0;

  add(first: number, second: number): void {
    if (first !== this.#first) {
      this.#first = first;
      this.#second = second;
      if (this.#others.size > 0) this.#others.clear();
    } else if (second === this.#second || this.#others.has(second)) {
      return;
    } else {
      this.#others.add(second);
    }
    this.count += 1;
  }
}

/** The rows of a bucket, within what was read with it. */
interface Bucket {
  readonly words: Uint32Array;
  readonly start: number;
  readonly end: number;
}

/** A table of rows sorted by hash. A look-up reads a few pages of it. */
export class HashTable {
  readonly #file: StoredFile;
  readonly #place: HashTableExtent;
  #marks: Uint32Array | undefined;
  /** Buckets that were looked up, checked; look-ups of thousands of texts share a few. */
  readonly #buckets = new Map<number, Bucket>();

  constructor(file: StoredFile, place: HashTableExtent) {
    this.#file = file;
    this.#place = place;
  }

  /**
   * Returns the positions of the records for each text. Hash collisions can add wrong ones, so
   * callers compare the key. Neighboring rows are read together.
   */
  placesOf(texts: readonly string[]): readonly (readonly RecordExtent[])[] {
    const hashes = new Uint32Array(texts.length * 2);
    const wanted = new Uint32Array(texts.length);
    let index = 0;
    for (const text of texts) {
      hashInto(hashes, index * 2, text);
      wanted[index] = bucketOf(hashes[index * 2] ?? 0, this.#place.bucketCount);
      index += 1;
    }
    this.#cacheAll(wanted);
    return Array.from(wanted, (number, at) => {
      const bucket = this.#buckets.get(number);
      if (bucket === undefined) return NONE;
      return placesIn(bucket, hashes[at * 2] ?? 0, hashes[at * 2 + 1] ?? 0);
    });
  }

  /** Yields all rows in their order. */
  *rows(): Iterable<HashRow> {
    const { bucketCount } = this.#place;
    for (let first = 0; first < bucketCount;) {
      let last = first;
      const start = this.#startOf(first);
      while (last + 1 < bucketCount && this.#endOf(last + 1) - start <= WINDOW_BYTES) last += 1;
      const run = this.#read(first, last);
      for (let number = first; number <= last; number += 1) {
        yield* rowsIn(this.#bucketIn(run, first, number));
      }
      first = last + 1;
    }
  }

  /** Reads the buckets that are not cached into the cache. */
  #cacheAll(wanted: Uint32Array): void {
    if (this.#buckets.size + wanted.length > MAX_CACHED_BUCKETS) this.#buckets.clear();
    const missing = wanted.toSorted();
    for (let at = 0; at < missing.length;) at = this.#cacheRun(missing, at);
  }

  /** Reads buckets from the one at `start` of the list on; answers where the next run begins. */
  #cacheRun(buckets: Uint32Array, start: number): number {
    const first = buckets[start] ?? 0;
    if (this.#buckets.has(first)) return start + 1;
    const begin = this.#startOf(first);
    let last = first;
    let next = start + 1;
    for (; next < buckets.length; next += 1) {
      const bucket = buckets[next] ?? 0;
      const isNear = this.#startOf(bucket) - this.#endOf(last) <= GAP_BYTES;
      if (!isNear || this.#endOf(bucket) - begin > WINDOW_BYTES) break;
      last = bucket;
    }
    const run = this.#read(first, last);
    for (let at = start; at < next; at += 1) {
      const bucket = buckets[at] ?? 0;
      if (!this.#buckets.has(bucket)) {
        this.#buckets.set(bucket, this.#bucketIn(run, first, bucket));
      }
    }
    return next;
  }

  #read(first: number, last: number): Run {
    const { rowCount, offset } = this.#place;
    const start = this.#startOf(first);
    const rows = offset - rowCount * ROW_BYTES;
    const bytes = this.#file.readAt(rows + start, this.#endOf(last) - start);
    return { bytes, words: asUint32Array(bytes) };
  }

  /** Returns a bucket of a run that begins with the bucket `first`, checked. */
  #bucketIn({ bytes, words }: Run, first: number, bucket: number): Bucket {
    const begin = this.#startOf(first);
    const start = this.#startOf(bucket) - begin;
    const end = this.#endOf(bucket) - begin;
    if (crc32(bytes.subarray(start, end)) !== this.#marksOf()[bucket * MARK_WORDS + 1]) {
      throw damagedDataError(this.#file.path, 'has an index with a wrong checksum');
    }
    return { words, start: start / 4, end: end / 4 };
  }

  /** Returns the start in bytes, behind the beginning of the rows. */
  #startOf(bucket: number): number {
    return bucket === 0 ? 0 : this.#endOf(bucket - 1);
  }

  #endOf(bucket: number): number {
    return (this.#marksOf()[bucket * MARK_WORDS] ?? 0) * ROW_BYTES;
  }

  #marksOf(): Uint32Array {
    if (this.#marks !== undefined) return this.#marks;
    const { bucketCount, offset, sum } = this.#place;
    const marks = this.#file.readAt(offset, bucketCount * MARK_BYTES);
    if (crc32(marks) !== sum) throw damagedDataError(this.#file.path, 'has a damaged index');
    this.#marks = asUint32Array(marks);
    return this.#marks;
  }
}

/** Buckets that were read together. */
interface Run {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
}

const NONE: readonly never[] = [];

function bucketOf(hash: number, bucketCount: number): number {
  return Math.floor((hash * bucketCount) / U32);
}

function* rowsIn({ words, start, end }: Bucket): Iterable<HashRow> {
  for (let at = start; at < end; at += ROW_WORDS) {
    const first = words[at] ?? 0;
    const second = words[at + 1] ?? 0;
    yield { first, second, ...placeAt(words, at) };
  }
}

function placesIn(
  { words, start, end }: Bucket,
  first: number,
  second: number,
): readonly RecordExtent[] {
  let places: RecordExtent[] | undefined;
  for (let at = start; at < end; at += ROW_WORDS) {
    const hash = words[at] ?? 0;
    if (hash > first) break;
    if (hash !== first || words[at + 1] !== second) continue;
    places ??= [];
    places.push(placeAt(words, at));
  }
  return places ?? NONE;
}

function placeAt(words: Uint32Array, at: number): RecordExtent {
  const low = words[at + 2] ?? 0;
  const high = words[at + 3] ?? 0;
  return { offset: (high & PACKED_BYTES_OVERFLOW) * U32 + low, packedBytes: high >>> 16 };
}

/** Computes both hashes of a text, as `fnv1a` of `name-filter.ts` has them, in one pass. */
function hashInto(hashes: Uint32Array, at: number, text: string): void {
  let first = FIRST_BASIS;
  let second = SECOND_BASIS;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193);
  }
  hashes[at] = mixed(first);
  hashes[at + 1] = mixed(second);
}

function mixed(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return half ^ (half >>> 13);
}

function grown(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}

const WORD_BYTES = 4;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Returns the numbers in `bytes` (u32, little-endian), whose length is a multiple of four. In code
 * that has not run often yet, as that of a look-up, an array is several times as quick as the
 * methods of a Buffer.
 */
function asUint32Array(bytes: Buffer): Uint32Array {
  const isAligned = bytes.byteOffset % WORD_BYTES === 0;
  const own = isAligned && IS_LITTLE_ENDIAN ? bytes : copied(bytes);
  return new Uint32Array(own.buffer, own.byteOffset, own.length / WORD_BYTES);
}

/**
 * Returns the numbers as they stand in files. The array is not used afterwards: it may be turned
 * around in place.
 */
function asBytes(words: Uint32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return IS_LITTLE_ENDIAN ? bytes : bytes.swap32();
}

function copied(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return IS_LITTLE_ENDIAN ? copy : copy.swap32();
}
