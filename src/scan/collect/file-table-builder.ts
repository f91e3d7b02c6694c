/**
 * Builds the file table of a layer while its entries are read, as columns that grow: an object for
 * each of three million files and a map of their paths would take more than a gigabyte. A path is
 * looked up by a hash of its name, and then by the name itself. The hashes have a random seed, so
 * that no archive can contain names that all have one hash.
 */

import type { Digest } from '../../core/model/artifact/artifact.ts';
import { FileTable, modeOf } from '../../core/model/layer/file-table.ts';

/** The attributes of a file in its entry. */
export interface FileAttributes {
  readonly mode: number;
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
}

/**
 * The place of a file: the number of its directory, and a path whose base name begins at
 * `nameStart`.
 */
export interface IndexedPath {
  readonly folder: number;
  readonly path: string;
  readonly nameStart: number;
  /** See {@link hashBaseName}. */
  readonly nameHash: number;
}

/** The place of a file by the bytes of its path, which are ASCII. */
export interface IndexedRawPath {
  readonly folder: number;
  readonly bytes: Uint8Array;
  readonly nameStart: number;
  readonly end: number;
  readonly nameHash: number;
}

/** The row of a file that is not in the table. */
export const NO_ROW = -1;

const FIRST_ROOM = 4096;
const FIRST_NAME_BYTES = 16 * FIRST_ROOM;
/** Ten times the names of three million files, and half of the longest string of V8. */
const MAX_NAME_UNITS = 2 ** 28;
/**
 * Odd, with its bits spread. A multiplication moves bits up, and the shift moves them down again.
 */
const FACTOR = 0x5bd1e995;
const SHIFT = 15;
const SEED = Math.floor(Math.random() * 2 ** 32) | 0;
const SLASH = 0x2f;
const LAST_BYTE = 0xff;
/** Stands for the directory of a file that was dropped. */
const GONE = 0xffff_ffff;

/**
 * The growing table. Rows are numbered from 0 in stored order, with those of files that were
 * dropped.
 */
export class FileTableBuilder {
  #count = 0;
  #goneCount = 0;
  #folderOf = new Uint32Array(FIRST_ROOM);
  #sizes = new Float64Array(FIRST_ROOM);
  #modes = new Uint32Array(FIRST_ROOM);
  #sequences = new Uint32Array(FIRST_ROOM);
  #hashes = new Int32Array(FIRST_ROOM);
  /**
   * Base names, each followed by a slash: one byte per unit, or two little-endian bytes if any unit
   * needs them.
   */
  #names: Buffer = Buffer.allocUnsafeSlow(FIRST_NAME_BYTES);
  #nameEnds = new Uint32Array(FIRST_ROOM);
  #nameUnits = 0;
  #isWide = false;
  /**
   * Open addressing: a row plus one, or 0 for a free slot. At most half of the slots are filled.
   */
  #slots = new Uint32Array(2 * FIRST_ROOM);
  /** Digests by row, separated by spaces. */
  readonly #digests: string[] = [];

  /** Returns the number of files, without those that were dropped. */
  get size(): number {
    return this.#count - this.#goneCount;
  }

  /** Returns the number of rows. */
  get rowCount(): number {
    return this.#count;
  }

  /** Returns whether there is room for a name of so many units. */
  hasRoomFor(unitCount: number): boolean {
    return this.#nameUnits + unitCount < MAX_NAME_UNITS;
  }

  /** Returns the row of the file at a place; {@link NO_ROW} if there is none. */
  find(place: IndexedPath): number {
    return this.#find(place, this.#writeName(place.path, place.nameStart));
  }

  /** Does the same as {@link FileTableBuilder.find} for a path in bytes. */
  findRaw(place: IndexedRawPath): number {
    return this.#find(place, this.#writeBytes(place));
  }

  /** Adds a file at the end, and drops an earlier file at its place. Returns its row. */
  add(place: IndexedPath, file: FileAttributes, sequence: number): number {
    return this.#add(place, this.#writeName(place.path, place.nameStart), file, sequence);
  }

  /** Does the same as {@link FileTableBuilder.add} for a path in bytes. */
  addRaw(place: IndexedRawPath, file: FileAttributes, sequence: number): number {
    return this.#add(place, this.#writeBytes(place), file, sequence);
  }

  #find(place: NamedPlace, nameEnd: number): number {
    const slot = this.#slots[this.#slotOf(place.folder, nameEnd, hashOf(place))] ?? 0;
    return slot > 0 && this.isKept(slot - 1) ? slot - 1 : NO_ROW;
  }

  /** Adds a file whose name has been written behind all others and ends at `nameEnd`. */
  #add(
    place: NamedPlace,
    nameEnd: number,
    { mode, sizeBytes, isExecutable }: FileAttributes,
    sequence: number,
  ): number {
    const row = this.#count;
    if (row === this.#sizes.length) this.#growRows();
    const hash = hashOf(place);
    const slot = this.#slotOf(place.folder, nameEnd, hash);
    const before = this.#slots[slot] ?? 0;
    if (before > 0 && this.isKept(before - 1)) this.drop(before - 1);
    this.#nameUnits = nameEnd + 1;
    this.#nameEnds[row] = nameEnd;
    this.#folderOf[row] = place.folder;
    this.#sizes[row] = sizeBytes;
    this.#modes[row] = modeOf(mode, isExecutable);
    this.#sequences[row] = sequence;
    this.#hashes[row] = hash;
    this.#count = row + 1;
    this.#slots[slot] = row + 1;
    if (2 * this.#count > this.#slots.length) this.#growSlots();
    return row;
  }

  /** Removes a file; its row stays. */
  drop(row: number): void {
    this.#folderOf[row] = GONE;
    this.#goneCount += 1;
  }

  isKept(row: number): boolean {
    return this.#folderOf[row] !== GONE;
  }

  /** Returns the number of the directory of a file that was not dropped. */
  folder(row: number): number {
    return this.#folderOf[row] ?? 0;
  }

  /** Returns the base name. */
  name(row: number): string {
    return this.#textOf(this.#nameStart(row), this.#nameEnds[row] ?? 0);
  }

  mode(row: number): number {
    return (this.#modes[row] ?? 0) >>> 1;
  }

  isExecutable(row: number): boolean {
    return (this.#modes[row] ?? 0) % 2 === 1;
  }

  sequence(row: number): number {
    return this.#sequences[row] ?? 0;
  }

  /** Sets the facts that reading the body gave. */
  setBody(row: number, sizeBytes: number, digests: readonly Digest[]): void {
    this.#sizes[row] = sizeBytes;
    this.setDigests(row, digests);
  }

  setDigests(row: number, digests: readonly Digest[]): void {
    if (digests.length > 0) this.#digests[row] = digests.join(' ');
  }

  /**
   * Returns the table and ends the builder. `folders` are the paths of directories by their
   * numbers.
   */
  toTable(folders: readonly string[]): FileTable {
    this.#slots = new Uint32Array(0);
    this.#sequences = new Uint32Array(0);
    this.#hashes = new Int32Array(0);
    if (this.#goneCount > 0) this.#closeGaps();
    const count = this.#count;
    const digests = this.#digests;
    const table = new FileTable({
      folders,
      folderOf: this.#folderOf.subarray(0, count),
      names: this.#textOf(0, this.#nameUnits),
      nameEnds: this.#nameEnds.subarray(0, count),
      sizes: this.#sizes.subarray(0, count),
      modes: this.#modes.subarray(0, count),
      ...(digests.length > 0 && {
        digests: Array.from({ length: count }, (_, row) => digests[row] ?? '').join('\n'),
      }),
    });
    this.#names = Buffer.alloc(0);
    return table;
  }

  #closeGaps(): void {
    let count = 0;
    let nameUnits = 0;
    for (let row = 0; row < this.#count; row += 1) {
      if (!this.isKept(row)) continue;
      const start = this.#nameStart(row);
      const end = (this.#nameEnds[row] ?? 0) + 1;
      const width = this.#isWide ? 2 : 1;
      this.#names.copyWithin(width * nameUnits, width * start, width * end);
      nameUnits += end - start;
      // Never after a row that is still to be read.
      this.#nameEnds[count] = nameUnits - 1;
      this.#folderOf[count] = this.folder(row);
      this.#sizes[count] = this.#sizes[row] ?? 0;
      this.#modes[count] = this.#modes[row] ?? 0;
      if (this.#digests.length > 0) this.#digests[count] = this.#digests[row] ?? '';
      count += 1;
    }
    this.#count = count;
    this.#nameUnits = nameUnits;
  }

  #nameStart(row: number): number {
    return row === 0 ? 0 : (this.#nameEnds[row - 1] ?? 0) + 1;
  }

  /** Returns whether the name behind all others, which ends at `nameEnd`, is that of the row. */
  #isAt(row: number, folder: number, nameEnd: number): boolean {
    if (this.#folderOf[row] !== folder) return false;
    const start = this.#nameStart(row);
    const written = this.#nameUnits;
    if ((this.#nameEnds[row] ?? 0) - start !== nameEnd - written) return false;
    const names = this.#names;
    const width = this.#isWide ? 2 : 1;
    const end = width * nameEnd;
    for (let at = width * written, known = width * start; at < end; at += 1, known += 1) {
      if (names[at] !== names[known]) return false;
    }
    return true;
  }

  #textOf(start: number, end: number): string {
    return this.#isWide
      ? this.#names.toString('utf16le', 2 * start, 2 * end)
      : this.#names.toString('latin1', start, end);
  }

  /** Writes a name behind all others, where the next one overwrites it. Returns its end. */
  #writeName(path: string, nameStart: number): number {
    const start = this.#nameUnits;
    const end = start + path.length - nameStart;
    this.#makeRoom(end);
    if (!this.#isWide) {
      const names = this.#names;
      let units = SLASH;
      for (let at = start, from = nameStart; at < end; at += 1, from += 1) {
        const unit = path.charCodeAt(from);
        units |= unit;
        names[at] = unit;
      }
      names[end] = SLASH;
      if (units <= LAST_BYTE) return end;
      this.#widen(start);
      this.#makeRoom(end);
    }
    for (let at = start, from = nameStart; at < end; at += 1, from += 1) {
      this.#setUnit(at, path.charCodeAt(from));
    }
    this.#setUnit(end, SLASH);
    return end;
  }

  #writeBytes({ bytes, nameStart, end: bytesEnd }: IndexedRawPath): number {
    const start = this.#nameUnits;
    const end = start + bytesEnd - nameStart;
    this.#makeRoom(end);
    if (this.#isWide) {
      for (let at = start, from = nameStart; at < end; at += 1, from += 1) {
        this.#setUnit(at, bytes[from] ?? 0);
      }
      this.#setUnit(end, SLASH);
      return end;
    }
    const names = this.#names;
    for (let at = start, from = nameStart; at < end; at += 1, from += 1)
      names[at] = bytes[from] ?? 0;
    names[end] = SLASH;
    return end;
  }

  #setUnit(at: number, unit: number): void {
    this.#names[2 * at] = unit & LAST_BYTE;
    this.#names[2 * at + 1] = unit >> 8;
  }

  #makeRoom(lastUnit: number): void {
    while ((lastUnit + 1) * (this.#isWide ? 2 : 1) > this.#names.length) this.#growNames();
  }

  #widen(unitCount: number): void {
    const wide = Buffer.allocUnsafeSlow(2 * this.#names.length);
    wide.fill(0, 0, 2 * unitCount);
    for (let at = 0; at < unitCount; at += 1) wide[2 * at] = this.#names[at] ?? 0;
    this.#names = wide;
    this.#isWide = true;
  }

  #growNames(): void {
    const larger = Buffer.allocUnsafeSlow(2 * this.#names.length);
    this.#names.copy(larger);
    this.#names = larger;
  }

  #growRows(): void {
    const room = 2 * this.#sizes.length;
    this.#folderOf = grown(this.#folderOf, new Uint32Array(room));
    this.#nameEnds = grown(this.#nameEnds, new Uint32Array(room));
    this.#modes = grown(this.#modes, new Uint32Array(room));
    this.#sequences = grown(this.#sequences, new Uint32Array(room));
    this.#hashes = grown(this.#hashes, new Int32Array(room));
    this.#sizes = grown(this.#sizes, new Float64Array(room));
  }

  /**
   * Returns the slot of a file, or the slot for it: that of a dropped file if the search passes
   * one.
   */
  #slotOf(folder: number, nameEnd: number, hash: number): number {
    const mask = this.#slots.length - 1;
    let at = hash & mask;
    let free = NO_ROW;
    for (let slot = this.#slots[at] ?? 0; slot > 0; slot = this.#slots[at] ?? 0) {
      const row = slot - 1;
      if (this.#hashes[row] === hash && this.#isAt(row, folder, nameEnd)) return at;
      if (free === NO_ROW && !this.isKept(row)) free = at;
      at = (at + 1) & mask;
    }
    return free === NO_ROW ? at : free;
  }

  #growSlots(): void {
    const mask = 2 * this.#slots.length - 1;
    const slots = new Uint32Array(mask + 1);
    for (let row = 0; row < this.#count; row += 1) {
      if (!this.isKept(row)) continue;
      let at = (this.#hashes[row] ?? 0) & mask;
      while (slots[at] !== 0) at = (at + 1) & mask;
      slots[at] = row + 1;
    }
    this.#slots = slots;
  }
}

function grown<T extends Uint32Array | Int32Array | Float64Array>(old: T, larger: T): T {
  larger.set(old);
  return larger;
}

/** Returns the hash of the base name that begins at `nameStart`. It differs from run to run. */
export function hashBaseName(path: string, nameStart: number): number {
  let hash = SEED;
  for (let at = nameStart; at < path.length; at += 1) hash = nextHash(hash, path.charCodeAt(at));
  return hash;
}

/** Returns the same hash for a base name in bytes, which are ASCII. */
export function hashBaseNameBytes(bytes: Uint8Array, start: number, end: number): number {
  let hash = SEED;
  for (let at = start; at < end; at += 1) hash = nextHash(hash, bytes[at] ?? 0);
  return hash;
}

type NamedPlace = Pick<IndexedPath, 'folder' | 'nameHash'>;

function hashOf({ folder, nameHash }: NamedPlace): number {
  return nextHash(nameHash, folder);
}

function nextHash(hash: number, unit: number): number {
  const product = Math.imul(hash ^ unit, FACTOR);
  return product ^ (product >>> SHIFT);
}
