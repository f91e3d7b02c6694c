/** Builds a block file: texts are written as they come, entries are kept until all are known and then sorted. */

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createTemporary, type TemporaryFile } from '../../base/cache-folder.ts';
import type { Advisory, Affected, VulnerabilityFacts } from '../../model/advisory.ts';
import {
  FACT_TEXT_BLOCK_BYTES,
  FORMAT_VERSION,
  ID_BLOCK_BYTES,
  MAGIC,
  PACKAGE_BLOCK_BYTES,
  TEXT_BLOCK_BYTES,
  idKey,
  textKey,
  type BlockFileDirectory,
} from './block-file.ts';
import type { BlockFile } from './block-file-reader.ts';
import { encodeEntry, encodeFacts, encodeText, hasText, NO_TEXT } from './entry.ts';
import { EntryList } from './entry-list.ts';
import { IdIndexWriter } from './id-index.ts';
import { buildNameFilter } from './name-filter.ts';
import { SectionWriter, pack, type Extent } from './section.ts';

export interface WrittenFile {
  /** Name within the folder: the digest of the content. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly recordCount: number;
  /** 0 where the file holds facts by id. */
  readonly packageCount: number;
}

/** Advisories by package, or facts by the id of a vulnerability. */
export type FileContent = 'advisories' | 'facts';

/** Pieces are written in portions of this size. */
const WRITE_BYTES = 1024 * 1024;

export class BlockFileWriter {
  readonly #folder: string;
  readonly #file: TemporaryFile;
  readonly #hash = createHash('sha256');
  readonly #content: FileContent;
  readonly #texts: SectionWriter;
  readonly #entries = new EntryList();
  readonly #idIndex = new IdIndexWriter();
  readonly #ids = new Set<string>();
  #recordCount = 0;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #offset = 0;

  private constructor(folder: string, file: TemporaryFile, content: FileContent) {
    this.#folder = folder;
    this.#file = file;
    this.#content = content;
    const blockBytes = content === 'facts' ? FACT_TEXT_BLOCK_BYTES : TEXT_BLOCK_BYTES;
    this.#texts = new SectionWriter(blockBytes, (bytes) => this.#emit(bytes));
    const head = Buffer.alloc(12);
    head.write(MAGIC, 'latin1');
    head.writeUInt32LE(FORMAT_VERSION, 8);
    this.#append(head);
  }

  /** Begins a file in `folder`. The caller ends it with {@link finish} or {@link discard}. */
  static async create(
    folder: string,
    content: FileContent = 'advisories',
  ): Promise<BlockFileWriter> {
    return new BlockFileWriter(folder, await createTemporary(folder), content);
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Whether a record with this id was added. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Adds a record with those of its affected packages that this file is about; there must be one at least. */
  add(advisory: Advisory, affected: readonly Affected[]): void {
    const textNumber = this.#recordCount;
    this.#recordCount += 1;
    this.#texts.add(textKey(textNumber), encodeText(advisory));
    const [first] = affected;
    if (affected.length === 1 && first !== undefined) {
      this.#entries.add(first.name, encodeEntry(advisory, affected, textNumber));
      this.#addIds(advisory.id, advisory.aliases, [first.name]);
      return;
    }
    const byName = groupByName(affected);
    for (const [name, items] of byName) {
      this.#entries.add(name, encodeEntry(advisory, items, textNumber));
    }
    this.#addIds(advisory.id, advisory.aliases, [...byName.keys()]);
  }

  /** Adds what is known of an id; each id once. */
  addFacts(facts: VulnerabilityFacts): void {
    const textNumber = hasText(facts) ? this.#recordCount : NO_TEXT;
    this.#recordCount += 1;
    if (textNumber !== NO_TEXT) this.#texts.add(textKey(textNumber), encodeText(facts));
    this.#ids.add(facts.id);
    this.#entries.add(idKey(facts.id), encodeFacts(facts, textNumber));
  }

  /**
   * Takes over the records of another file of the same feed and need, except those whose id was added here, and those
   * that the publisher changed or took back.
   */
  copyFrom(file: BlockFile, isOutdated: (id: string) => boolean = () => false): void {
    if (this.#content === 'facts') {
      this.#copyFactsFrom(file, isOutdated);
      return;
    }
    const renewed = new Set(this.#ids);
    const numbers = new Map<number, number>();
    for (const [oldNumber, id, text] of file.allTexts()) {
      if (renewed.has(id) || isOutdated(id)) continue;
      numbers.set(oldNumber, this.#recordCount);
      this.#texts.add(textKey(this.#recordCount), text);
      this.#recordCount += 1;
    }
    for (const [name, rows] of file.allRows()) {
      for (const row of rows) {
        const textNumber = numbers.get(row.textNumber);
        if (textNumber === undefined) continue;
        this.#entries.add(name, row.withTextNumber(textNumber));
        this.#addIds(row.id, row.aliases, [name]);
      }
    }
  }

  /** Writes what has gathered; called now and then, so that memory stays bounded. */
  async flush(): Promise<void> {
    if (this.#pendingBytes >= WRITE_BYTES) await this.#write();
  }

  /** Completes the file under its digest. It is on disk and whole, and nobody refers to it yet. */
  async finish(): Promise<WrittenFile> {
    const names = this.#entries.names();
    const directory: BlockFileDirectory = {
      recordCount: this.#recordCount,
      packageCount: this.#content === 'facts' ? 0 : names.length,
      texts: this.#emitJson(this.#texts.finish()),
      packages: await this.#writePackages(names),
      ids: this.#writeIds(),
      filter: this.#emit(buildNameFilter(names)),
    };
    const json = Buffer.from(JSON.stringify(directory));
    const tail = Buffer.alloc(16);
    tail.writeUInt32LE(json.length, 0);
    tail.writeUInt32LE(crc32(json), 4);
    tail.write(MAGIC, 8, 'latin1');
    this.#append(json);
    this.#append(tail);
    await this.#write();
    const name = `${this.#hash.digest('hex')}.adv`;
    await this.#file.keepAs(join(this.#folder, name));
    return {
      name,
      sizeBytes: this.#offset,
      recordCount: directory.recordCount,
      packageCount: directory.packageCount,
    };
  }

  /** Leaves nothing behind; harmless after {@link finish}. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  #copyFactsFrom(file: BlockFile, isOutdated: (id: string) => boolean): void {
    for (const [key, rows] of file.allRows()) {
      for (const row of rows) {
        if (this.#ids.has(row.id) || isOutdated(row.id)) continue;
        const text = row.textNumber === NO_TEXT ? undefined : file.textOf(row.textNumber);
        const textNumber = text === undefined ? NO_TEXT : this.#recordCount;
        this.#recordCount += 1;
        if (text !== undefined) this.#texts.add(textKey(textNumber), text);
        this.#entries.add(key, row.withTextNumber(textNumber));
      }
    }
  }

  #addIds(id: string, aliases: readonly string[], names: readonly string[]): void {
    this.#ids.add(id);
    this.#idIndex.add(id, aliases, names);
  }

  async #writePackages(names: readonly string[]): Promise<Extent> {
    const section = new SectionWriter(PACKAGE_BLOCK_BYTES, (bytes) => this.#emit(bytes));
    for (const name of names) {
      section.add(name, `[${this.#entries.of(name).join(',')}]`);
      await this.flush();
    }
    this.#entries.clear();
    return this.#emitJson(section.finish());
  }

  #writeIds(): Extent {
    const section = new SectionWriter(ID_BLOCK_BYTES, (bytes) => this.#emit(bytes));
    this.#idIndex.writeTo(section);
    return this.#emitJson(section.finish());
  }

  #emitJson(value: unknown): Extent {
    return this.#emit(Buffer.from(JSON.stringify(value)));
  }

  #emit(bytes: Uint8Array): Extent {
    const { packed, extent } = pack(bytes, this.#offset);
    this.#append(packed);
    return extent;
  }

  #append(bytes: Uint8Array): void {
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#offset += bytes.length;
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#hash.update(bytes);
    await this.#file.write(bytes);
  }
}

function groupByName(affected: readonly Affected[]): ReadonlyMap<string, readonly Affected[]> {
  const byName = new Map<string, Affected[]>();
  for (const item of affected) {
    const known = byName.get(item.name);
    if (known === undefined) byName.set(item.name, [item]);
    else known.push(item);
  }
  return byName;
}
