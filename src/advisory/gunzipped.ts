/** The content of a gzip file of a feed, piece by piece. */

import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { errnoOf } from '../base/cache-folder.ts';
import { ParseError } from '../base/errors.ts';
import type { OriginFile } from './feed.ts';

const READ_BYTES = 256 * 1024;

/** The file stays open. @throws ParseError where it is no whole gzip file, or unpacks to more than `maxBytes` */
export async function* gunzipped(file: OriginFile, maxBytes: number): AsyncIterable<Uint8Array> {
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
