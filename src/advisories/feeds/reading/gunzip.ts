/** The content of a file of a feed that is published as gzip, piece by piece. */

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ParseError, errnoOf } from '../../../core/base/errors.ts';
import type { OriginFile } from '../feed.ts';

const READ_BYTES = 256 * 1024;
/** RFC 1952, section 2.3.1. */
const GZIP_MAGIC = Buffer.of(0x1f, 0x8b);

/**
 * Decompresses a file, or returns its bytes unchanged if it is not compressed.
 *
 * @throws ParseError as {@link gunzipFile} does
 */
export async function* gunzipIfCompressed(
  file: OriginFile,
  maxBytes: number,
): AsyncIterable<Uint8Array> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, GZIP_MAGIC.length));
  if (GZIP_MAGIC.equals(head)) yield* gunzipFile(file, maxBytes);
  else if (file.sizeBytes > maxBytes) throw new ParseError(file.path, `over ${maxBytes} bytes`);
  else yield* piecesOf(file);
}

/** Gives the content of a file. */
export type ReadContent = (file: OriginFile, maxBytes: number) => AsyncIterable<Uint8Array>;

/**
 * Unpacks a gzip file, which stays open. @throws ParseError where it is not a whole gzip file, or
 * unpacks to more than `maxBytes`
 */
export async function* gunzipFile(file: OriginFile, maxBytes: number): AsyncIterable<Uint8Array> {
  const pieces = Readable.from(piecesOf(file), { objectMode: false });
  const unpacked = createGunzip();
  pieces.on('error', (error) => unpacked.destroy(error));
  let sizeBytes = 0;
  try {
    for await (const piece of pieces.pipe(unpacked) as AsyncIterable<Uint8Array>) {
      sizeBytes += piece.length;
      if (sizeBytes > maxBytes)
        throw new ParseError(file.path, `unpacks to over ${maxBytes} bytes`);
      yield piece;
    }
  } catch (error) {
    if (errnoOf(error)?.startsWith('Z_') !== true) throw error;
    throw new ParseError(file.path, 'no whole gzip file', { cause: error });
  } finally {
    pieces.destroy();
    unpacked.destroy();
  }
}

async function* piecesOf(file: OriginFile): AsyncIterable<Uint8Array> {
  for (let offset = 0; offset < file.sizeBytes;) {
    const piece = await file.readAt(offset, Math.min(READ_BYTES, file.sizeBytes - offset));
    if (piece.length === 0) throw new ParseError(file.path, 'cut off');
    offset += piece.length;
    yield piece;
  }
}
