/**
 * The contract of a feed: fetching and reading are apart, so that all reading is tested offline on
 * saved members.
 */

import type { Context } from '../../core/base/context.ts';
import type {
  Advisory,
  AdvisoryNeed,
  VulnerabilityFacts,
} from '../../core/model/advisory/advisory.ts';

/** One member of a publisher's feed, never a whole archive. */
export interface FeedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Reason for missing bytes; they are empty then, and the document is counted as rejected. */
  readonly fault?: string;
  /** When the file that it came from was last changed, as its origin says; ISO 8601 in UTC. */
  readonly changedAt?: string;
  /**
   * {@link FeedDocument.bytes} as the publisher packed them, where it is a deflated member of a zip
   * archive.
   */
  readonly packed?: DeflatedBytes;
}

/** A raw deflate stream (RFC 1951). */
export interface DeflatedBytes {
  readonly deflated: Uint8Array;
  /** CRC-32 of what it unpacks to. */
  readonly crc32: number;
}

/** A record, or a part of one, that could not be used. */
export interface RejectedRecord {
  /** Document or record, as a person would look for it. */
  readonly what: string;
  /** The same words for the same cause, so that they can be counted. */
  readonly reason: string;
}

/** Content of one document beside its advisories. */
export interface DocumentReading {
  /** Facts by id, of feeds that describe vulnerabilities and not packages. */
  readonly facts?: readonly VulnerabilityFacts[];
  /** Instant of the data, if the document states it. */
  readonly dataAt?: string;
  readonly rejected: readonly RejectedRecord[];
  /**
   * Ecosystem or release of each record left out because Assay does not know it, as the publisher
   * writes it.
   */
  readonly skipped: readonly string[];
  /**
   * The record that the document is, used or not; only of feeds that can say what changed
   * ({@link Feed.changes}).
   */
  readonly record?: { readonly id: string; readonly modifiedAt: string };
}

/** Content of one document. */
export interface FeedReading extends DocumentReading {
  readonly advisories: readonly Advisory[];
}

/** A package of an ecosystem or release. */
export interface PackageKey extends AdvisoryNeed {
  /** In its ecosystem's normal form. */
  readonly name: string;
}

/** The data of a record that is needed to find it again. */
export interface RecordOutline {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly modifiedAt: string;
  /** The packages of {@link Advisory.affected}, in its order; at least one. */
  readonly places: readonly PackageKey[];
  readonly summary: string;
  readonly details: string | undefined;
}

/**
 * Content of one document with only the outline of its advisory; absent if it has none. An advisory
 * brings no facts.
 */
export interface OutlineReading extends DocumentReading {
  readonly outline?: RecordOutline;
}

/** One file of an origin, open for reading. */
export interface OriginFile {
  /** Path or URL for messages, without secrets. */
  readonly path: string;
  readonly sizeBytes: number;
  /** `Last-Modified` over HTTP, else the time of the file; ISO 8601 in UTC. */
  readonly changedAt?: string;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The location of a feed's files: a mirror directory, a mirror server, or the publisher. */
export interface FeedOrigin {
  /**
   * Whether `changedAt` of its files is the publisher's word; at a mirror it may be the time of
   * copying.
   */
  readonly statesDates: boolean;
  /**
   * Opens `path`, relative to the feed's own base; the caller closes it. `undefined` where there is
   * no such file, or where it is as it was when it was last read: then the loader knows that, and
   * the feed need not.
   * @throws AssayError `NETWORK`, `TIMEOUT`, `OFFLINE`, `LIMIT_EXCEEDED`, `ACCESS_DENIED`
   */
  open(path: string, context: Context): Promise<OriginFile | undefined>;
}

/** A request for everything that a feed has, or has for one need. */
export interface FeedRequest {
  readonly origin: FeedOrigin;
  /** Absent: everything that the feed has for the ecosystems that Assay knows. */
  readonly need?: AdvisoryNeed;
}

/** The progress of loading the records of one ecosystem. */
export interface FeedWatermark {
  /** Latest `modified` of all records, used or not. */
  readonly newestAt: string;
  /**
   * SHA-256 in hexadecimal over the ids modified at that very instant, sorted, each with a line
   * feed behind it.
   */
  readonly newestIds: string;
  /** Records published, used or not. */
  readonly recordCount: number;
}

/** A request for what a publisher changed since an earlier fetch. */
export interface ChangesRequest {
  readonly origin: FeedOrigin;
  readonly need: AdvisoryNeed;
  readonly since: FeedWatermark;
  /**
   * Returns the last modification of the loaded record with this id; `undefined` if none is loaded.
   */
  modifiedAt(id: string): string | undefined;
}

/** Changes that a publisher made since a mark. */
export interface FeedChanges {
  /** All ids published; what is loaded and not among them was taken back. */
  readonly ids: ReadonlySet<string>;
  readonly changedIds: ReadonlySet<string>;
  /** To be kept when all of the documents are read. */
  readonly mark: FeedWatermark;
  /** Yields the changed records. */
  documents(): AsyncIterable<FeedDocument>;
}

/** Members of a JSON object by key, in their order; values are unparsed. */
export type JsonMembers = ReadonlyMap<string, Uint8Array>;

/**
 * The content that identifies a file, whatever its name. A file that a publisher packs with gzip is
 * also recognized unpacked.
 */
export type FileEvidence =
  | {
      readonly kind: 'zip';
      /**
       * Decides by the content of the archive. Absent: any archive that no other form matches.
       * @throws ParseError if the archive is damaged
       */
      matches?(file: OriginFile): Promise<boolean>;
    }
  | {
      readonly kind: 'start';
      /** Matches the first 4096 bytes of the unpacked content, read as Latin-1. */
      readonly pattern: RegExp;
    }
  | {
      readonly kind: 'json';
      /**
       * Decides by the first members of the object. It is called again with each further member.
       * @throws ParseError if a member is damaged
       */
      matches(members: JsonMembers): boolean;
    };

/** One form in which a feed's data comes as a single file, for `db import`. */
export interface FileForm {
  /** Noun with its article, for messages. */
  readonly label: string;
  /**
   * Whether the file is a part of the feed. Records that other files have loaded are then retained.
   */
  readonly isPart?: true;
  readonly evidence: FileEvidence;
  /** Reads the file, which stays open. @throws ParseError if the file is damaged */
  documents(file: OriginFile): AsyncIterable<FeedDocument>;
}

/** One publisher. */
export interface Feed {
  readonly id: string;
  /** SPDX expression for the data, shown beside every advisory taken from it. */
  readonly license: string;
  /** The forms of files that contain the feed's data. `db import` recognizes them by content. */
  readonly recognizes: readonly FileForm[];
  /** Yields the feed's members, one by one; none where the origin does not have the feed. */
  fetch(request: FeedRequest, context: Context): AsyncIterable<FeedDocument>;
  /**
   * Fetches as {@link Feed.fetch} does, many members at once, for archives of many small members.
   */
  fetchTogether?(request: FeedRequest, context: Context): AsyncIterable<readonly FeedDocument[]>;
  /**
   * Returns the changes since a mark, where the publisher lists them. Returns `undefined` if they
   * cannot be determined, or if so much has changed that {@link Feed.fetch} costs less.
   */
  changes?(request: ChangesRequest, context: Context): Promise<FeedChanges | undefined>;
  /**
   * Reads a document. Pure. @throws ParseError where nothing of the document can be read; the
   * caller counts it as rejected.
   */
  read(document: FeedDocument): FeedReading;
  /**
   * Reads as {@link Feed.read} does, but returns only the outline of the one advisory in a
   * document. Only feeds whose documents are records by themselves have it: these are stored as
   * they are published, and read when looked up.
   */
  outline?(document: FeedDocument): OutlineReading;
  /**
   * Returns the one advisory of a document that was read before, as {@link Feed.read} gives it;
   * nothing is said again of what cannot be used. Where there is {@link Feed.outline}. Throws as
   * {@link Feed.read}.
   */
  advisory?(document: FeedDocument): Advisory | undefined;
}

/** A feed of records by themselves. */
export type RecordFeed = Feed & Required<Pick<Feed, 'outline' | 'advisory'>>;
