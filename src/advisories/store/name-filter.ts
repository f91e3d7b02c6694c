/**
 * The names in a block file, as a Bloom filter: most packages have no advisory, and the filter
 * answers for them without unpacking a block. At 12 bits a name and 6 probes about one absent name
 * in 250 passes and is then looked up.
 *
 * Source: B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", 1970; probes
 * by double hashing.
 */

const BITS_PER_NAME = 12;
const PROBES = 6;

/** Returns the filter's bits for `names`. */
export function buildNameFilter(names: readonly string[]): Uint8Array {
  const bytes = new Uint8Array(Math.max(8, Math.ceil((names.length * BITS_PER_NAME) / 8)));
  for (const name of names) {
    for (const bit of bitsOf(name, bytes.length * 8)) setBit(bytes, bit);
  }
  return bytes;
}

/** Returns whether a name may be contained: `false` is certain, `true` is likely. */
export function mayHaveName(filter: Uint8Array, name: string): boolean {
  for (const bit of bitsOf(name, filter.length * 8)) {
    if (((filter[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

function setBit(bytes: Uint8Array, bit: number): void {
  bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) | (1 << (bit & 7));
}

function bitsOf(name: string, bitCount: number): readonly number[] {
  const first = fnv1a(name, 0x811c9dc5);
  // An odd step, so that the probes do not fall on one another.
  const step = fnv1a(name, 0x9747b28c) | 1;
  const bits: number[] = [];
  for (let probe = 0; probe < PROBES; probe += 1) {
    bits.push(((first + Math.imul(probe, step)) >>> 0) % bitCount);
  }
  return bits;
}

/** Returns FNV-1a over UTF-16 units, with a final mix, because short names differ in few bits. */
export function fnv1a(text: string, basis: number): number {
  let hash = basis;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
