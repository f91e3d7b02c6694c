/**
 * The filter of `unwanted-filter.ts` for names in bytes. Only hashes of the parts that a wanted
 * name must have are looked up, so a name that may be wanted is checked again as a text.
 */

import { baseName } from '../../core/base/artifact-path.ts';
import { hashBaseNameBytes } from './file-table-builder.ts';
import type { RepresentativeRow } from './representative-files.ts';
import type { WantedNameParts } from './unwanted-filter.ts';

const DOT = 0x2e;
/** Eight times the number of names in all selectors. */
const NAME_BITS = 2 ** 14;
const EXTENSION_BITS = 2 ** 11;
const BYTES = 256;
/**
 * Enough to distinguish most libraries from the few that are wanted, whose names begin with `lib`
 * as well.
 */
const FIRST_BYTES = 4;
const FIRST_BITS = 2 ** 12;

/** The compiled filter, which all layers share. */
export class HeaderNameFilter {
  /** Base names of directories in which every file may be wanted. */
  readonly #folders: ReadonlySet<string>;
  /** Parts of paths, with a slash at both ends, below which every file may be wanted. */
  readonly #firstIn: readonly string[];
  readonly #names = new Uint8Array(NAME_BITS);
  readonly #extensions = new Uint8Array(EXTENSION_BITS);
  /** Last bytes of suffixes without a dot. */
  readonly #lasts = new Uint8Array(BYTES);
  /** Hashes of the first {@link FIRST_BYTES} bytes of prefixes. */
  readonly #firsts = new Uint8Array(FIRST_BITS);
  /** First bytes of shorter prefixes. */
  readonly #shortFirsts = new Uint8Array(BYTES);

  constructor(
    { names, folders, suffixes, prefixes }: WantedNameParts,
    representatives: readonly RepresentativeRow[],
  ) {
    this.#folders = folders;
    this.#firstIn = representatives.map(({ firstIn }) => firstIn);
    for (const name of names) this.#names[hashOfText(name) & (NAME_BITS - 1)] = 1;
    for (const [extension, endings] of suffixes) {
      if (extension !== '') this.#extensions[hashOfText(extension) & (EXTENSION_BITS - 1)] = 1;
      else for (const { text } of endings) this.#addLast(text);
    }
    for (const texts of prefixes.values()) for (const text of texts) this.#addFirst(text);
  }

  /** Returns whether only the names of files directly in a directory decide. */
  isPlainFolder(folder: string): boolean {
    if (this.#folders.has(baseName(folder))) return false;
    const path = `${folder}/`;
    return !this.#firstIn.some((part) => path.includes(part));
  }

  /**
   * Returns whether no row wants a file of the name. False for some unwanted names as well. `hash`
   * is that of `hashBaseNameBytes`.
   */
  isPlain({ bytes, nameStart, end }: NameBytes, hash: number): boolean {
    if (this.#names[hash & (NAME_BITS - 1)] === 1) return false;
    if (this.#lasts[bytes[end - 1] ?? 0] === 1) return false;
    if (this.#shortFirsts[bytes[nameStart] ?? 0] === 1) return false;
    if (end - nameStart >= FIRST_BYTES && this.#firsts[firstOf(bytes, nameStart)] === 1)
      return false;
    let dot = end - 1;
    while (dot >= nameStart && bytes[dot] !== DOT) dot -= 1;
    if (dot < nameStart) return true;
    return this.#extensions[hashBaseNameBytes(bytes, dot, end) & (EXTENSION_BITS - 1)] !== 1;
  }

  #addLast(text: string): void {
    const [last = 0] = Buffer.from(text.slice(-1), 'latin1');
    // Both cases, for suffixes of any case.
    for (const form of [last, text.slice(-1).toUpperCase().charCodeAt(0)]) this.#lasts[form] = 1;
  }

  #addFirst(text: string): void {
    const bytes = Buffer.from(text);
    if (bytes.length >= FIRST_BYTES) this.#firsts[firstOf(bytes, 0)] = 1;
    else if (bytes.length > 0) this.#shortFirsts[bytes[0] ?? 0] = 1;
    else this.#shortFirsts.fill(1);
  }
}

function firstOf(bytes: Uint8Array, start: number): number {
  return hashBaseNameBytes(bytes, start, start + FIRST_BYTES) & (FIRST_BITS - 1);
}

interface NameBytes {
  readonly bytes: Uint8Array;
  readonly nameStart: number;
  readonly end: number;
}

/** Returns the hash of a text in ASCII. Other texts match no name that is looked up here. */
function hashOfText(text: string): number {
  const bytes = Buffer.from(text);
  return hashBaseNameBytes(bytes, 0, bytes.length);
}
