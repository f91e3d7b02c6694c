/** A record on its way into the base: which sets it is of, and how it gets into the file of one. */

import { deflateRawSync, crc32 } from 'node:zlib';
import type {
  DocumentReading,
  Feed,
  FeedDocument,
  RecordFeed,
  RecordOutline,
} from '../feeds/feed.ts';
import type { BlockFileWriter } from '../store/block-file-writer.ts';
import type { RecordFileWriter } from '../store/record-file-writer.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { DeflatedBody } from '../../formats/archive/gzip/gzip-members.ts';
import type { Advisory, AdvisoryNeed } from '../../core/model/advisory/advisory.ts';

/** The records of a document, ready to be stored. */
export interface NewRecords extends DocumentReading {
  readonly records: readonly NewRecord[];
}

/** A record of a publisher on its way into the base. */
export interface NewRecord {
  readonly id: string;
  /** Empty where the publisher does not say it. */
  readonly modifiedAt: string;
  /** The sets that it belongs to, each once. */
  readonly parts: readonly { readonly need: AdvisoryNeed }[];
  /** Adds the content of one of {@link parts} to the file of that need. */
  addTo(writer: BlockFileWriter | RecordFileWriter, need: AdvisoryNeed): void;
}

/**
 * Reads all advisories of a document of a feed.
 *
 * @throws ParseError
 */
export function readDocument(feed: Feed, document: FeedDocument): NewRecords {
  const { advisories, ...besides } = feed.read(document);
  return { ...besides, records: advisories.map((advisory) => new ReadRecord(advisory)) };
}

/**
 * Returns the record of a document that is a record by itself, reading only its outline. @throws
 * ParseError
 */
export function readNewRecord(feed: RecordFeed, document: FeedDocument): NewRecords {
  const reading = feed.outline(document);
  const { outline, rejected, skipped, record } = reading;
  if (outline === undefined || record === undefined) return { ...reading, records: [] };
  const records = [new OutlinedRecord(feed, document, outline)];
  return { records, rejected, skipped, record };
}

/** An advisory that is read already. */
class ReadRecord implements NewRecord {
  readonly #advisory: Advisory;
  readonly parts: readonly Part<Advisory['affected'][number]>[];

  constructor(advisory: Advisory) {
    this.#advisory = advisory;
    this.parts = partsOf(advisory.affected);
  }

  get id(): string {
    return this.#advisory.id;
  }

  get modifiedAt(): string {
    return this.#advisory.modifiedAt;
  }

  addTo(writer: BlockFileWriter | RecordFileWriter, need: AdvisoryNeed): void {
    if (writer.form === 'records') throw new TypeError('only records by themselves are stored so');
    writer.add(this.#advisory, itemsOf(this.parts, need));
  }
}

/**
 * A document of which the outline is known: it is stored as it is, or read after all where a set
 * has entries.
 */
class OutlinedRecord implements NewRecord {
  readonly #feed: RecordFeed;
  readonly #document: FeedDocument;
  readonly #outline: RecordOutline;
  readonly parts: readonly Part<RecordOutline['places'][number]>[];
  #body: DeflatedBody | undefined;
  #read: ReadRecord | undefined;

  constructor(feed: RecordFeed, document: FeedDocument, outline: RecordOutline) {
    this.#feed = feed;
    this.#document = document;
    this.#outline = outline;
    this.parts = partsOf(outline.places);
  }

  get id(): string {
    return this.#outline.id;
  }

  get modifiedAt(): string {
    return this.#outline.modifiedAt;
  }

  addTo(writer: BlockFileWriter | RecordFileWriter, need: AdvisoryNeed): void {
    if (writer.form === 'entries') {
      this.#read ??= new ReadRecord(this.#advisory());
      this.#read.addTo(writer, need);
      return;
    }
    this.#body ??= deflatedBody(this.#document);
    const names = itemsOf(this.parts, need).map(({ name }) => name);
    const { id, aliases } = this.#outline;
    writer.add({ id, aliases, names, body: this.#body });
  }

  #advisory(): Advisory {
    const [advisory] = this.#feed.read(this.#document).advisories;
    if (advisory === undefined) throw new ParseError(this.#document.name, 'no advisory');
    return advisory;
  }
}

/** Fixed, so that the same record gives the same bytes. */
const LEVEL = 9;

/** Returns the body as the publisher compressed it; otherwise compresses it here. */
function deflatedBody({ bytes, packed }: FeedDocument): DeflatedBody {
  const sizeBytes = bytes.length;
  if (packed !== undefined) return { packed: packed.deflated, crc32: packed.crc32, sizeBytes };
  return { packed: deflateRawSync(bytes, { level: LEVEL }), crc32: crc32(bytes), sizeBytes };
}

/** The items of a record for one ecosystem or release. */
interface Part<T> {
  readonly need: AdvisoryNeed;
  readonly items: readonly T[];
}

function partsOf<T extends AdvisoryNeed>(items: readonly T[]): readonly Part<T>[] {
  const [first] = items;
  if (first !== undefined && items.length === 1) return [{ need: needOf(first), items }];
  const parts = new Map<string, { readonly need: AdvisoryNeed; readonly items: T[] }>();
  for (const item of items) {
    const key = `${item.ecosystem}/${item.release ?? ''}`;
    const known = parts.get(key);
    if (known !== undefined) known.items.push(item);
    else parts.set(key, { need: needOf(item), items: [item] });
  }
  return [...parts.values()];
}

function itemsOf<T>(parts: readonly Part<T>[], need: AdvisoryNeed): readonly T[] {
  const { ecosystem, release } = need;
  const part = parts.find(
    (one) => one.need.ecosystem === ecosystem && one.need.release === release,
  );
  return part?.items ?? [];
}

function needOf({ ecosystem, release }: AdvisoryNeed): AdvisoryNeed {
  return release === undefined ? { ecosystem } : { ecosystem, release };
}
