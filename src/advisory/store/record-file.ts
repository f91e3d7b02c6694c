/**
 * Reads a file of records as they were published: by package, by id, or all of them. A record is unpacked and read by its
 * feed when it is looked up, so what Assay understands of it is always of the program that runs.
 */

import { crc32, inflateRawSync } from 'node:zlib';
import { ParseError } from '../../base/errors.ts';
import { inflateTogether, type DeflatedBody } from '../../format/gzip-members.ts';
import type { Advisory, AdvisoryNeed, Rating } from '../../model/advisory.ts';
import type { FeedDocument, RecordFeed, RecordOutline } from '../feed.ts';
import { damaged } from './damage.ts';
import type { AdvisoryText, EntryFacts } from './entry.ts';
import { HashTable, type HashRow } from './hash-table.ts';
import type { PackageRecord } from './package-record.ts';
import { RecordTable, type RecordRow } from './record-table.ts';
import { idKey, type RecordsDirectory } from './set-file.ts';
import type { StoredFile } from './stored-file.ts';

/** No feed lets a larger record in; a larger number is damage. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;
/** What is unpacked together where all of the file is read. */
const BATCH_BYTES = 256 * 1024;
/** What is unpacked together of packages that are looked up; the more, the fewer times the file is read. */
const LOOKED_UP_BYTES = 2 * 1024 * 1024;
/** So many packages are looked up together. */
const BATCH_NAMES = 4096;
/** Reading so many bytes that are not wanted is quicker than another read. */
const GAP_BYTES = 4096;
/** What is read of the file at once, where all of it is read. */
const WINDOW_BYTES = 1024 * 1024;
/** The least that zlib takes. */
const MIN_CHUNK_BYTES = 64;

/** Where a record lies. */
type PlacedRecord = Omit<RecordRow, 'id'>;

/** A record as stored. */
interface PackedRecord extends Pick<RecordRow, 'number' | 'sizeBytes' | 'crc32'> {
  readonly deflated: Uint8Array;
}

/** What is stored under the hash of a name. */
interface NamedRecords {
  readonly name: string;
  readonly placed: readonly PlacedRecord[];
  /** Of all, unpacked. */
  readonly sizeBytes: number;
}

const NONE: readonly never[] = [];
const NO_BYTES = new Uint8Array(0);

/** The same with what copying it into another file takes. */
export interface StoredRecord extends RecordRow, PackedRecord {}

/** Its id is looked up when a message needs it. */
interface NumberedDocument extends FeedDocument {
  readonly number: number;
}

export class RecordFile {
  readonly form = 'records';
  readonly #file: StoredFile;
  readonly #feed: RecordFeed;
  readonly #need: AdvisoryNeed;
  readonly #records: RecordTable;
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
    this.#records = new RecordTable(file, directory.records);
    this.#names = new HashTable(file, directory.names);
    this.#ids = new HashTable(file, directory.ids);
  }

  get path(): string {
    return this.#file.path;
  }

  /** The records of a package, by their ids. */
  recordsOfPackage(name: string): readonly PackageRecord[] {
    return this.#ofPackage(name, this.#unpacked(this.#packed(this.#named(name).placed)));
  }

  /** {@link recordsOfPackage} of each name in turn; those of several are read and unpacked together. */
  *recordsOfPackages(names: readonly string[]): Iterable<readonly PackageRecord[]> {
    for (let at = 0; at < names.length;) {
      const batch = this.#batchOf(names, at);
      yield* this.#ofPackages(batch);
      at += batch.length;
    }
  }

  /** Records that have this id or alias, each with the packages it names. */
  recordsOf(id: string): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const wanted = idKey(id);
    const packed = this.#packed(this.#placed([...new Set(this.#ids.numbersOf(wanted))]));
    return this.#advisoriesIn(this.#unpacked(packed))
      .filter((advisory) => [advisory.id, ...advisory.aliases].some((own) => idKey(own) === wanted))
      .map((advisory) => ({ id: advisory.id, names: this.#namesIn(advisory) }));
  }

  /** The packages that the record of this very id names. Records that have it as an alias are not even read. */
  namesOfRecord(id: string): readonly string[] {
    const numbers = this.#ids
      .numbersOf(idKey(id))
      .filter((number) => this.#records.idOf(number) === id);
    const [first] = this.#advisoriesIn(this.#unpacked(this.#packed(this.#placed(numbers))));
    return first === undefined ? [] : this.#namesIn(first);
  }

  /** What every record is about, in the order of their numbers. */
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

  /** All records as they are stored, in the order of their numbers. Those of one list share their memory. */
  *stored(): Iterable<readonly StoredRecord[]> {
    yield* this.#batches();
  }

  /** Rows of the index of names (`names`) or of ids and aliases. */
  indexRows(index: 'names' | 'ids'): Iterable<HashRow> {
    return (index === 'names' ? this.#names : this.#ids).rows();
  }

  /** Harmless when repeated. */
  close(): void {
    this.#file.close();
  }

  #isAbout({ ecosystem, release }: AdvisoryNeed): boolean {
    return ecosystem === this.#need.ecosystem && release === this.#need.release;
  }

  /** What is stored under the next names, as many as are unpacked together. */
  #batchOf(names: readonly string[], start: number): readonly NamedRecords[] {
    const batch: NamedRecords[] = [];
    let batchBytes = 0;
    const end = Math.min(names.length, start + BATCH_NAMES);
    for (let at = start; at < end && batchBytes < LOOKED_UP_BYTES; at += 1) {
      const own = this.#named(names[at] ?? '');
      batch.push(own);
      batchBytes += own.sizeBytes;
    }
    return batch;
  }

  /** Not within the loop above: V8 would optimize all of it at once, which takes longer than looking hundreds of names up. */
  #named(name: string): NamedRecords {
    const numbers = this.#names.numbersOf(name);
    if (numbers.length === 0) return { name, placed: NONE, sizeBytes: 0 };
    const placed = this.#placed(numbers);
    let sizeBytes = 0;
    for (const record of placed) sizeBytes += record.sizeBytes;
    return { name, placed, sizeBytes };
  }

  *#ofPackages(batch: readonly NamedRecords[]): Iterable<readonly PackageRecord[]> {
    const documents = this.#unpacked(this.#packed(batch.flatMap(({ placed }) => placed)));
    let at = 0;
    for (const { name, placed } of batch) {
      const { length } = placed;
      yield length === 0 ? NONE : this.#ofPackage(name, documents.slice(at, at + length));
      at += length;
    }
  }

  #ofPackage(name: string, documents: readonly NumberedDocument[]): readonly PackageRecord[] {
    return this.#advisoriesIn(documents)
      .map((advisory) => new PublishedRecord(this.#about(advisory, name)))
      .filter((record) => record.isOfPackage)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
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

  #placed(numbers: readonly number[]): readonly PlacedRecord[] {
    return numbers.map((number) => ({ number, ...this.#records.place(number) }));
  }

  /** In the order given; those that lie near one another are read together. */
  #packed(placed: readonly PlacedRecord[]): readonly PackedRecord[] {
    const inOrder = placed.length < 2 ? placed : placed.toSorted((a, b) => a.offset - b.offset);
    const bytes = new Map<number, Uint8Array>();
    for (let at = 0; at < inOrder.length;) at = this.#readRun(inOrder, at, bytes);
    return placed.map(({ number, sizeBytes, crc32: sum }) => ({
      number,
      sizeBytes,
      crc32: sum,
      deflated: bytes.get(number) ?? NO_BYTES,
    }));
  }

  /** Reads records from the one at `start` on; answers where the next run begins. */
  #readRun(
    records: readonly PlacedRecord[],
    start: number,
    bytes: Map<number, Uint8Array>,
  ): number {
    const begin = records[start]?.offset ?? 0;
    let stop = begin;
    let next = start;
    for (; next < records.length; next += 1) {
      const { offset = 0, packedBytes = 0 } = records[next] ?? {};
      const isNear = offset <= stop + GAP_BYTES && offset + packedBytes - begin <= WINDOW_BYTES;
      if (next > start && !isNear) break;
      stop = Math.max(stop, offset + packedBytes);
    }
    const run = this.#file.readAt(begin, stop - begin);
    for (const { number, offset, packedBytes } of records.slice(start, next)) {
      bytes.set(number, run.subarray(offset - begin, offset - begin + packedBytes));
    }
    return next;
  }

  #advisoriesIn(documents: readonly NumberedDocument[]): readonly Advisory[] {
    return documents.flatMap(
      (document) => this.#judged(document, (known) => this.#feed.read(known)).advisories,
    );
  }

  /** Only what could be read was stored. */
  #judged<T>(document: NumberedDocument, read: (document: FeedDocument) => T): T {
    try {
      return read(document);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      const id = this.#records.idOf(document.number);
      throw damaged(this.path, `has a record "${id}" that cannot be read`, error);
    }
  }

  /** @throws AssayError where one is not what was stored */
  #unpacked(records: readonly PackedRecord[]): readonly NumberedDocument[] {
    for (const { number, sizeBytes } of records) {
      if (sizeBytes > MAX_RECORD_BYTES) throw this.#wrong(number);
    }
    // One by itself is unpacked without the detour.
    const together = records.length < 2 ? undefined : inflateTogether(records.map(asBody));
    return records.map((record, index) => ({
      number: record.number,
      name: '',
      bytes: together?.[index] ?? this.#inflate(record),
    }));
  }

  /** By itself; also where unpacking together failed: there may be something behind the end of its deflate stream. */
  #inflate({ number, deflated, sizeBytes, crc32: sum }: PackedRecord): Uint8Array {
    try {
      const room = Math.max(MIN_CHUNK_BYTES, sizeBytes + 1);
      const bytes = inflateRawSync(deflated, { maxOutputLength: room, chunkSize: room });
      if (bytes.length === sizeBytes && crc32(bytes) === sum) return bytes;
    } catch (error) {
      throw this.#wrong(number, error);
    }
    throw this.#wrong(number);
  }

  #wrong(number: number, cause?: unknown): Error {
    const id = this.#records.idOf(number);
    return damaged(this.path, `has a record "${id}" with a wrong checksum`, cause);
  }

  *#batches(): Iterable<readonly StoredRecord[]> {
    let batch: StoredRecord[] = [];
    let batchBytes = 0;
    let window: Buffer = Buffer.alloc(0);
    let windowOffset = 0;
    for (const row of this.#records.rows()) {
      const { offset, packedBytes, sizeBytes } = row;
      if (batch.length > 0 && batchBytes + sizeBytes > BATCH_BYTES) {
        yield batch;
        batch = [];
        batchBytes = 0;
      }
      if (offset < windowOffset || offset + packedBytes > windowOffset + window.length) {
        const wanted = Math.min(WINDOW_BYTES, this.#file.sizeBytes - offset);
        window = this.#file.readAt(offset, Math.max(packedBytes, wanted));
        windowOffset = offset;
      }
      const start = offset - windowOffset;
      batch.push({ ...row, deflated: window.subarray(start, start + packedBytes) });
      batchBytes += sizeBytes;
    }
    if (batch.length > 0) yield batch;
  }
}

function asBody({ deflated, crc32: sum, sizeBytes }: PackedRecord): DeflatedBody {
  return { packed: deflated, crc32: sum, sizeBytes };
}

class PublishedRecord implements PackageRecord {
  readonly #advisory: Advisory;

  constructor(advisory: Advisory) {
    this.#advisory = advisory;
  }

  /** `false` where another name has the same hash. */
  get isOfPackage(): boolean {
    return this.#advisory.affected.length > 0;
  }

  get id(): string {
    return this.#advisory.id;
  }

  get aliases(): readonly string[] {
    return this.#advisory.aliases;
  }

  get related(): readonly string[] {
    return this.#advisory.related ?? [];
  }

  get hasDetails(): boolean {
    return this.#advisory.details !== undefined;
  }

  get modifiedAt(): string {
    return this.#advisory.modifiedAt;
  }

  facts(): EntryFacts {
    return this.whole();
  }

  whole(): Advisory {
    return { ...this.#advisory };
  }

  allRatings(): readonly Rating[] {
    const { ratings, affected } = this.#advisory;
    return [...ratings, ...affected.flatMap((item) => item.ratings)];
  }

  text(): AdvisoryText {
    return this.#advisory;
  }
}
