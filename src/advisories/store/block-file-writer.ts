/**
 * Builds a file of entries: texts are written as they come, entries are kept until all are known
 * and then sorted.
 */

import { groupBy } from '../../core/base/maps.ts';
import type { Advisory, Affected, VulnerabilityFacts } from '../../core/model/advisory/advisory.ts';
import type { BlockFile } from './block-file-reader.ts';
import {
  FACT_TEXT_BLOCK_BYTES,
  ID_BLOCK_BYTES,
  PACKAGE_BLOCK_BYTES,
  TEXT_BLOCK_BYTES,
} from './block-sizes.ts';
import { encodeEntry, encodeFacts, encodeText, hasText, NO_TEXT, textKey } from './entry.ts';
import { EntryList } from './entry-list.ts';
import { IdIndexWriter } from './id-index.ts';
import { buildNameFilter } from './name-filter.ts';
import { SectionWriter, type Extent } from './section.ts';
import { SetFileWriter, type WrittenFile } from './set-file-writer.ts';
import { idKey } from './set-file.ts';

/** Advisories by package, or facts by the id of a vulnerability. */
export type FileContent = 'advisories' | 'facts';

/** Writes a file of entries in compressed blocks. */
export class BlockFileWriter {
  readonly form = 'entries';
  readonly #file: SetFileWriter;
  readonly #content: FileContent;
  readonly #texts: SectionWriter;
  readonly #entries = new EntryList();
  readonly #idIndex = new IdIndexWriter();
  readonly #ids = new Set<string>();
  #recordCount = 0;

  private constructor(file: SetFileWriter, content: FileContent) {
    this.#file = file;
    this.#content = content;
    const blockBytes = content === 'facts' ? FACT_TEXT_BLOCK_BYTES : TEXT_BLOCK_BYTES;
    this.#texts = new SectionWriter(blockBytes, (bytes) => file.pack(bytes));
  }

  /** Begins a file in `folder`. The caller ends it with {@link finish} or {@link discard}. */
  static async create(
    folder: string,
    content: FileContent = 'advisories',
  ): Promise<BlockFileWriter> {
    return new BlockFileWriter(await SetFileWriter.create(folder), content);
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Returns whether a record with this id was added. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /**
   * Adds a record with those of its affected packages that this file is about; there must be one at
   * least.
   */
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
    const byName = groupBy(affected, (item) => item.name);
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
   * Takes over the records of another file of the same feed and need, except those whose id was
   * added here, and those that the publisher changed or took back.
   */
  async copyFrom(
    file: BlockFile,
    isOutdated: (id: string) => boolean = () => false,
  ): Promise<void> {
    if (this.#content === 'facts') return this.#copyFactsFrom(file, isOutdated);
    const renewed = new Set(this.#ids);
    const numbers = new Map<number, number>();
    for (const [oldNumber, id, text] of file.allTexts()) {
      if (renewed.has(id) || isOutdated(id)) continue;
      numbers.set(oldNumber, this.#recordCount);
      this.#texts.add(textKey(this.#recordCount), text);
      this.#recordCount += 1;
      await this.flush();
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
  flush(): Promise<void> {
    return this.#file.flush();
  }

  /** Completes the file under its digest. It is complete on disk and not yet referenced. */
  async finish(): Promise<WrittenFile> {
    const names = this.#entries.names();
    return this.#file.finish({
      form: 'entries',
      recordCount: this.#recordCount,
      packageCount: this.#content === 'facts' ? 0 : names.length,
      texts: this.#file.packJson(this.#texts.finish()),
      packages: await this.#writePackages(names),
      ids: this.#writeIds(),
      filter: this.#file.pack(buildNameFilter(names)),
    });
  }

  /** Leaves nothing behind; harmless after {@link finish}. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  async #copyFactsFrom(file: BlockFile, isOutdated: (id: string) => boolean): Promise<void> {
    for (const [key, rows] of file.allRows()) {
      for (const row of rows) {
        if (this.#ids.has(row.id) || isOutdated(row.id)) continue;
        const text = row.textNumber === NO_TEXT ? undefined : file.textOf(row.textNumber);
        const textNumber = text === undefined ? NO_TEXT : this.#recordCount;
        this.#recordCount += 1;
        if (text !== undefined) this.#texts.add(textKey(textNumber), text);
        this.#entries.add(key, row.withTextNumber(textNumber));
      }
      await this.flush();
    }
  }

  #addIds(id: string, aliases: readonly string[], names: readonly string[]): void {
    this.#ids.add(id);
    this.#idIndex.add(id, aliases, names);
  }

  async #writePackages(names: readonly string[]): Promise<Extent> {
    const section = new SectionWriter(PACKAGE_BLOCK_BYTES, (bytes) => this.#file.pack(bytes));
    for (const name of names) {
      section.add(name, `[${this.#entries.of(name).join(',')}]`);
      await this.flush();
    }
    this.#entries.clear();
    return this.#file.packJson(section.finish());
  }

  #writeIds(): Extent {
    const section = new SectionWriter(ID_BLOCK_BYTES, (bytes) => this.#file.pack(bytes));
    this.#idIndex.writeTo(section);
    return this.#file.packJson(section.finish());
  }
}
