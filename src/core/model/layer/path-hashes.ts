/**
 * Sets of paths as 32 bit hashes: four bytes a path are enough to tell whether a layer may have a
 * path.
 *
 * A hit must be checked in the layer itself. With 40,000 hashes, one in 100,000 other paths hits by
 * chance, and the author of an image can choose paths that hit.
 *
 * Source: FNV-1a by Fowler, Noll and Vo (draft-eastlake-fnv), over UTF-16 code units, because paths
 * are strings here.
 */

/** Three times the files of the largest images. */
const MAX_HASHES = 8_000_000;

const OFFSET_BASIS = 0x811c9dc5 | 0;
const PRIME = 0x01000193;
const SLASH = 0x2f;
const HASH_BYTES = 4;
const FIRST_ROOM = 1024;

/** The base name of a path as a range of bytes. */
export interface RawName {
  readonly bytes: Uint8Array;
  readonly nameStart: number;
  readonly end: number;
}

/** Collects the hashes of the paths of one layer. */
export class PathHashBuilder {
  #hashes = new Uint32Array(FIRST_ROOM);
  #count = 0;

  /** Adds a path. Returns false if there is no room for it. */
  add(path: string): boolean {
    return this.#add(hashPath(path));
  }

  /**
   * Adds a path by the hash of its directory with a final slash, and by its base name in ASCII. See
   * {@link add}.
   */
  addRaw(folderHash: number, { bytes, nameStart, end }: RawName): boolean {
    let hash = folderHash;
    for (let at = nameStart; at < end; at += 1) hash = step(hash, bytes[at] ?? 0);
    return this.#add(hash);
  }

  #add(hash: number): boolean {
    if (this.#count >= MAX_HASHES) return false;
    if (this.#count === this.#hashes.length) {
      const larger = new Uint32Array(this.#count * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[this.#count] = hash;
    this.#count += 1;
    return true;
  }

  /**
   * Returns the hashes as base64 of little-endian numbers, ascending and unique; `undefined` if
   * there are none.
   */
  toText(): string | undefined {
    if (this.#count === 0) return undefined;
    const sorted = this.#hashes.slice(0, this.#count).sort();
    const bytes = Buffer.alloc(sorted.length * HASH_BYTES);
    let length = 0;
    let last = -1;
    for (const hash of sorted) {
      if (hash === last) continue;
      length = bytes.writeUInt32LE(hash, length);
      last = hash;
    }
    return bytes.toString('base64', 0, length);
  }
}

/** A sorted set of hashes. */
export class PathHashSet {
  readonly #sorted: Uint32Array;

  private constructor(sorted: Uint32Array) {
    this.#sorted = sorted;
  }

  /** Reads the result of {@link PathHashBuilder.toText}. */
  static fromText(text: string): PathHashSet {
    const bytes = Buffer.from(text, 'base64');
    const hashes = new Uint32Array(Math.floor(bytes.length / HASH_BYTES));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < hashes.length; at += 1)
      hashes[at] = view.getUint32(at * HASH_BYTES, true);
    return new PathHashSet(hashes.sort());
  }

  static union(sets: readonly PathHashSet[]): PathHashSet {
    const all = new Uint32Array(sets.reduce((sum, set) => sum + set.#sorted.length, 0));
    let offset = 0;
    for (const set of sets) {
      all.set(set.#sorted, offset);
      offset += set.#sorted.length;
    }
    return new PathHashSet(all.sort());
  }

  /** Returns whether the path may have been added; never false for a path that was. */
  mayHave(path: string): boolean {
    return this.has(hashPath(path));
  }

  /**
   * Returns the path and its parent directories, without the root, as far as {@link mayHave} is
   * true for them.
   */
  prefixesOf(path: string): readonly string[] {
    let found: string[] | undefined;
    let hash = OFFSET_BASIS;
    for (let at = 0; at <= path.length; at += 1) {
      const unit = at < path.length ? path.charCodeAt(at) : SLASH;
      if (unit === SLASH && at > 0 && this.has(hash)) (found ??= []).push(path.slice(0, at));
      hash = step(hash, unit);
    }
    return found ?? NONE;
  }

  /** Returns the result of {@link mayHave} for the hash of a path. */
  has(signed: number): boolean {
    const hash = signed >>> 0;
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? 0) < hash) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] === hash;
  }
}

const NONE: readonly string[] = [];

/**
 * Returns the hash of a path, or of a path that begins with one whose hash is `above` and goes on
 * with `path`.
 */
export function hashPath(path: string, above = OFFSET_BASIS): number {
  let hash = above;
  for (let at = 0; at < path.length; at += 1) hash = step(hash, path.charCodeAt(at));
  return hash;
}

/** Returns a signed number, which V8 stores without an object. */
function step(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, PRIME);
}
