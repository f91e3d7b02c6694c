/** Bytes that lie in a file, or in a span of one: blobs of images. */

import { open, stat, type FileHandle } from 'node:fs/promises';

import { AssayError } from '../base/errors.ts';
import { fileError } from './file-error.ts';

export interface StoredBytes {
  readonly sizeBytes: number;
  /** All bytes from the start; pieces are not reused. May be read several times and at the same time. */
  chunks(): AsyncGenerator<Uint8Array>;
  /** The first bytes; fewer only where there are no more. */
  head(lengthBytes: number): Promise<Uint8Array>;
}

const PIECE_BYTES = 256 * 1024;

/** A span of an open file; whoever opened it closes it. */
export function storedSpan(handle: FileHandle, start: number, sizeBytes: number): StoredBytes {
  return {
    sizeBytes,
    chunks: () => readSpan(handle, start, sizeBytes),
    head: (lengthBytes) => readPiece(handle, start, Math.min(lengthBytes, sizeBytes)),
  };
}

/** What is in memory already. */
export function storedMemory(bytes: Uint8Array): StoredBytes {
  return {
    sizeBytes: bytes.length,
    async *chunks() {
      yield await Promise.resolve(bytes);
    },
    head: (lengthBytes) => Promise.resolve(bytes.subarray(0, lengthBytes)),
  };
}

/** A whole file, opened for each reading; `undefined` where there is none or it is no regular file. */
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
    async *chunks() {
      const handle = await withHandle();
      try {
        yield* readSpan(handle, 0, sizeBytes);
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
  };
}

/** @throws AssayError `LIMIT_EXCEEDED` above `maxBytes`. */
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

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** Reads one piece ahead, so that the disk works while the piece before is used. */
async function* readSpan(
  handle: FileHandle,
  start: number,
  sizeBytes: number,
): AsyncGenerator<Uint8Array> {
  const end = start + sizeBytes;
  let position = start;
  const readAhead = (): Promise<Uint8Array> => {
    const reading = readPiece(handle, position, Math.min(PIECE_BYTES, end - position));
    // It may fail before anybody waits for it.
    reading.catch(() => undefined);
    return reading;
  };
  let ahead = readAhead();
  try {
    while (position < end) {
      const piece = await ahead;
      if (piece.length === 0) {
        throw new AssayError('DAMAGED', 'a file became shorter while it was being read');
      }
      position += piece.length;
      ahead = readAhead();
      yield piece;
    }
  } finally {
    await ahead.catch(() => undefined);
  }
}

/** Fewer bytes only where the file ends. */
export async function readPiece(
  handle: FileHandle,
  position: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  if (lengthBytes <= 0) return new Uint8Array(0);
  const buffer = Buffer.allocUnsafeSlow(lengthBytes);
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
