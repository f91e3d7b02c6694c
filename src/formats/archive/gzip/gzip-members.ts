/**
 * Unpacks many small deflated bodies in one call of zlib, which costs each of them a third of a
 * call of its own. They are put behind one another as members of a gzip file, whose trailers make
 * zlib check length and sum.
 *
 * Source: RFC 1952, sections 2.2 (several members) and 2.3 (header, trailer).
 */

import { gunzipSync } from 'node:zlib';

/** A raw DEFLATE stream with the checksum and length of its uncompressed bytes. */
export interface DeflatedBody {
  readonly packed: Uint8Array;
  /** CRC-32 and length of what it unpacks to. */
  readonly crc32: number;
  readonly sizeBytes: number;
}

/**
 * CRC-32 and length of what a body unpacks to (u32 each, little-endian), as they stand behind it.
 */
export const TRAILER_BYTES = 8;

const HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

/**
 * Returns the unpacked bodies in their order; `undefined` where any of them is not what it should
 * be.
 */
export function inflateBatch(bodies: readonly DeflatedBody[]): readonly Uint8Array[] | undefined {
  const packedBytes = bodies.reduce((sum, body) => sum + body.packed.length, 0);
  const file = Buffer.allocUnsafe(packedBytes + bodies.length * (HEAD.length + TRAILER_BYTES));
  let at = 0;
  for (const body of bodies) {
    file.set(HEAD, at);
    file.set(body.packed, at + HEAD.length);
    at += HEAD.length + body.packed.length;
    writeTrailer(body, file, at);
    at += TRAILER_BYTES;
  }
  return gunzip(
    file,
    bodies.map(({ sizeBytes }) => sizeBytes),
  );
}

/** Works as {@link inflateBatch} does, for bodies that are followed by their trailers. */
export function inflateTrailedBatch(
  bodies: readonly Uint8Array[],
): readonly Uint8Array[] | undefined {
  let fileBytes = 0;
  for (const body of bodies) fileBytes += HEAD.length + body.length;
  const file = Buffer.allocUnsafe(fileBytes);
  const sizes: number[] = [];
  let at = 0;
  for (const body of bodies) {
    file.set(HEAD, at);
    file.set(body, at + HEAD.length);
    at += HEAD.length + body.length;
    sizes.push(trailerOf(body).sizeBytes);
  }
  return gunzip(file, sizes);
}

/** Writes the trailer of a body to where it ends. */
export function writeTrailer(
  { crc32, sizeBytes }: Omit<DeflatedBody, 'packed'>,
  bytes: Buffer,
  at: number,
): void {
  bytes.writeUInt32LE(crc32, at);
  bytes.writeUInt32LE(sizeBytes, at + 4);
}

/** Returns the content of the trailer at the end of a body. */
export function trailerOf(body: Uint8Array): Omit<DeflatedBody, 'packed'> {
  const at = body.length - TRAILER_BYTES;
  return { crc32: uint32(body, at), sizeBytes: uint32(body, at + 4) };
}

function gunzip(file: Buffer, sizes: readonly number[]): readonly Uint8Array[] | undefined {
  let room = 0;
  for (const sizeBytes of sizes) room += sizeBytes;
  let bytes: Buffer;
  try {
    bytes = gunzipSync(file, { maxOutputLength: room + 1, chunkSize: room + 64 });
  } catch {
    return undefined;
  }
  if (bytes.length !== room) return undefined;
  let at = 0;
  return sizes.map((sizeBytes) => {
    at += sizeBytes;
    return bytes.subarray(at - sizeBytes, at);
  });
}

/**
 * Reads a number by single bytes, which is several times as quick as the methods of a Buffer in
 * code that has not run often yet.
 */
function uint32(bytes: Uint8Array, at: number): number {
  const low = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const high = (bytes[at + 2] ?? 0) | ((bytes[at + 3] ?? 0) << 8);
  return (low | (high << 16)) >>> 0;
}
