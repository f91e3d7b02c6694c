/**
 * Byte offsets of a text that was decoded from UTF-8. Parsers count UTF-16 code units, editors of
 * files count bytes.
 */

/** Distance between two stored offsets, in code units. */
const STEP = 32;

/**
 * Returns the byte offset of a code unit of the text; the text's length gives the number of bytes.
 */
export type ByteOffsetOf = (unit: number) => number;

/**
 * Indexes a text once. A byte order mark counts if the text contains it.
 *
 * @param byteLength Length of the text in UTF-8.
 */
export function byteOffsetsOf(text: string, byteLength: number): ByteOffsetOf {
  if (byteLength === text.length) return (unit) => unit;
  const stored = new Uint32Array(Math.floor(text.length / STEP) + 1);
  let bytes = 0;
  for (let unit = 0; unit < text.length; unit += 1) {
    if (unit % STEP === 0) stored[unit / STEP] = bytes;
    bytes += byteCount(text.charCodeAt(unit));
  }
  return (unit) => {
    const row = Math.min(Math.floor(unit / STEP), stored.length - 1);
    let offset = stored[row] ?? 0;
    for (let at = row * STEP; at < unit; at += 1) offset += byteCount(text.charCodeAt(at));
    return offset;
  };
}

/**
 * Returns the bytes that a code unit adds. The two halves of a surrogate pair add 4 together, all
 * with the first half.
 */
function byteCount(unit: number): number {
  if (unit < 0x80) return 1;
  if (unit < 0x800) return 2;
  if (unit >= 0xd800 && unit < 0xdc00) return 4;
  return unit >= 0xdc00 && unit < 0xe000 ? 0 : 3;
}
