/**
 * The members of a zip64 archive with Node's public interfaces and nothing else, for floors and
 * peers.
 */
import { crc32, inflateRawSync } from 'node:zlib';

/** Where each packed member lies in the archive, and what it unpacks to. */
export function* zipMembers(file) {
  const end = file.lastIndexOf('PK\x06\x06', file.length, 'latin1');
  let at = Number(file.readBigUInt64LE(end + 48));
  const count = Number(file.readBigUInt64LE(end + 32));
  for (let index = 0; index < count; index += 1) {
    const local = file.readUInt32LE(at + 42);
    const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
    yield {
      start,
      end: start + file.readUInt32LE(at + 20),
      sizeBytes: file.readUInt32LE(at + 24),
      sum: file.readUInt32LE(at + 16),
    };
    at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
  }
}

/** The checked text of a member. */
export function textOf(file, { start, end, sizeBytes, sum }) {
  const bytes = inflateRawSync(file.subarray(start, end), {
    chunkSize: Math.max(64, sizeBytes + 1),
  });
  if (crc32(bytes) !== sum) throw new Error('damaged');
  return bytes.toString();
}
