/**
 * Reads a file of entries: by package, by id, or all of it. Only the blocks that are asked for are
 * read and unpacked.
 */

import { damagedDataError } from './damaged-data-error.ts';
import { NO_TEXT, textKey } from './entry.ts';
import { hashKey, recordsAmong } from './id-index.ts';
import { mayHaveName } from './name-filter.ts';
import { blockOf, extentOf, findInBlock, recordsOfBlock, type SectionIndex } from './section.ts';
import type { EntriesDirectory } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

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
/** A file of entries in compressed blocks, open for reading. */
export class BlockFile {
  readonly form = 'entries';
  readonly directory: EntriesDirectory;
  readonly #file: StoredFile;
  readonly #indexes = new Map<SectionName, SectionIndex>();
  readonly #blocks = new Map<number, Buffer>();
  #filter: Uint8Array | undefined;

  constructor({
    file,
    directory,
  }: {
    readonly file: StoredFile;
    readonly directory: EntriesDirectory;
  }) {
    this.#file = file;
    this.directory = directory;
  }

  get path(): string {
    return this.#file.path;
  }

  /** Returns the JSON list of the entries of a package. */
  entriesOf(name: string): string | undefined {
    this.#filter ??= this.#file.unpackAt(this.directory.filter);
    return mayHaveName(this.#filter, name) ? this.#find('packages', name) : undefined;
  }

  /** Returns the records that have this id or alias, each with the packages it names. */
  recordsOf(id: string): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const json = this.#find('ids', hashKey(id));
    if (json === undefined) return [];
    const records = recordsAmong(this.#file.parse(json), id);
    if (records === undefined)
      throw damagedDataError(this.path, 'has an index of ids that cannot be read');
    return [...records].map(([own, names]) => ({ id: own, names: [...new Set(names)].sort() }));
  }

  /** Returns the packages that the record of this very id names. */
  namesOfRecord(id: string): readonly string[] {
    return this.recordsOf(id).find((record) => record.id === id)?.names ?? [];
  }

  /**
   * Returns whether there are entries under any name that begins with `prefix`; of facts the names
   * are ids.
   */
  hasNameBeginning(prefix: string): boolean {
    const index = this.#indexOf('packages');
    const first = Math.max(0, blockOf(index, prefix));
    // Names with the prefix come after it in order, so the first of them lies in its block or
    // begins the next.
    for (let block = first; block < Math.min(first + 2, index.keys.length); block += 1) {
      for (const record of recordsOfBlock(this.#block(index, block))) {
        if (record?.[0].startsWith(prefix) === true) return true;
      }
    }
    return false;
  }

  /** Returns the JSON of a text. */
  textOf(textNumber: number): string | undefined {
    return this.#find('texts', textKey(textNumber));
  }

  /** Yields all texts in the order of their numbers: number, id, JSON. */
  *allTexts(): Iterable<readonly [number, string, string]> {
    for (const [key, json] of this.#all('texts')) {
      const row = this.#file.parse(json);
      const id: unknown = Array.isArray(row) ? row[0] : undefined;
      if (typeof id !== 'string')
        throw damagedDataError(this.path, 'has a text that cannot be read');
      yield [Number.parseInt(key, 36), id, json];
    }
  }

  /** Yields all packages in the order of their names, with their entries. */
  *allRows(): Iterable<readonly [string, readonly StoredRow[]]> {
    for (const [name, json] of this.#all('packages')) {
      const rows = this.#file.parse(json);
      if (!Array.isArray(rows))
        throw damagedDataError(this.path, 'has entries that cannot be read');
      yield [name, rows.map((row) => this.#storedRow(row))];
    }
  }

  /** Closes the file; harmless when repeated. Afterwards only {@link directory} can be used. */
  close(): void {
    this.#file.close();
  }

  #storedRow(row: unknown): StoredRow {
    const fields = (row ?? {}) as Readonly<Record<string, unknown>>;
    const { i: id, t: textNumber = NO_TEXT, l: aliases } = fields;
    if (typeof id !== 'string' || typeof textNumber !== 'number') {
      throw damagedDataError(this.path, 'has an entry that cannot be read');
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
    if (value === null) throw damagedDataError(this.path, 'has a damaged block');
    return value?.toString();
  }

  *#all(section: SectionName): Iterable<readonly [string, string]> {
    const index = this.#indexOf(section);
    for (let block = 0; block < index.keys.length; block += 1) {
      for (const record of recordsOfBlock(this.#block(index, block))) {
        if (record === null) throw damagedDataError(this.path, 'has a damaged block');
        yield [record[0], record[1].toString()];
      }
    }
  }

  #indexOf(section: SectionName): SectionIndex {
    const known = this.#indexes.get(section);
    if (known !== undefined) return known;
    const index = this.#file.parse(
      this.#file.unpackAt(this.directory[section]).toString(),
    ) as SectionIndex;
    this.#indexes.set(section, index);
    return index;
  }

  #block(index: SectionIndex, number: number): Buffer {
    const extent = extentOf(index, number);
    if (extent === undefined) throw damagedDataError(this.path, 'has a damaged index');
    const kept = this.#blocks.get(extent.offset);
    if (kept !== undefined) return kept;
    const block = this.#file.unpackAt(extent);
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
}
