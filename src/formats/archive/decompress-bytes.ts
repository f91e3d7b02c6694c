/** A small compressed file, whole and in memory. */

import { Readable } from 'node:stream';

import { AssayError } from '../../core/base/errors.ts';
import { decompress } from './decompress.ts';

/**
 * Returns the uncompressed form of bytes; of those that are not compressed, the bytes.
 *
 * @throws ParseError where the stream is damaged; AssayError `LIMIT_EXCEEDED` beyond `maxBytes`
 */
export async function decompressBytes(
  path: string,
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (piece: Uint8Array): void => {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `"${path}" unpacks to more than ${String(maxBytes)} bytes`,
      );
    }
    // The piece is valid only during the call.
    pieces.push(Uint8Array.from(piece));
  };
  await decompress(Readable.from([bytes]), take, path);
  return Buffer.concat(pieces);
}
