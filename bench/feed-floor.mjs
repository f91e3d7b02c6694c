/**
 * The floor for building an advisory base: what unpacking the records of an archive, checking them and `JSON.parse` cost
 * with Node's public interfaces and nothing else.
 *
 *   node feed-floor.mjs ZIP
 */
import { readFileSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';

const file = readFileSync(process.argv[2]);
const end = file.lastIndexOf('PK\x06\x06', file.length, 'latin1');
let at = Number(file.readBigUInt64LE(end + 48));
const count = Number(file.readBigUInt64LE(end + 32));
let ids = 0;
for (let index = 0; index < count; index += 1) {
  const packedBytes = file.readUInt32LE(at + 20);
  const local = file.readUInt32LE(at + 42);
  const start = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  const sizeBytes = file.readUInt32LE(at + 24);
  const bytes = inflateRawSync(file.subarray(start, start + packedBytes), {
    chunkSize: Math.max(64, sizeBytes + 1),
  });
  if (crc32(bytes) !== file.readUInt32LE(at + 16)) throw new Error('damaged');
  ids += JSON.parse(bytes.toString()).id.length;
  at += 46 + file.readUInt16LE(at + 28) + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32);
}
if (ids === 0) throw new Error('empty');
