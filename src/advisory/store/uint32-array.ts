/**
 * Rows of numbers as they stand in files (u32, little-endian), read as an array: in code that has not run often yet, as
 * that of a look-up, this is several times as quick as the methods of a Buffer.
 */

const WORD_BYTES = 4;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** The numbers in `bytes`, whose length is a multiple of four. */
export function asUint32Array(bytes: Buffer): Uint32Array {
  const isAligned = bytes.byteOffset % WORD_BYTES === 0;
  const own = isAligned && IS_LITTLE_ENDIAN ? bytes : copied(bytes);
  return new Uint32Array(own.buffer, own.byteOffset, own.length / WORD_BYTES);
}

/** The numbers as they stand in files. The array is not used afterwards: it may be turned around in place. */
export function asBytes(words: Uint32Array): Buffer {
  const bytes = Buffer.from(words.buffer, words.byteOffset, words.byteLength);
  return IS_LITTLE_ENDIAN ? bytes : bytes.swap32();
}

function copied(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return IS_LITTLE_ENDIAN ? copy : copy.swap32();
}
