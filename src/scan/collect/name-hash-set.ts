/**
 * A set of base names by a few bits of their hashes, which excludes most names that were never
 * added.
 */

import { hashBaseName } from './file-table-builder.ts';

/** Room for the names of ten thousand directories and links, with few collisions. */
const NAME_BITS = 2 ** 17;
const WORD_BITS = 32;

/** The growing set. */
export class NameHashSet {
  readonly #bits = new Uint32Array(NAME_BITS / WORD_BITS);

  /** Adds the base name of a path. */
  add(path: string): void {
    const bit = hashBaseName(path, path.lastIndexOf('/') + 1) & (NAME_BITS - 1);
    const word = Math.floor(bit / WORD_BITS);
    this.#bits[word] = (this.#bits[word] ?? 0) | (1 << (bit % WORD_BITS));
  }

  /**
   * Returns whether a name with the hash of `hashBaseName` may have been added. Never false for a
   * name that was.
   */
  mayHave(nameHash: number): boolean {
    const bit = nameHash & (NAME_BITS - 1);
    return ((this.#bits[Math.floor(bit / WORD_BITS)] ?? 0) & (1 << (bit % WORD_BITS))) !== 0;
  }
}
