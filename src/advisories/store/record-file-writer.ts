/**
 * Builds a file of records as they were published: each is written as it comes, and only the index
 * is kept till the end.
 */

import {
  TRAILER_BYTES,
  writeTrailer,
  type DeflatedBody,
} from '../../formats/archive/gzip/gzip-members.ts';
import { HashTableWriter, type HashRow } from './hash-table.ts';
import type { RecordFile } from './record-file.ts';
import { RecordTableWriter } from './record-table.ts';
import { SetFileWriter, type WrittenFile } from './set-file-writer.ts';
import { idKey } from './set-file.ts';
import { TextSet } from './text-set.ts';

/** A record, and where it is to be found. */
export interface PublishedRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Packages of the record that the file covers. */
  readonly names: readonly string[];
  readonly body: DeflatedBody;
}

/** Writes a file of records as they were published, with their index. */
export class RecordFileWriter {
  readonly form = 'records';
  readonly #file: SetFileWriter;
  readonly #records: RecordTableWriter;
  readonly #names = new HashTableWriter();
  readonly #idIndex = new HashTableWriter();
  readonly #ids = new TextSet();
  readonly #trailer = Buffer.alloc(TRAILER_BYTES);

  private constructor(file: SetFileWriter) {
    this.#file = file;
    this.#records = new RecordTableWriter(file);
  }

  /** Begins a file in `folder`. The caller ends it with {@link finish} or {@link discard}. */
  static async create(folder: string): Promise<RecordFileWriter> {
    return new RecordFileWriter(await SetFileWriter.create(folder));
  }

  get recordCount(): number {
    return this.#records.rowCount;
  }

  /** Returns whether a record with this id was added. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add({ id, aliases, names, body }: PublishedRecord): void {
    const { packed } = body;
    const offset = this.#file.append(packed);
    writeTrailer(body, this.#trailer, 0);
    this.#file.append(this.#trailer);
    this.#addRow(id, offset, packed.length);
    const own = idKey(id);
    this.#idIndex.add(own, offset, packed.length);
    for (const key of eachOnce(aliases, idKey)) {
      if (key !== own) this.#idIndex.add(key, offset, packed.length);
    }
    for (const name of eachOnce(names, (item) => item)) {
      this.#names.add(name, offset, packed.length);
    }
  }

  /**
   * Takes over the records of another file of the same feed and need, except those whose id was
   * added here, and those that the publisher changed or took back. Their bytes are not looked at:
   * the file is known to be whole.
   */
  async copyFrom(
    file: RecordFile,
    isOutdated: (id: string) => boolean = () => false,
  ): Promise<void> {
    const moved = new MovedRecords(file.directory.recordCount);
    for (const batch of file.stored()) {
      for (const { id, offset, packedBytes, body } of batch) {
        if (this.#ids.has(id) || isOutdated(id)) continue;
        const movedTo = this.#file.append(body);
        moved.add(offset, movedTo);
        this.#addRow(id, movedTo, packedBytes);
      }
      await this.flush();
    }
    copyRows(file.indexRows('names'), this.#names, moved);
    copyRows(file.indexRows('ids'), this.#idIndex, moved);
  }

  /** Writes what has gathered; called now and then, so that memory stays bounded. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  /** Completes the file under its digest. It is complete on disk and not yet referenced. */
  async finish(): Promise<WrittenFile> {
    const recordCount = this.recordCount;
    const records = this.#records.finish();
    const names = await this.#names.writeTo(this.#file);
    const ids = await this.#idIndex.writeTo(this.#file);
    return this.#file.finish({
      form: 'records',
      recordCount,
      packageCount: names.textCount,
      records,
      names: names.place,
      ids: ids.place,
    });
  }

  /** Leaves nothing behind; harmless after {@link finish}. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  #addRow(id: string, offset: number, packedBytes: number): void {
    this.#ids.add(id);
    this.#records.add({ id, offset, packedBytes });
  }
}

/** New positions of records copied from another file; they keep their order. */
class MovedRecords {
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  #count = 0;

  constructor(maxCount: number) {
    this.#from = new Float64Array(maxCount);
    this.#to = new Float64Array(maxCount);
  }

  /** Adds a pair, in ascending order of `from`. */
  add(from: number, to: number): void {
    this.#from[this.#count] = from;
    this.#to[this.#count] = to;
    this.#count += 1;
  }

  /** Returns `undefined` for one that was left out. */
  placeOf(from: number): number | undefined {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] ?? 0) < from) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#from[low] === from ? this.#to[low] : undefined;
  }
}

function copyRows(rows: Iterable<HashRow>, index: HashTableWriter, moved: MovedRecords): void {
  for (const row of rows) {
    const offset = moved.placeOf(row.offset);
    if (offset !== undefined) index.addRow({ ...row, offset });
  }
}

/** Nearly all lists have one text. */
function eachOnce(texts: readonly string[], keyOf: (text: string) => string): Iterable<string> {
  return texts.length === 1 ? texts.map(keyOf) : new Set(texts.map(keyOf));
}
