/**
 * Unpacks many small deflated bodies in one call of zlib, which costs each of them a third of a call of its own. They
 * are put behind one another as members of a gzip file, whose trailers make zlib check length and sum.
 *
 * Source: RFC 1952, sections 2.2 (several members) and 2.3 (header, trailer).
 */

import { gunzipSync } from 'node:zlib';

export interface DeflatedBody {
  readonly packed: Uint8Array;
  /** CRC-32 and length of what it unpacks to. */
  readonly crc32: number;
  readonly sizeBytes: number;
}

const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
const TRAILER_BYTES = 8;

/** The unpacked bodies in their order; `undefined` where any of them is not what it should be. */
export function inflateTogether(
  bodies: readonly DeflatedBody[],
): readonly Uint8Array[] | undefined {
  const room = bodies.reduce((sum, body) => sum + body.sizeBytes, 0);
  let bytes: Buffer;
  try {
    bytes = gunzipSync(asGzip(bodies), { maxOutputLength: room + 1, chunkSize: room + 64 });
  } catch {
    return undefined;
  }
  if (bytes.length !== room) return undefined;
  let at = 0;
  return bodies.map(({ sizeBytes }) => {
    at += sizeBytes;
    return bytes.subarray(at - sizeBytes, at);
  });
}

function asGzip(bodies: readonly DeflatedBody[]): Buffer {
  const packedBytes = bodies.reduce((sum, body) => sum + body.packed.length, 0);
  const file = Buffer.allocUnsafe(packedBytes + bodies.length * (HEAD.length + TRAILER_BYTES));
  let at = 0;
  for (const { packed, crc32, sizeBytes } of bodies) {
    file.set(HEAD, at);
    file.set(packed, at + HEAD.length);
    at += HEAD.length + packed.length;
    file.writeUInt32LE(crc32, at);
    file.writeUInt32LE(sizeBytes, at + 4);
    at += TRAILER_BYTES;
  }
  return file;
}
