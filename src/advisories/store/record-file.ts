/**
 * Reads a file of records as they were published: by package, by id, or all of them. A record is unpacked and read by its
 * feed when it is looked up, so what Assay understands of it is always of the program that runs.
 */

import { crc32, inflateRawSync } from 'node:zlib';
import { compareText } from '../../core/base/compare.ts';
import { ParseError } from '../../core/base/errors.ts';
import { indexBy } from '../../core/base/maps.ts';
import {
  inflateTrailedBatch,
  TRAILER_BYTES,
  trailerOf,
} from '../../formats/archive/gzip/gzip-members.ts';
import type { Advisory, AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import type { FeedDocument, RecordFeed, RecordOutline } from '../feeds/feed.ts';
import { damagedDataError } from './damaged-data-error.ts';
import { HashTable, PACKED_BYTES_OVERFLOW, type RecordExtent, type HashRow } from './hash-table.ts';
import { PublishedRecord, type PackageRecord } from './package-record.ts';
import { RecordTable, type RecordRow } from './record-table.ts';
import { idKey, type RecordsDirectory } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

/** No feed lets a larger record in; a larger number is damage. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;
/**
 * Bytes of records that are read and unpacked together when the whole file is read; unpacked they
 * are three times as large.
 */
const BATCH_BYTES = 256 * 1024;
/** Bytes of looked-up packages that are read together; larger batches need fewer reads. */
const LOOKED_UP_BYTES = 1024 * 1024;
/** The most that is unpacked together. */
const MAX_UNPACKED_BYTES = 16 * 1024 * 1024;
/** So many packages are looked up together. */
const BATCH_NAMES = 4096;
/** Reading so many bytes that are not wanted is quicker than another read. */
const GAP_BYTES = 8 * 1024;
/** Bytes that are read at once when the whole file is read. */
const WINDOW_BYTES = 1024 * 1024;
/** The least that zlib takes. */
const MIN_CHUNK_BYTES = 64;

/** A record as stored. */
interface PackedRecord {
  readonly offset: number;
  /** With its trailer. */
  readonly body: Uint8Array;
}

const NONE: readonly never[] = [];

/** A record with the data that is needed to copy it into another file. */
export interface StoredRecord extends RecordRow, PackedRecord {}

/** Its id is looked up when a message needs it. */
interface PlacedDocument extends FeedDocument {
  readonly offset: number;
}

/**
 * A file of records as they were published, open for reading. Each is read by its feed when it is
 * looked up.
 */
export class RecordFile {
  readonly form = 'records';
  readonly #file: StoredFile;
  readonly #feed: RecordFeed;
  readonly #need: AdvisoryNeed;
  #records: RecordTable | undefined;
  readonly #names: HashTable;
  readonly #ids: HashTable;
  readonly directory: RecordsDirectory;

  /** `need` is what the file is about: what its records say of other ecosystems stands in other files. */
  constructor(
    { file, directory }: { readonly file: StoredFile; readonly directory: RecordsDirectory },
    feed: RecordFeed,
    need: AdvisoryNeed,
  ) {
    this.#file = file;
    this.directory = directory;
    this.#feed = feed;
    this.#need = need;
    this.#names = new HashTable(file, directory.names);
    this.#ids = new HashTable(file, directory.ids);
  }

  #table(): RecordTable {
    return (this.#records ??= new RecordTable(this.#file, this.directory.records));
  }

  get path(): string {
    return this.#file.path;
  }

  /** Returns the records of a package, by their ids. */
  recordsOfPackage(name: string): readonly PackageRecord[] {
    const [places = NONE] = this.#names.placesOf([name]);
    return this.#ofPackage(name, this.#unpacked(this.#packed(places)));
  }

  /** Yields {@link recordsOfPackage} of each name in turn; those of several are read and unpacked together. */
  *recordsOfPackages(names: readonly string[]): Generator<readonly PackageRecord[], undefined> {
    for (let start = 0; start < names.length; start += BATCH_NAMES) {
      const some = names.slice(start, start + BATCH_NAMES);
      const placed = this.#names.placesOf(some);
      for (let at = 0; at < some.length;) {
        const end = batchEnd(placed, at);
        const documents = this.#unpacked(this.#packed(placed.slice(at, end).flat()));
        let first = 0;
        for (; at < end; at += 1) {
          const last = first + (placed[at]?.length ?? 0);
          const isKnown = last > first;
          yield isKnown ? this.#ofPackage(some[at] ?? '', documents.slice(first, last)) : NONE;
          first = last;
        }
      }
    }
    return undefined;
  }

  /** Returns the records that have this id or alias, each with the packages it names. */
  recordsOf(id: string): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const wanted = idKey(id);
    return this.#advisoriesIn(this.#unpacked(this.#packed(this.#placesOfId(wanted))))
      .filter((advisory) => [advisory.id, ...advisory.aliases].some((own) => idKey(own) === wanted))
      .map((advisory) => ({ id: advisory.id, names: this.#namesIn(advisory) }));
  }

  /**
   * Returns all records that have one of these ids or aliases, each once; they are read and
   * unpacked together.
   */
  advisoriesOfIds(ids: readonly string[]): readonly Advisory[] {
    const places = this.#ids.placesOf(ids.map(idKey)).flat();
    const unique = [...indexBy(places, 'offset').values()];
    return this.#advisoriesIn(this.#unpacked(this.#packed(unique)));
  }

  /**
   * Returns the packages that the record of this very id names. Records that have it as an alias
   * are not even read.
   */
  namesOfRecord(id: string): readonly string[] {
    const places = this.#placesOfId(idKey(id)).filter((place) => this.#idAt(place) === id);
    const [first] = this.#advisoriesIn(this.#unpacked(this.#packed(places)));
    return first === undefined ? [] : this.#namesIn(first);
  }

  /** Yields the outline of every record, in stored order. */
  *outlines(): Iterable<RecordOutline> {
    for (const batch of this.#batches()) {
      for (const document of this.#unpacked(batch)) {
        const { outline } = this.#judged(document, (known) => this.#feed.outline(known));
        if (outline === undefined) continue;
        const places = outline.places.filter((place) => this.#isAbout(place));
        yield { ...outline, places };
      }
    }
  }

  /**
   * Yields all records as they are stored, in the order in which they lie. Those of one list share
   * their memory.
   */
  *stored(): Iterable<readonly StoredRecord[]> {
    yield* this.#batches();
  }

  /** Yields the rows of the index of names (`names`) or of ids and aliases. */
  indexRows(index: 'names' | 'ids'): Iterable<HashRow> {
    return (index === 'names' ? this.#names : this.#ids).rows();
  }

  /** Closes the file; harmless when repeated. */
  close(): void {
    this.#file.close();
  }

  #isAbout({ ecosystem, release }: AdvisoryNeed): boolean {
    return ecosystem === this.#need.ecosystem && release === this.#need.release;
  }

  #ofPackage(name: string, documents: readonly PlacedDocument[]): readonly PackageRecord[] {
    const records: PublishedRecord[] = [];
    for (const advisory of this.#advisoriesIn(documents)) {
      const about = this.#about(advisory, name);
      // Another name may have the same hash.
      if (about.affected.length > 0) records.push(new PublishedRecord(about));
    }
    return records.length < 2 ? records : records.sort((a, b) => compareText(a.id, b.id));
  }

  #about(advisory: Advisory, name: string): Advisory {
    const affected = advisory.affected.filter((item) => item.name === name && this.#isAbout(item));
    // Nearly all records are about one package, and copying costs more than looking.
    return affected.length === advisory.affected.length ? advisory : { ...advisory, affected };
  }

  #namesIn(advisory: Advisory): readonly string[] {
    const own = advisory.affected.filter((item) => this.#isAbout(item));
    return [...new Set(own.map(({ name }) => name))].sort();
  }

  /** Returns each record once. */
  #placesOfId(key: string): readonly RecordExtent[] {
    const [places = NONE] = this.#ids.placesOf([key]);
    return [...indexBy(places, 'offset').values()];
  }

  #idAt({ offset }: { readonly offset: number }): string {
    return this.#table().rowAt(offset).id;
  }

  /** Reads records in the order given; neighboring ones are read together. */
  #packed(places: readonly RecordExtent[]): readonly PackedRecord[] {
    const records = places.map((place): Placed => ({
      offset: place.offset,
      end: this.#endOf(place),
      body: NO_BYTES,
    }));
    const inOrder = records.length < 2 ? records : records.toSorted(byOffset);
    for (let at = 0; at < inOrder.length;) at = this.#readRun(inOrder, at);
    return records;
  }

  /** Returns the end of a record, with its trailer. */
  #endOf({ offset, packedBytes }: RecordExtent): number {
    const isShort = packedBytes < PACKED_BYTES_OVERFLOW;
    const lengthBytes = isShort ? packedBytes : this.#table().rowAt(offset).packedBytes;
    return offset + lengthBytes + TRAILER_BYTES;
  }

  /** Reads records from the one at `start` on; answers where the next run begins. */
  #readRun(records: readonly Placed[], start: number): number {
    const begin = records[start]?.offset ?? 0;
    let stop = records[start]?.end ?? 0;
    let next = start + 1;
    for (; next < records.length; next += 1) {
      const { offset = 0, end = 0 } = records[next] ?? {};
      if (offset > stop + GAP_BYTES || end - begin > WINDOW_BYTES) break;
      stop = Math.max(stop, end);
    }
    const run = this.#file.readAt(begin, stop - begin);
    for (let at = start; at < next; at += 1) {
      const record = records[at];
      if (record !== undefined)
        record.body = run.subarray(record.offset - begin, record.end - begin);
    }
    return next;
  }

  #advisoriesIn(documents: readonly PlacedDocument[]): readonly Advisory[] {
    const advisories: Advisory[] = [];
    for (const document of documents) {
      const advisory = this.#judged(document, (known) => this.#feed.advisory(known));
      if (advisory !== undefined) advisories.push(advisory);
    }
    return advisories;
  }

  /** Only what could be read was stored. */
  #judged<T>(document: PlacedDocument, read: (document: FeedDocument) => T): T {
    try {
      return read(document);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const id = this.#idAt(document);
      throw damagedDataError(this.path, `has a record "${id}" that cannot be read`, error);
    }
  }

  /** @throws AssayError where one is not what was stored */
  #unpacked(records: readonly PackedRecord[]): readonly PlacedDocument[] {
    let unpackedBytes = 0;
    for (const { offset, body } of records) {
      const { sizeBytes } = trailerOf(body);
      if (sizeBytes > MAX_RECORD_BYTES) throw this.#wrong(offset);
      unpackedBytes += sizeBytes;
    }
    // One by itself is unpacked without the detour.
    const isFew = records.length < 2 || unpackedBytes > MAX_UNPACKED_BYTES;
    const together = isFew ? undefined : inflateTrailedBatch(records.map(({ body }) => body));
    return records.map((record, index) => ({
      offset: record.offset,
      name: '',
      bytes: together?.[index] ?? this.#inflate(record),
    }));
  }

  /** Unpacks a record by itself; also if unpacking together failed: there may be something behind the end of its deflate stream. */
  #inflate({ offset, body }: PackedRecord): Uint8Array {
    const { sizeBytes, crc32: sum } = trailerOf(body);
    try {
      const room = Math.max(MIN_CHUNK_BYTES, sizeBytes + 1);
      const deflated = body.subarray(0, body.length - TRAILER_BYTES);
      const bytes = inflateRawSync(deflated, { maxOutputLength: room, chunkSize: room });
      if (bytes.length === sizeBytes && crc32(bytes) === sum) return bytes;
    } catch (error) {
      throw this.#wrong(offset, error);
    }
    throw this.#wrong(offset);
  }

  #wrong(offset: number, cause?: unknown): Error {
    const id = this.#idAt({ offset });
    return damagedDataError(this.path, `has a record "${id}" with a wrong checksum`, cause);
  }

  *#batches(): Iterable<readonly StoredRecord[]> {
    let batch: StoredRecord[] = [];
    let batchBytes = 0;
    let window: Buffer = Buffer.alloc(0);
    let windowOffset = 0;
    for (const row of this.#table().rows()) {
      const { offset, packedBytes } = row;
      const lengthBytes = packedBytes + TRAILER_BYTES;
      if (batch.length > 0 && batchBytes + lengthBytes > BATCH_BYTES) {
        yield batch;
        batch = [];
        batchBytes = 0;
      }
      if (offset < windowOffset || offset + lengthBytes > windowOffset + window.length) {
        const wanted = Math.min(WINDOW_BYTES, this.#file.sizeBytes - offset);
        window = this.#file.readAt(offset, Math.max(lengthBytes, wanted));
        windowOffset = offset;
      }
      const start = offset - windowOffset;
      batch.push({ ...row, body: window.subarray(start, start + lengthBytes) });
      batchBytes += lengthBytes;
    }
    if (batch.length > 0) yield batch;
  }
}

/** A record that is being read. */
interface Placed {
  readonly offset: number;
  readonly end: number;
  body: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

function byOffset(a: Placed, b: Placed): number {
  return a.offset - b.offset;
}

/** Returns the end of the packages that are read together with the one at `start`. */
function batchEnd(placed: readonly (readonly RecordExtent[])[], start: number): number {
  let batchBytes = 0;
  let end = start;
  for (; end < placed.length && batchBytes < LOOKED_UP_BYTES; end += 1) {
    for (const { packedBytes } of placed[end] ?? NONE) batchBytes += packedBytes;
  }
  return end;
}
