/** Builds a file of records as they were published: each is written as it comes, and only the index is kept till the end. */

import type { DeflatedBody } from '../../format/gzip-members.ts';
import { HashTableWriter } from './hash-table.ts';
import type { RecordFile } from './record-file.ts';
import { RecordTableWriter } from './record-table.ts';
import { SetFileWriter, type WrittenFile } from './set-file-writer.ts';
import { idKey } from './set-file.ts';
import { TextSet } from './text-set.ts';

/** A record, and where it is to be found. */
export interface PublishedRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  /** Packages that it speaks of, of those that the file is about. */
  readonly names: readonly string[];
  readonly body: DeflatedBody;
}

const LEFT_OUT = -1;

export class RecordFileWriter {
  readonly form = 'records';
  readonly #file: SetFileWriter;
  readonly #records: RecordTableWriter;
  readonly #names = new HashTableWriter();
  readonly #idIndex = new HashTableWriter();
  readonly #ids = new TextSet();

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

  /** Whether a record with this id was added. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  add({ id, aliases, names, body }: PublishedRecord): void {
    const number = this.recordCount;
    this.#addBody(id, body);
    const own = idKey(id);
    this.#idIndex.add(own, number);
    for (const key of eachOnce(aliases, idKey)) if (key !== own) this.#idIndex.add(key, number);
    for (const name of eachOnce(names, (item) => item)) this.#names.add(name, number);
  }

  /**
   * Takes over the records of another file of the same feed and need, except those whose id was added here, and those
   * that the publisher changed or took back. Their bytes are not looked at: the file is known to be whole.
   */
  async copyFrom(
    file: RecordFile,
    isOutdated: (id: string) => boolean = () => false,
  ): Promise<void> {
    const numbers = new Int32Array(file.directory.recordCount).fill(LEFT_OUT);
    for (const batch of file.stored()) {
      for (const { id, number, deflated, ...place } of batch) {
        if (this.#ids.has(id) || isOutdated(id)) continue;
        numbers[number] = this.recordCount;
        this.#addBody(id, { packed: deflated, crc32: place.crc32, sizeBytes: place.sizeBytes });
      }
      await this.flush();
    }
    for (const [index, writer] of [
      ['names', this.#names],
      ['ids', this.#idIndex],
    ] as const) {
      for (const { first, second, number } of file.indexRows(index)) {
        const renumbered = numbers[number] ?? LEFT_OUT;
        if (renumbered !== LEFT_OUT) writer.addHashes(first, second, renumbered);
      }
    }
  }

  /** Writes what has gathered; called now and then, so that memory stays bounded. */
  flush(): Promise<void> {
    return this.#file.flush();
  }

  /** Completes the file under its digest. It is on disk and whole, and nobody refers to it yet. */
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

  #addBody(id: string, { packed, crc32, sizeBytes }: DeflatedBody): void {
    this.#ids.add(id);
    const offset = this.#file.append(packed);
    this.#records.add(id, { offset, packedBytes: packed.length, sizeBytes, crc32 });
  }
}

/** Nearly all lists have one text. */
function eachOnce(texts: readonly string[], keyOf: (text: string) => string): Iterable<string> {
  return texts.length === 1 ? texts.map(keyOf) : new Set(texts.map(keyOf));
}
