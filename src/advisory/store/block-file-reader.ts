/** Reads a block file: by package, by id, or all of it. Only the blocks that are asked for are read and unpacked. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  FORMAT_VERSION,
  HEAD_BYTES,
  MAGIC,
  TAIL_BYTES,
  textKey,
  type BlockFileDirectory,
} from './block-file.ts';
import { damaged } from './damage.ts';
import { NO_TEXT } from './entry.ts';
import { hashKey, recordsAmong } from './id-index.ts';
import { mayHaveName } from './name-filter.ts';
import {
  blockOf,
  extentOf,
  findInBlock,
  recordsOfBlock,
  unpack,
  type Extent,
  type SectionIndex,
} from './section.ts';

/** One entry as stored, for copying into another file. */
export interface StoredRow {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly textNumber: number;
  withTextNumber(textNumber: number): string;
}

type SectionName = 'packages' | 'ids' | 'texts';

/** Unpacked blocks that are kept: neighbours in the alphabet are asked for together. */
const KEPT_BLOCKS = 48;
/** No file has a larger directory or index; a larger number is damage. */
const MAX_EXTENT_BYTES = 256 * 1024 * 1024;

/** Closes files of readers that nobody holds any more. */
const CLOSER = new FinalizationRegistry<number>((descriptor) => closeSync(descriptor));

export class BlockFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly directory: BlockFileDirectory;
  readonly #descriptor: number;
  readonly #indexes = new Map<SectionName, SectionIndex>();
  readonly #blocks = new Map<number, Buffer>();
  #filter: Uint8Array | undefined;
  #isOpen = true;

  /**
   * Opens the file at `path`, which must be `sizeBytes` long.
   * @throws AssayError `ADVISORY_DATA_UNVERIFIED`; a system error where there is no such file
   */
  constructor(path: string, sizeBytes: number) {
    this.path = path;
    this.sizeBytes = sizeBytes;
    this.#descriptor = openSync(path, 'r');
    try {
      this.directory = this.#readDirectory();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
    CLOSER.register(this, this.#descriptor, this);
  }

  /** JSON list of the entries of a package. */
  entriesOf(name: string): string | undefined {
    this.#filter ??= this.#unpackAt(this.directory.filter);
    return mayHaveName(this.#filter, name) ? this.#find('packages', name) : undefined;
  }

  /** Records that have this id or alias, each with the packages it names. */
  recordsOf(id: string): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const json = this.#find('ids', hashKey(id));
    if (json === undefined) return [];
    const records = recordsAmong(this.#parse(json), id);
    if (records === undefined) throw damaged(this.path, 'has an index of ids that cannot be read');
    return [...records].map(([own, names]) => ({ id: own, names: [...new Set(names)].sort() }));
  }

  /** JSON of a text. */
  textOf(textNumber: number): string | undefined {
    return this.#find('texts', textKey(textNumber));
  }

  /** All texts in the order of their numbers: number, id, JSON. */
  *allTexts(): Iterable<readonly [number, string, string]> {
    for (const [key, json] of this.#all('texts')) {
      const row = this.#parse(json);
      const id: unknown = Array.isArray(row) ? row[0] : undefined;
      if (typeof id !== 'string') throw damaged(this.path, 'has a text that cannot be read');
      yield [Number.parseInt(key, 36), id, json];
    }
  }

  /** All packages in the order of their names, with their entries. */
  *allRows(): Iterable<readonly [string, readonly StoredRow[]]> {
    for (const [name, json] of this.#all('packages')) {
      const rows = this.#parse(json);
      if (!Array.isArray(rows)) throw damaged(this.path, 'has entries that cannot be read');
      yield [name, rows.map((row) => this.#storedRow(row))];
    }
  }

  /** Harmless when repeated. Afterwards only {@link directory} can be used. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    CLOSER.unregister(this);
    closeSync(this.#descriptor);
  }

  #readDirectory(): BlockFileDirectory {
    const actual = fstatSync(this.#descriptor).size;
    if (actual !== this.sizeBytes || actual < HEAD_BYTES + TAIL_BYTES) {
      throw damaged(this.path, `is ${actual} bytes long and should be ${this.sizeBytes}`);
    }
    const head = this.#readAt(0, HEAD_BYTES);
    const tail = this.#readAt(actual - TAIL_BYTES, TAIL_BYTES);
    const isWhole = head.toString('latin1', 0, 8) === MAGIC && tail.toString('latin1', 8) === MAGIC;
    if (!isWhole) throw damaged(this.path, 'is not a block file');
    const version = head.readUInt32LE(8);
    if (version !== FORMAT_VERSION) throw damaged(this.path, `has the unknown format ${version}`);
    const lengthBytes = tail.readUInt32LE(0);
    const offset = actual - TAIL_BYTES - lengthBytes;
    if (offset < HEAD_BYTES) throw damaged(this.path, 'has no directory');
    const json = this.#readAt(offset, lengthBytes);
    if (crc32(json) !== tail.readUInt32LE(4)) throw damaged(this.path, 'has a damaged directory');
    return this.#parse(json.toString()) as BlockFileDirectory;
  }

  #storedRow(row: unknown): StoredRow {
    const fields = (row ?? {}) as Readonly<Record<string, unknown>>;
    const { i: id, t: textNumber = NO_TEXT, l: aliases } = fields;
    if (typeof id !== 'string' || typeof textNumber !== 'number') {
      throw damaged(this.path, 'has an entry that cannot be read');
    }
    return {
      id,
      textNumber,
      aliases: Array.isArray(aliases) ? (aliases as readonly string[]) : [],
      withTextNumber: (t) => JSON.stringify({ ...fields, t: t === NO_TEXT ? undefined : t }),
    };
  }

  #find(section: SectionName, key: string): string | undefined {
    const index = this.#indexOf(section);
    const block = blockOf(index, key);
    if (block < 0) return undefined;
    const value = findInBlock(this.#block(index, block), key);
    if (value === null) throw damaged(this.path, 'has a damaged block');
    return value?.toString();
  }

  *#all(section: SectionName): Iterable<readonly [string, string]> {
    const index = this.#indexOf(section);
    for (let block = 0; block < index.keys.length; block += 1) {
      for (const record of recordsOfBlock(this.#block(index, block))) {
        if (record === null) throw damaged(this.path, 'has a damaged block');
        yield [record[0], record[1].toString()];
      }
    }
  }

  #indexOf(section: SectionName): SectionIndex {
    const known = this.#indexes.get(section);
    if (known !== undefined) return known;
    const index = this.#parse(this.#unpackAt(this.directory[section]).toString()) as SectionIndex;
    this.#indexes.set(section, index);
    return index;
  }

  #block(index: SectionIndex, number: number): Buffer {
    const extent = extentOf(index, number);
    if (extent === undefined) throw damaged(this.path, 'has a damaged index');
    const kept = this.#blocks.get(extent.offset);
    if (kept !== undefined) return kept;
    const block = this.#unpackAt(extent);
    if (this.#blocks.size >= KEPT_BLOCKS) this.#forgetOldest();
    this.#blocks.set(extent.offset, block);
    return block;
  }

  #forgetOldest(): void {
    for (const offset of this.#blocks.keys()) {
      this.#blocks.delete(offset);
      return;
    }
  }

  #unpackAt(extent: Extent): Buffer {
    const isPossible =
      extent.sizeBytes <= MAX_EXTENT_BYTES &&
      extent.offset >= HEAD_BYTES &&
      extent.offset + extent.packedBytes <= this.sizeBytes;
    if (!isPossible) throw damaged(this.path, 'has a block outside the file');
    const bytes = unpack(this.#readAt(extent.offset, extent.packedBytes), extent);
    if (bytes === undefined) throw damaged(this.path, 'has a block with a wrong checksum');
    return bytes;
  }

  #readAt(offset: number, lengthBytes: number): Buffer {
    const bytes = Buffer.allocUnsafe(lengthBytes);
    let done = 0;
    while (done < lengthBytes) {
      const count = readSync(this.#descriptor, bytes, done, lengthBytes - done, offset + done);
      if (count === 0) throw damaged(this.path, 'is cut off');
      done += count;
    }
    return bytes;
  }

  #parse(json: string): unknown {
    try {
      return JSON.parse(json) as unknown;
    } catch (error) {
      throw damaged(this.path, 'cannot be read', error);
    }
  }
}
