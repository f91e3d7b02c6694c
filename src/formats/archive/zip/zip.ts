/**
 * Zip archives, read through their central directory.
 *
 * Source: PKWARE APPNOTE 6.3.10: sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14
 * to 4.3.16 (end records, zip64), 4.4.4 (flags). The central directory decides; of a local header
 * only its length is used, so data descriptors need no attention.
 *
 * Refused with `ParseError`: no end record, a directory outside the file, archives of several
 * disks, members that are encrypted, of another method than stored or deflated, longer than they
 * say or with a wrong checksum, and more members or bytes than allowed. Bytes in front of the
 * archive (self-extractors, shell stubs) are allowed. Odd names are marked on the entry and refuse
 * nothing.
 */

import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { ParseError } from '../../../core/base/errors.ts';
import { inflateBatch, type DeflatedBody } from '../gzip/gzip-members.ts';
import {
  readZipExactly,
  readZipDirectory,
  viewOf,
  zipEntries,
  ZipLimitError,
  type ZipEntry,
  type ZipRow,
  type ZipSource,
} from './zip-directory.ts';

export { hasZipEntry, ZipLimitError, type ZipEntry, type ZipSource } from './zip-directory.ts';

/** Bounds of reading a zip archive. */
export interface ZipLimits {
  /** Ceiling for the members of the archive. */
  readonly maxEntries: number;
  /** Ceiling for one member, unpacked. */
  readonly maxEntryBytes: number;
  /** Ceiling for all that is unpacked from the archive, counted over all reads. */
  readonly maxTotalBytes: number;
}

/** One of many members that were read together. */
export interface ZipMember {
  readonly bytes: Uint8Array;
  /**
   * The bytes as stored in the archive (raw deflate); absent for members that are stored
   * uncompressed.
   */
  readonly deflated?: Uint8Array;
}

/** A member of an archive of which no list is made. */
export interface ListedMember {
  readonly entry: ZipRow;
  /** Or why it cannot be read. */
  readonly member: ZipMember | ParseError;
}

/** An opened zip archive, whose members are decompressed one by one. */
export interface ZipArchive {
  /** In the order of the central directory. */
  readonly entries: readonly ZipEntry[];
  /** Bytes in front of the archive. */
  readonly prefixBytes: number;
  /** Returns the whole member. @throws ParseError */
  read(entry: ZipEntry): Promise<Uint8Array>;
  /**
   * Yields the members in their order, many at once: much quicker for small ones. One that cannot
   * be read comes as the error. The bytes of one list share their memory.
   */
  readAll(entries: readonly ZipEntry[]): AsyncIterable<readonly (ZipMember | ParseError)[]>;
  /**
   * Yields the member in pieces, for big ones; the checksum is judged at the end.
   * @throws ParseError
   */
  stream(entry: ZipEntry): AsyncIterable<Uint8Array>;
}

const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
/** Members of feeds are small and lie one behind the other: one read serves many. */
const WINDOW_BYTES = 1024 * 1024;
/** Bytes that are unpacked together. */
const BATCH_BYTES = 256 * 1024;
/** Pieces of a streamed member. */
const PIECE_BYTES = 256 * 1024;
/** The least that zlib takes. */
const MIN_CHUNK_BYTES = 64;

/**
 * Reads the directory; members are read when asked for.
 * @throws ParseError where it is not a zip archive, or a damaged one
 */
export async function openZip(source: ZipSource, limits: ZipLimits): Promise<ZipArchive> {
  const directory = await readZipDirectory(source, limits.maxEntries);
  const entries = zipEntries(directory);
  const members = new Members(source, limits);
  return {
    entries,
    prefixBytes: directory.prefixBytes,
    read: async (entry) => (await members.read(entry)).bytes,
    readAll: async function* (wanted) {
      for (const batch of batchesOf(wanted)) yield await members.readBatch(batch);
    },
    stream: (entry) => members.stream(entry),
  };
}

/**
 * Yields all members whose names are wanted, as {@link ZipArchive.readAll} gives them; of an
 * archive with hundreds of thousands of them no list is made.
 * @throws ParseError where it is not a zip archive, or a damaged one, also after members were given
 */
export async function* readZipMembers(
  source: ZipSource,
  limits: ZipLimits,
  isWanted: (name: string) => boolean,
): AsyncIterable<readonly ListedMember[]> {
  const directory = await readZipDirectory(source, limits.maxEntries);
  const members = new Members(source, limits);
  for (const batch of batchesOf(wantedOf(directory.rows(), isWanted))) {
    const read = await members.readBatch(batch);
    yield read.map((member, index): ListedMember => {
      const entry = batch[index];
      if (entry === undefined) throw new TypeError('more members than were asked for');
      return { entry, member };
    });
  }
}

function* wantedOf(rows: Iterable<ZipRow>, isWanted: (name: string) => boolean): Iterable<ZipRow> {
  for (const row of rows) if (isWanted(row.name)) yield row;
}

/** Yields the entries that are unpacked together. */
function* batchesOf(entries: Iterable<ZipRow>): Iterable<readonly ZipRow[]> {
  let batch: ZipRow[] = [];
  let batchBytes = 0;
  for (const entry of entries) {
    const entryBytes = Math.max(entry.sizeBytes, entry.compressedBytes);
    if (batch.length > 0 && batchBytes + entryBytes > BATCH_BYTES) {
      yield batch;
      batch = [];
      batchBytes = 0;
    }
    batch.push(entry);
    batchBytes += entryBytes;
  }
  if (batch.length > 0) yield batch;
}

class Members {
  readonly #source: ZipSource;
  readonly #limits: ZipLimits;
  #unpackedBytes = 0;
  #window: Uint8Array = new Uint8Array(0);
  #windowOffset = 0;

  constructor(source: ZipSource, limits: ZipLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  async read(entry: ZipRow): Promise<ZipMember> {
    this.#admit(entry);
    const offset = await this.#bodyOffset(entry);
    const packed = await this.#readAt(offset, entry.compressedBytes, entry.compressedBytes);
    const bytes = entry.method === STORED ? packed.slice() : this.#inflate(entry, packed);
    if (bytes.length !== entry.sizeBytes) throw this.#fault(entry, 'is not as long as it says');
    if (crc32(bytes) !== entry.crc32) throw this.#fault(entry, 'does not have its checksum');
    return entry.method === STORED ? { bytes } : { bytes, deflated: packed };
  }

  async *stream(entry: ZipRow): AsyncIterable<Uint8Array> {
    this.#admit(entry);
    const packed = this.#pieces(await this.#bodyOffset(entry), entry.compressedBytes);
    const pieces = entry.method === STORED ? packed : this.#inflated(entry, packed);
    let lengthBytes = 0;
    let sum = 0;
    for await (const piece of pieces) {
      lengthBytes += piece.length;
      if (lengthBytes > entry.sizeBytes) throw this.#fault(entry, 'is longer than it says');
      sum = crc32(piece, sum);
      yield piece;
    }
    if (lengthBytes !== entry.sizeBytes) throw this.#fault(entry, 'is shorter than it says');
    if (sum !== entry.crc32) throw this.#fault(entry, 'does not have its checksum');
  }

  /** Reads members in the order of `batch`. */
  async readBatch(batch: readonly ZipRow[]): Promise<readonly (ZipMember | ParseError)[]> {
    const isPlain = batch.length > 1 && batch.every(isPlainlyDeflated);
    const members = isPlain ? await this.#inflateBatch(batch) : undefined;
    if (members !== undefined) return members;
    // One of them is odd: each is judged by itself.
    const results: (ZipMember | ParseError)[] = [];
    for (const entry of batch) {
      try {
        results.push(await this.read(entry));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        results.push(error);
      }
    }
    return results;
  }

  /** Many members lie behind one another, and are read at once. */
  async #inflateBatch(batch: readonly ZipRow[]): Promise<readonly ZipMember[] | undefined> {
    const before = this.#unpackedBytes;
    try {
      const bodies: DeflatedBody[] = [];
      for (const entry of batch) {
        this.#admit(entry);
        const offset = this.#bodyOffsetInWindow(entry) ?? (await this.#bodyOffset(entry));
        const packed =
          this.#inWindow(offset, entry.compressedBytes) ??
          (await this.#readAt(offset, entry.compressedBytes, entry.compressedBytes));
        bodies.push({ packed, crc32: entry.crc32, sizeBytes: entry.sizeBytes });
      }
      const unpacked = inflateBatch(bodies);
      if (unpacked === undefined) this.#unpackedBytes = before;
      return unpacked?.map((bytes, index): ZipMember => {
        const deflated = bodies[index]?.packed;
        return deflated === undefined ? { bytes } : { bytes, deflated };
      });
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#unpackedBytes = before;
      return undefined;
    }
  }

  /** Returns {@link #bodyOffset} if the window contains a whole and valid header. */
  #bodyOffsetInWindow({ headerOffset, compressedBytes }: ZipRow): number | undefined {
    const at = headerOffset - this.#windowOffset;
    const window = this.#window;
    if (at < 0 || at + LOCAL_BYTES > window.length || !isLocalHeader(window, at)) return undefined;
    const offset = headerOffset + LOCAL_BYTES + uint16(window, at + 26) + uint16(window, at + 28);
    return offset + compressedBytes > this.#source.sizeBytes ? undefined : offset;
  }

  #inWindow(offset: number, lengthBytes: number): Uint8Array | undefined {
    const start = offset - this.#windowOffset;
    if (start < 0 || start + lengthBytes > this.#window.length) return undefined;
    return this.#window.subarray(start, start + lengthBytes);
  }

  /** Judges what the directory says before anything is unpacked, and counts it. */
  #admit(entry: ZipRow): void {
    if (entry.isEncrypted) throw this.#fault(entry, 'is encrypted');
    if (entry.method !== STORED && entry.method !== DEFLATED) {
      throw this.#fault(entry, `is packed by method ${entry.method}`);
    }
    if (entry.method === STORED && entry.compressedBytes !== entry.sizeBytes) {
      throw this.#fault(entry, 'is stored with two different lengths');
    }
    if (entry.sizeBytes > this.#limits.maxEntryBytes) {
      const bound = `is longer than ${this.#limits.maxEntryBytes} bytes`;
      throw new ZipLimitError(this.#source.path, `member "${entry.name}" ${bound}`);
    }
    this.#unpackedBytes += entry.sizeBytes;
    if (this.#unpackedBytes > this.#limits.maxTotalBytes) {
      throw new ZipLimitError(
        this.#source.path,
        `unpacks to more than ${this.#limits.maxTotalBytes} bytes`,
      );
    }
  }

  async #bodyOffset(entry: ZipRow): Promise<number> {
    const { headerOffset } = entry;
    if (headerOffset + LOCAL_BYTES > this.#source.sizeBytes) {
      throw this.#fault(entry, 'lies outside the file');
    }
    const wanted = LOCAL_BYTES + entry.compressedBytes;
    const header = viewOf(await this.#readAt(headerOffset, LOCAL_BYTES, wanted));
    if (header.getUint32(0, true) !== LOCAL) throw this.#fault(entry, 'has no local header');
    const offset =
      headerOffset + LOCAL_BYTES + header.getUint16(26, true) + header.getUint16(28, true);
    if (offset + entry.compressedBytes > this.#source.sizeBytes) {
      throw this.#fault(entry, 'is cut off');
    }
    return offset;
  }

  #inflate(entry: ZipRow, packed: Uint8Array): Uint8Array {
    try {
      // One byte of room more than stated shows a member that is too long. Small members get a
      // buffer of just that size, which halves the time; a stated size is not believed beyond that.
      const room = entry.sizeBytes + 1;
      const chunkSize = Math.min(Math.max(room, MIN_CHUNK_BYTES), PIECE_BYTES);
      return inflateRawSync(packed, { maxOutputLength: room, chunkSize });
    } catch (error) {
      throw this.#fault(entry, 'cannot be unpacked', error);
    }
  }

  async *#inflated(entry: ZipRow, packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const inflater = createInflateRaw({ chunkSize: PIECE_BYTES });
    const feeding = feed(packed, inflater);
    // Handled below; without this a failure in between would count as unhandled.
    feeding.catch(() => undefined);
    try {
      for await (const piece of inflater) yield piece as Uint8Array;
      await feeding;
    } catch (error) {
      if (error instanceof ParseError) throw error;
      throw this.#fault(entry, 'cannot be unpacked', error);
    } finally {
      inflater.destroy();
      await feeding.catch(() => undefined);
    }
  }

  async *#pieces(offset: number, lengthBytes: number): AsyncIterable<Uint8Array> {
    for (let at = 0; at < lengthBytes; at += PIECE_BYTES) {
      const wanted = Math.min(PIECE_BYTES, lengthBytes - at);
      yield await readZipExactly(this.#source, offset + at, wanted);
    }
  }

  /**
   * Reads from the window if it covers the bytes; small reads move the window, big ones bypass it.
   */
  async #readAt(offset: number, lengthBytes: number, aheadBytes: number): Promise<Uint8Array> {
    const start = offset - this.#windowOffset;
    if (start >= 0 && start + lengthBytes <= this.#window.length) {
      return this.#window.subarray(start, start + lengthBytes);
    }
    if (lengthBytes > WINDOW_BYTES || aheadBytes > WINDOW_BYTES) {
      return readZipExactly(this.#source, offset, lengthBytes);
    }
    const room = Math.max(lengthBytes, Math.min(WINDOW_BYTES, this.#source.sizeBytes - offset));
    this.#window = await readZipExactly(this.#source, offset, room);
    this.#windowOffset = offset;
    return this.#window.subarray(0, lengthBytes);
  }

  #fault(entry: ZipRow, what: string, cause?: unknown): ParseError {
    return new ParseError(this.#source.path, `member "${entry.name}" ${what}`, { cause });
  }
}

function isPlainlyDeflated(entry: ZipRow): boolean {
  return entry.method === DEFLATED && !entry.isEncrypted && entry.sizeBytes <= PIECE_BYTES;
}

function isLocalHeader(bytes: Uint8Array, at: number): boolean {
  return uint16(bytes, at) === (LOCAL & 0xffff) && uint16(bytes, at + 2) === LOCAL >>> 16;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}

/**
 * Pushes pieces into a transform with back-pressure; the transform's own errors surface where it is
 * read.
 */
async function feed(
  pieces: AsyncIterable<Uint8Array>,
  target: ReturnType<typeof createInflateRaw>,
): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (target.destroyed) return;
      if (!target.write(piece)) await drained(target);
    }
    target.end();
  } catch (error) {
    target.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  }
}

function drained(target: ReturnType<typeof createInflateRaw>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      target.off('drain', done).off('close', done);
      resolve();
    };
    target.on('drain', done).on('close', done);
  });
}
