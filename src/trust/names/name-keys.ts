/**
 * Numbers by which names are looked up. Different names may have the same one, so that a hit is
 * compared again. They have 30 bits, which an engine keeps without allocating.
 */

import { IS_PAIR, alikeAt } from './look-alikes.ts';

const SEED = 0x811c9dc5;
const BITS = 0x3fffffff;
const SEPARATOR_CODES: Uint8Array = new Uint8Array(128);
for (const one of '-_./:@') SEPARATOR_CODES[one.charCodeAt(0)] = 1;

function mix(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

function finish(hash: number): number {
  return Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) & BITS;
}

/** Returns the key of letters in which repeated letters and those that look alike are the same. */
export function skeletonKey(compact: string): number {
  let hash = SEED;
  let last = 0;
  for (let index = 0; index < compact.length; index += 1) {
    const found = alikeAt(compact, index);
    if ((found & IS_PAIR) !== 0) index += 1;
    const code = found & 0xffff;
    if (code !== last) hash = mix(hash, code);
    last = code;
  }
  return finish(hash);
}

/** Returns the key of the parts of a name in any order; `undefined` for a name of one part. */
export function partsKey(canonical: string): number | undefined {
  let sum = 0;
  let count = 0;
  let hash = SEED;
  for (let index = 0; index <= canonical.length; index += 1) {
    const code = index < canonical.length ? canonical.charCodeAt(index) : 0x2d;
    if (SEPARATOR_CODES[code] !== 1) {
      hash = mix(hash, code);
    } else if (hash !== SEED) {
      sum = (sum + finish(hash)) & BITS;
      count += 1;
      hash = SEED;
    }
  }
  return count < 2 ? undefined : sum;
}

/**
 * Returns the two keys of letters for other letters of a number that is at most one edit away. One
 * edit, two swapped letters included, leaves the first or the last `(length - 1) / 2` letters of
 * the longer and of the shorter text as they are.
 */
export function halfKeys(compact: string, length: number): readonly [number, number] {
  const half = Math.floor((length - 1) / 2);
  let first = mix(SEED, length);
  let last = mix(SEED, -length);
  for (let index = 0; index < half; index += 1) {
    first = mix(first, compact.charCodeAt(index));
    last = mix(last, compact.charCodeAt(compact.length - 1 - index));
  }
  return [finish(first), finish(last)];
}
