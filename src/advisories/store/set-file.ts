/**
 * The form of the file of a set: the data of one feed for one ecosystem or release, immutable,
 * named by its SHA-256 digest.
 *
 *     "ASSAYADV", version (u32)            12 bytes, little-endian
 *     content                              in one of two forms, see below
 *     directory                            JSON: the form, counts, and where things are
 *     length and CRC-32 of the directory   u32 each
 *     "ASSAYADV"                           8 bytes; a file that was cut off does not end so
 *
 * `entries` ({@link BlockFile}): records were parsed when the file was built, and are stored by
 * package, or by vulnerability id for facts. `records` ({@link RecordFile}): the records as they
 * were published, with an index; they are read when they are looked up. Each is a deflate stream
 * with the CRC-32 and the length of what it unpacks to behind it (u32 each), as in a member of a
 * gzip file. Every piece of both forms has a checksum that is verified before it is used.
 */

import type { Extent } from './section.ts';

/** The first bytes of every file of the store. */
export const MAGIC = 'ASSAYADV';
/** Raised when an older program could not read the file rightly. */
export const FORMAT_VERSION = 5;
/** The length of the head: the magic and the format version, in bytes. */
export const HEAD_BYTES = 12;
/** The length of the tail, which locates the directory of the file, in bytes. */
export const TAIL_BYTES = 16;

interface Counts {
  readonly recordCount: number;
  /** 0 where the file holds facts by id. */
  readonly packageCount: number;
}

/** The directory of a file of entries. */
export interface EntriesDirectory extends Counts {
  readonly form: 'entries';
  readonly packages: Extent;
  readonly ids: Extent;
  readonly texts: Extent;
  readonly filter: Extent;
}

/** The directory of a file of records. */
export interface RecordsDirectory extends Counts {
  readonly form: 'records';
  /** In the order in which they lie. */
  readonly records: TableExtent;
  /** Names of packages to records. */
  readonly names: HashTableExtent;
  /** Ids and aliases to records. */
  readonly ids: HashTableExtent;
}

/** The directory of a file: where its tables are and how much they hold. */
export type SetDirectory = EntriesDirectory | RecordsDirectory;

/** A table: rows in pages, and where each page is. */
export interface TableExtent {
  readonly rowCount: number;
  readonly pages: Extent;
}

/** A table of hashes: rows, and behind them where each bucket is. */
export interface HashTableExtent {
  readonly rowCount: number;
  readonly bucketCount: number;
  /** Offset of the list of buckets; the rows end there. */
  readonly offset: number;
  /** CRC-32 of the list. */
  readonly sum: number;
}

/** Returns the key of an id or alias: publishers do not agree on case. */
export function idKey(id: string): string {
  return id.toUpperCase();
}
