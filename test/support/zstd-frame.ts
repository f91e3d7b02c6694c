/** Frames of zstd that compress nothing, which a test writes without the tool. */

const MAX_BLOCK_BYTES = 128 * 1024;

/** A zstd frame that compresses nothing. Source: RFC 8878, section 3.1.1. */
export function rawFrame(bytes: Uint8Array): Buffer {
  const head = Buffer.from('28b52ffda000000000', 'hex');
  head.writeUInt32LE(bytes.length, 5);
  const parts: Uint8Array[] = [head];
  let at = 0;
  do {
    const block = bytes.subarray(at, at + MAX_BLOCK_BYTES);
    at += MAX_BLOCK_BYTES;
    const blockHead = Buffer.alloc(3);
    blockHead.writeUIntLE((block.length << 3) | (at >= bytes.length ? 1 : 0), 0, 3);
    parts.push(blockHead, block);
  } while (at < bytes.length);
  return Buffer.concat(parts);
}
