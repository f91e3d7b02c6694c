/**
 * Random access to a file, as readers of large databases need it, and exact reads with an error for
 * what is cut off.
 */

import { ParseError } from '../../core/base/errors.ts';

/** A file that is read piece by piece; a `CatalogFile` is one. */
export interface ByteSource {
  readonly path: string;
  readonly sizeBytes: number;
  /** Reads bytes; it may return fewer at the end of the file. */
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/**
 * Returns exactly so many bytes.
 * @throws ParseError where the file does not hold them
 */
export async function readExactly(
  source: ByteSource,
  offset: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  if (offset < 0 || lengthBytes < 0 || offset + lengthBytes > source.sizeBytes) {
    throw cutOff(source, offset + lengthBytes);
  }
  const bytes = await source.readAt(offset, lengthBytes);
  if (bytes.length < lengthBytes) throw cutOff(source, offset + lengthBytes);
  return bytes;
}

/** Returns the bytes with the getters for numbers. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function cutOff(source: ByteSource, end: number): ParseError {
  return new ParseError(
    source.path,
    `cut off: byte ${String(end)} is needed and it has ${String(source.sizeBytes)}`,
  );
}
