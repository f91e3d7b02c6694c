/**
 * A tar reader that is pushed: a state machine over headers, bytes to hand on and bytes to skip.
 *
 * Source: POSIX.1-2017 `pax`; GNU tar manual, "Basic Tar Format" and "Sparse Formats". Where
 * writers disagree it reads as the container runtimes do, so that no file is hidden by a second
 * opinion: links, folders and devices have no body whatever their size says, a GNU long name wins
 * over an extended header, and global extended headers can be left aside. Two zero blocks end the
 * archive and what follows is ignored; one may be the end of the bytes.
 *
 * Refuses a member behind one zero block, which Go refuses and other readers pass over or take for
 * the end, impossible sizes, extended headers above 1 MiB, broken records and maps, and archives
 * that are cut off.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { BodySink, RawFileHeader } from '../../../core/model/artifact/artifact.ts';
import { asBuffer } from '../../bytes/as-buffer.ts';
import { TarRawHeaderReader } from './tar-raw-header.ts';
import {
  BlockSums,
  hasValidChecksum,
  isZeroBlock,
  readNumber,
  readTarHeader,
  TAR_BLOCK_BYTES,
  WRONG_SUM,
  type TarHeader,
} from './tar-header.ts';
import { readTarMember, sparseFormOf, type TarEntry } from './tar-entry.ts';
import { ExtensionReader } from './tar-extension.ts';
import { paxNumber, SPARSE_MAP_KEY, type PaxRecords } from './tar-pax.ts';
import {
  checkSparseMap,
  createSparseLineReader,
  fillHoles,
  MAX_SPARSE_MAP_BYTES,
  parseSparseList,
  readSparseSlots,
  type SparseEntry,
  type SparseMap,
} from './tar-sparse.ts';

/** Callbacks of a reader. All are called synchronously while bytes are written to it. */
export interface TarHandler {
  /** Returns the sink of the body; `undefined` skips it uncopied. */
  entry(entry: TarEntry): BodySink | undefined;
  /** See `LayerVisitor.acceptHeader`. */
  acceptHeader?(file: RawFileHeader): BodySink | boolean;
  /**
   * Reports a block that should be a header and is not; reading continues with the next block.
   * Without this the reader throws a ParseError instead.
   */
  problem?(reason: string): void;
}

/** Options for reading a tar archive. */
export interface TarOptions {
  /** The archive's name in errors. */
  readonly archivePath: string;
  /**
   * Do as if there were no global extended headers, like docker, containerd and podman. Default:
   * apply them.
   */
  readonly ignoreGlobalHeaders?: boolean;
}

/** Reads a tar archive from bytes that are pushed into it. */
export interface TarReader {
  /** Takes the next bytes; nothing of `chunk` is kept. @throws ParseError */
  write(chunk: Uint8Array): void;
  /** Ends the archive. @throws ParseError where the archive is cut off. */
  end(): void;
  /** Number of following bytes that are not requested: they may be skipped instead of written. */
  readonly skippableBytes: number;
  /** Number of following bytes that belong to a requested body. */
  readonly bodyBytes: number;
  /** Passes over that many bytes, at most {@link TarReader.skippableBytes}. */
  skip(lengthBytes: number): void;
  /** The end mark was read. */
  readonly hasEnded: boolean;
  /** Number of bytes up to here, or up to the end of the archive. */
  readonly positionBytes: number;
}

/** The limit of Go's reader: long enough for any real path and attribute list. */
const MAX_EXTENDED_BYTES = 1024 * 1024;

/** The part of the archive that the next bytes belong to. */
type State =
  'header' | 'extended' | 'sparseSlots' | 'sparseLines' | 'body' | 'padding' | 'afterEnd';

/** Creates a reader that passes entries and their bodies to a handler, in stored order. */
export function createTarReader(handler: TarHandler, options: TarOptions): TarReader {
  return new TarMachine(handler, options);
}

class TarMachine implements TarReader {
  readonly #handler: TarHandler;
  readonly #path: string;
  readonly #extension: ExtensionReader;
  readonly #sums = new BlockSums();
  readonly #raw = new TarRawHeaderReader();

  #state: State = 'header';
  /** Bytes that the state still wants. */
  #wanted = TAR_BLOCK_BYTES;
  /** Absolute position of the next byte. */
  positionBytes = 0;
  /** Collects what must be seen whole: a header, an extended header, a block of a sparse map. */
  #collected: Buffer = Buffer.allocUnsafe(TAR_BLOCK_BYTES);
  #filled = 0;

  #hasZeroBlock = false;
  /** Bytes from the end of the extended header or body to the next block. */
  #padding = 0;
  #sparse: SparseEntry | undefined;
  #sink: BodySink | undefined;

  constructor(handler: TarHandler, options: TarOptions) {
    this.#handler = handler;
    this.#path = options.archivePath;
    this.#extension = new ExtensionReader(options);
  }

  get hasEnded(): boolean {
    return this.#state === 'afterEnd';
  }

  get skippableBytes(): number {
    if (this.#state === 'afterEnd') return Infinity;
    const isUnwanted = this.#state === 'padding' || (this.#state === 'body' && !this.#sink);
    return isUnwanted ? this.#wanted : 0;
  }

  get bodyBytes(): number {
    return this.#state === 'body' && this.#sink !== undefined ? this.#wanted : 0;
  }

  skip(lengthBytes: number): void {
    if (this.#state === 'afterEnd' || lengthBytes <= 0) return;
    this.#pass(lengthBytes);
  }

  write(chunk: Uint8Array): void {
    const bytes = asBuffer(chunk);
    let offset = 0;
    while (offset < bytes.length) {
      if (this.#state === 'afterEnd') return;
      // A header is used in place if it is complete there.
      const isWhole = this.#filled === 0 && bytes.length - offset >= TAR_BLOCK_BYTES;
      if (isWhole && this.#state === 'header') {
        this.positionBytes += TAR_BLOCK_BYTES;
        this.#onHeader(bytes, offset);
        offset += TAR_BLOCK_BYTES;
        continue;
      }
      const length = Math.min(this.#wanted, bytes.length - offset);
      if (this.#state === 'body') this.#sink?.write(bytes.subarray(offset, offset + length));
      else if (this.#state !== 'padding') this.#collect(bytes, offset, length);
      offset += length;
      this.#pass(length);
    }
  }

  end(): void {
    if (this.#state === 'afterEnd') return;
    const isBetweenMembers =
      // Some writers leave out the padding of the last member; the runtimes accept it.
      this.#state === 'padding' || (this.#state === 'header' && this.#filled === 0);
    if (isBetweenMembers && !this.#extension.hasOwn) return;
    if (this.#state === 'header') this.#refuseHeader('the archive is cut off');
    else throw this.#error('the archive is cut off');
  }

  /** Collects a block; one that lies whole in the chunk is used in place. */
  #collect(bytes: Buffer, offset: number, length: number): void {
    if (this.#filled === 0 && length === this.#wanted) {
      this.#collected = bytes.subarray(offset, offset + length);
    } else {
      if (this.#filled === 0) this.#collected = Buffer.allocUnsafe(this.#wanted);
      bytes.copy(this.#collected, this.#filled, offset, offset + length);
    }
    this.#filled += length;
  }

  #pass(length: number): void {
    this.positionBytes += length;
    this.#wanted -= length;
    if (this.#wanted > 0) return;
    const block = this.#collected;
    this.#filled = 0;
    switch (this.#state) {
      case 'header':
        this.#onHeader(block, 0);
        break;
      case 'extended':
        this.#extension.add(block);
        this.#expectPadding();
        break;
      case 'sparseSlots':
        this.#onSparseSlots(block);
        break;
      case 'sparseLines':
        this.#onSparseLines(block);
        break;
      case 'body':
        this.#endBody();
        break;
      case 'padding':
        this.#expect('header', TAR_BLOCK_BYTES);
        break;
      case 'afterEnd':
        break;
    }
  }

  #expect(state: State, wanted: number): void {
    this.#state = state;
    this.#wanted = wanted;
  }

  #expectPadding(): void {
    if (this.#padding > 0) this.#expect('padding', this.#padding);
    else this.#expect('header', TAR_BLOCK_BYTES);
  }

  /** Handles a header in `bytes` at `at`. */
  #onHeader(bytes: Buffer, at: number): void {
    this.#expect('header', TAR_BLOCK_BYTES);
    if (bytes[at] === 0 && isZeroBlock(bytes, at)) {
      if (this.#hasZeroBlock) this.#expect('afterEnd', Infinity);
      this.#hasZeroBlock = true;
      return;
    }
    if (this.#hasZeroBlock) {
      this.#hasZeroBlock = false;
      this.#refuseHeader('a member follows one zero block');
      return;
    }
    if (!hasValidChecksum(bytes, at, this.#sums)) {
      this.#refuseHeader(WRONG_SUM);
      return;
    }
    if (this.#isTakenRaw(bytes, at)) return;
    const header = readTarHeader(bytes, this.#path, at);
    if ('refused' in header) {
      this.#refuseHeader(header.refused);
      return;
    }
    switch (header.typeFlag) {
      case 'x':
      case 'g':
      case 'L':
      case 'K':
        this.#expectExtended(header);
        return;
      default:
        this.#onMember(header, bytes, at);
    }
  }

  /**
   * Returns whether it is a plain file with nothing in front of its header, and its name says all
   * that matters.
   */
  #isTakenRaw(bytes: Buffer, at: number): boolean {
    const handler = this.#handler;
    if (handler.acceptHeader === undefined || !this.#extension.isEmpty) return false;
    const raw = this.#raw;
    if (!raw.read(bytes, at)) return false;
    raw.bodyOffset = this.positionBytes;
    const sink = handler.acceptHeader(raw);
    if (sink === false) return false;
    if (sink !== true) this.#sink = sink;
    this.#padding = paddingOf(raw.sizeBytes);
    if (raw.sizeBytes > 0) this.#expect('body', raw.sizeBytes);
    else this.#endBody();
    return true;
  }

  #refuseHeader(reason: string): void {
    this.#extension.forgetOwn();
    if (this.#handler.problem === undefined) throw this.#error(reason);
    this.#handler.problem(reason);
  }

  #expectExtended(header: TarHeader): void {
    if (header.sizeBytes > MAX_EXTENDED_BYTES) {
      throw this.#error('an extended tar header is larger than 1 MiB');
    }
    this.#extension.begin(header.typeFlag);
    this.#padding = paddingOf(header.sizeBytes);
    if (header.sizeBytes > 0) this.#expect('extended', header.sizeBytes);
    else this.#extension.add(Buffer.alloc(0));
  }

  #onMember(header: TarHeader, bytes: Buffer, at: number): void {
    const extension = this.#extension.take();
    const entry = readTarMember(header, extension, {
      archivePath: this.#path,
      bodyOffset: this.positionBytes,
    });
    if (entry.path === '') {
      // Only the header is passed over: what follows is looked at as headers again.
      this.#refuseHeader('a member has no name');
      return;
    }
    const isSparse = entry.type === 'file' && sparseFormOf(extension.records) !== undefined;
    this.#padding = paddingOf(entry.storedBytes);
    if (header.typeFlag === 'S') {
      this.#beginOldSparse(entry, bytes.subarray(at, at + TAR_BLOCK_BYTES));
    } else if (isSparse) this.#beginPaxSparse(entry, extension.records);
    else this.#beginBody(entry, undefined);
  }

  #beginBody(entry: TarEntry, map: SparseMap | undefined): void {
    if (map !== undefined) checkSparseMap(map, entry, this.#path);
    const sink = this.#handler.entry(entry);
    this.#sink = sink && map ? fillHoles(sink, map, entry.sizeBytes) : sink;
    if (entry.storedBytes > 0) this.#expect('body', entry.storedBytes);
    else this.#endBody();
  }

  #endBody(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#expectPadding();
    sink?.end();
  }

  #beginOldSparse(entry: TarEntry, block: Buffer): void {
    const sizeBytes = readNumber(block, 483, 12);
    if (sizeBytes === undefined || sizeBytes < 0) {
      throw this.#error('a sparse tar member has an impossible size');
    }
    const map = [...readSparseSlots(block, { start: 386, count: 4 }, this.#path)];
    const sparse = { ...entry, sizeBytes };
    if (block[482] === 0) {
      this.#beginBody(sparse, map);
      return;
    }
    this.#sparse = { entry: sparse, map, readLines: createSparseLineReader(this.#path) };
    this.#expect('sparseSlots', TAR_BLOCK_BYTES);
  }

  #onSparseSlots(block: Buffer): void {
    const sparse = this.#sparse;
    if (sparse === undefined) return;
    sparse.map.push(...readSparseSlots(block, { start: 0, count: 21 }, this.#path));
    if (sparse.map.length * 24 > MAX_SPARSE_MAP_BYTES) {
      throw this.#error('the map of a sparse tar member is larger than 1 MiB');
    }
    if (block[504] !== 0) {
      this.#expect('sparseSlots', TAR_BLOCK_BYTES);
      return;
    }
    this.#sparse = undefined;
    this.#beginBody({ ...sparse.entry, bodyOffset: this.positionBytes }, sparse.map);
  }

  #beginPaxSparse(entry: TarEntry, records: PaxRecords): void {
    const sizeBytes =
      paxNumber(records, 'GNU.sparse.size', this.#path) ??
      paxNumber(records, 'GNU.sparse.realsize', this.#path) ??
      entry.sizeBytes;
    const sparse = { ...entry, sizeBytes };
    if (sparseFormOf(records) === 'header') {
      const list = records.get(SPARSE_MAP_KEY) ?? '';
      this.#beginBody(sparse, parseSparseList(list, this.#path));
      return;
    }
    this.#sparse = { entry: sparse, map: [], readLines: createSparseLineReader(this.#path) };
    this.#expect('sparseLines', TAR_BLOCK_BYTES);
  }

  #onSparseLines(block: Buffer): void {
    const sparse = this.#sparse;
    if (sparse === undefined) return;
    const map = sparse.readLines(block);
    const mapBytes = this.positionBytes - sparse.entry.bodyOffset;
    const storedBytes = sparse.entry.storedBytes - mapBytes;
    if (storedBytes < 0) throw this.#error('the map of a sparse tar member is cut off');
    if (map === undefined) {
      this.#expect('sparseLines', TAR_BLOCK_BYTES);
      return;
    }
    this.#sparse = undefined;
    this.#beginBody({ ...sparse.entry, storedBytes, bodyOffset: this.positionBytes }, map);
  }

  #error(reason: string): ParseError {
    return new ParseError(this.#path, reason);
  }
}

function paddingOf(lengthBytes: number): number {
  return (TAR_BLOCK_BYTES - (lengthBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
}
