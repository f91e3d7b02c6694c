/** Bytes that lie in a file, or in a span of one: blobs of images. */

import { fstatSync, readSync, type BigIntStats } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { AssayError } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { SeekableBody } from '../../core/model/artifact/artifact.ts';
import type { BlobBytes } from '../../clients/oci/content-store.ts';
import { fileError } from './file-error.ts';

/** The bytes of a blob, wherever they are stored. */
export interface StoredBytes {
  readonly sizeBytes: number;
  /**
   * Yields all bytes from the start. Pieces are not reused, or where a ring is given they lie in
   * its buffers. May be read several times and at the same time, each with a ring of its own.
   */
  chunks(ring?: PieceRing): AsyncGenerator<Uint8Array>;
  /** Returns the first bytes; fewer only where there are no more. */
  head(lengthBytes: number): Promise<Uint8Array>;
  /**
   * Opens bytes that can be read at any place; absent where they cannot, as while they are
   * downloaded.
   */
  openPlaced?(): Promise<RandomAccessBytes>;
  /**
   * Returns the same bytes for those who read some of them once more until the image is closed;
   * `undefined` where that cannot be. Asked for before the first reading.
   */
  again?(): SeekableBody | undefined;
}

/** Bytes that are all there, to be read at any place of them. */
export interface RandomAccessBytes {
  /** Copies what lies at `position` and fits; fewer bytes only at the end. */
  readAt(into: Buffer, position: number): number;
  /** Whether they can be read until the image is closed, whenever `close` is called. */
  readonly isLasting: boolean;
  close(): Promise<void>;
}

/** Enough at once to be worth a reading; twice as much is no faster (measured). */
export const PIECE_BYTES = 256 * 1024;

/**
 * Buffers for pieces that are used one after another: one may be read while two older ones are
 * still looked at.
 */
export class PieceRing {
  readonly #buffers = Array.from({ length: RING_LENGTH }, () =>
    Buffer.allocUnsafeSlow(PIECE_BYTES),
  );
  #next = 0;

  take(): Buffer {
    const buffer = this.#buffers[this.#next % RING_LENGTH];
    this.#next += 1;
    return buffer ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
  }
}

const RING_LENGTH = 4;

/** Pieces between turns for waiting tasks, such as signals: a few milliseconds. */
const PIECES_A_TURN = 16;

/** Returns a span of an open file; the caller closes the file. */
export function storedSpan(handle: FileHandle, start: number, sizeBytes: number): StoredBytes {
  return {
    sizeBytes,
    chunks: (ring) => readSpan(handle, { start, sizeBytes }, ring),
    head: (lengthBytes) => readPiece(handle, start, Math.min(lengthBytes, sizeBytes)),
    openPlaced: () =>
      Promise.resolve({
        readAt: (into, position) => readPlaced(handle.fd, into, { start, sizeBytes, position }),
        isLasting: true,
        close: () => Promise.resolve(),
      }),
    again: () => readAgain(handle, { start, sizeBytes }),
  };
}

/** Reads the body again. The file's metadata is compared, because a write changes it. */
function readAgain({ fd }: FileHandle, { start, sizeBytes }: Span): SeekableBody {
  const before = fstatSync(fd, { bigint: true });
  return {
    sizeBytes,
    readInto: (into, position) => readPlaced(fd, into, { start, sizeBytes, position }),
    verify() {
      if (isSameState(before, fstatSync(fd, { bigint: true }))) return;
      throw new AssayError('DAMAGED', 'a file changed while it was being read');
    },
  };
}

function isSameState(a: BigIntStats, b: BigIntStats): boolean {
  return a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

/**
 * Returns the bytes of a blob for a reader that takes one piece after another. Each reading has
 * buffers of its own.
 */
export function blobBytes(bytes: StoredBytes): BlobBytes {
  return {
    chunks: () => bytes.chunks(new PieceRing()),
    head: (lengthBytes) => bytes.head(lengthBytes),
  };
}

/** Returns bytes that are in memory already. */
export function storedMemory(bytes: Uint8Array): StoredBytes {
  return {
    sizeBytes: bytes.length,
    async *chunks() {
      yield await Promise.resolve(bytes);
    },
    head: (lengthBytes) => Promise.resolve(bytes.subarray(0, lengthBytes)),
  };
}

/**
 * Returns a whole file, opened for each reading; `undefined` where there is none or it is not a
 * regular file.
 */
export async function storedFile(path: string): Promise<StoredBytes | undefined> {
  let sizeBytes: number;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) return undefined;
    sizeBytes = stats.size;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileError(error, path);
  }
  const withHandle = async (): Promise<FileHandle> => {
    try {
      return await open(path, 'r');
    } catch (error) {
      throw fileError(error, path);
    }
  };
  return {
    sizeBytes,
    async *chunks(ring) {
      const handle = await withHandle();
      try {
        yield* readSpan(handle, { start: 0, sizeBytes }, ring);
      } finally {
        await handle.close();
      }
    },
    async head(lengthBytes) {
      const handle = await withHandle();
      try {
        return await readPiece(handle, 0, Math.min(lengthBytes, sizeBytes));
      } finally {
        await handle.close();
      }
    },
    async openPlaced() {
      const handle = await withHandle();
      return {
        readAt: (into, position) => readPlaced(handle.fd, into, { start: 0, sizeBytes, position }),
        isLasting: false,
        close: () => handle.close(),
      };
    },
  };
}

/**
 * Reads all bytes into memory.
 *
 * @throws AssayError `LIMIT_EXCEEDED` above `maxBytes`.
 */
export async function readWhole(
  bytes: StoredBytes,
  name: string,
  maxBytes: number,
): Promise<Uint8Array> {
  if (bytes.sizeBytes > maxBytes) {
    throw new AssayError('LIMIT_EXCEEDED', `${name} is larger than ${maxBytes} bytes`);
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of bytes.chunks()) pieces.push(piece);
  return Buffer.concat(pieces);
}

interface Span {
  readonly start: number;
  readonly sizeBytes: number;
}

/**
 * Read at once and not on another thread: what is in the page cache is there sooner than another
 * thread is, and the kernel reads ahead what is not.
 */
async function* readSpan(
  { fd }: FileHandle,
  { start, sizeBytes }: Span,
  ring: PieceRing | undefined,
): AsyncGenerator<Uint8Array> {
  let pieceCount = 0;
  for (let position = 0; position < sizeBytes;) {
    const buffer = ring?.take() ?? Buffer.allocUnsafeSlow(PIECE_BYTES);
    const lengthBytes = readPlaced(fd, buffer, { start, sizeBytes, position });
    if (lengthBytes === 0) {
      throw new AssayError('DAMAGED', 'a file became shorter while it was being read');
    }
    position += lengthBytes;
    yield buffer.subarray(0, lengthBytes);
    pieceCount += 1;
    if (pieceCount % PIECES_A_TURN === 0) await nextTurn();
  }
}

/** Reads a span of an open file. Fewer bytes are returned only at the end of the span or file. */
function readPlaced(
  fd: number,
  into: Uint8Array,
  { start, sizeBytes, position }: Span & { readonly position: number },
): number {
  const wantedBytes = Math.min(into.length, sizeBytes - position);
  let filledBytes = 0;
  while (filledBytes < wantedBytes) {
    const place = start + position + filledBytes;
    const count = readSync(fd, into, filledBytes, wantedBytes - filledBytes, place);
    if (count === 0) break;
    filledBytes += count;
  }
  return filledBytes;
}

/** Reads a piece, with fewer bytes only where the file ends. */
export async function readPiece(
  handle: FileHandle,
  position: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  if (lengthBytes <= 0) return new Uint8Array(0);
  return readInto(handle, Buffer.allocUnsafeSlow(lengthBytes), { position, lengthBytes });
}

/** Reads into the beginning of a buffer. */
export async function readInto(
  handle: FileHandle,
  buffer: Buffer,
  { position, lengthBytes }: { readonly position: number; readonly lengthBytes: number },
): Promise<Uint8Array> {
  let filled = 0;
  while (filled < lengthBytes) {
    const { bytesRead } = await handle.read(
      buffer,
      filled,
      lengthBytes - filled,
      position + filled,
    );
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
