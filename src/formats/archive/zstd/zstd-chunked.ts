/**
 * Tables of contents of zstd:chunked layers: each file of the tar lies in zstd frames of its own,
 * and a table behind them says where.
 *
 * Source: containers/storage, package `pkg/chunked` (annotations
 * `io.github.containers.zstd-chunked.*`); the rows are those of CRFS. Nothing in it is more than
 * its writer's claim. Refused: negative or huge numbers, files that overlap, lie outside of the
 * layer, take more room than they can need or name no digest, and chunks that do not add up to
 * their file.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { parseDigest } from '../../crypto/digest/digest-check.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  type JsonObject,
  type JsonValue,
} from '../../text/json/json.ts';
import type { LayerMember } from '../tar/layer-tar.ts';
import type { TarEntryType } from '../tar/tar-entry.ts';

/** The position of a table in its blob. */
export interface ChunkedPosition {
  /** Checksum of the table as stored. */
  readonly checksum: Digest;
  readonly start: number;
  readonly lengthBytes: number;
  readonly unpackedBytes: number;
}

/** A file's content: its span of the blob is a row of zstd frames. */
export interface ChunkedBody {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
  /** Unpacked. */
  readonly sizeBytes: number;
  readonly digest: Digest;
  /** Parts of the unpacked content, from its start to its end; empty for a file in one piece. */
  readonly chunks: readonly { readonly sizeBytes: number; readonly digest: Digest }[];
}

/** An entry of the table of contents of a zstd:chunked layer. */
export interface ChunkedEntry extends LayerMember {
  /** Absent for empty files and for all that are none. */
  readonly body?: ChunkedBody;
}

const CHECKSUM = 'io.github.containers.zstd-chunked.manifest-checksum';
const POSITION = 'io.github.containers.zstd-chunked.manifest-position';
/** Offset, length, unpacked length; `1` is the only form of table there is. */
const POSITION_FORM =
  /^(?<start>\d{1,15}):(?<lengthBytes>\d{1,15}):(?<unpackedBytes>\d{1,15}):(?<form>\d{1,9})$/;
const CRFS_FORM = '1';
const TABLE_VERSION = 1;

const TYPES: ReadonlyMap<string, TarEntryType> = new Map([
  ['reg', 'file'],
  ['hardlink', 'hardlink'],
  ['symlink', 'symlink'],
  ['dir', 'directory'],
  ['char', 'characterDevice'],
  ['block', 'blockDevice'],
  ['fifo', 'fifo'],
]);
const PERMISSION_BITS = 0o7777;

/**
 * Bytes that frames add to incompressible content, many times over; RFC 8878 needs 21 bytes and 3
 * for each 128 KiB.
 */
const FRAME_BYTES = 256;
const MIN_OVERHEAD_BYTES = 64 * 1024;
const OVERHEAD_PART = 64;

/**
 * Returns the position of a layer's table from its annotations; `undefined` if it has no table, or
 * none that can be compared with a checksum.
 *
 * @throws ParseError where they cannot be understood, or place the table outside of the `blobBytes`
 * of the layer.
 */
export function chunkedPosition(
  annotations: ReadonlyMap<string, string>,
  blobBytes: number,
  name: string,
): ChunkedPosition | undefined {
  const position = annotations.get(POSITION);
  const stated = annotations.get(CHECKSUM);
  if (position === undefined || stated === undefined) return undefined;
  const { start, lengthBytes, unpackedBytes, form } = POSITION_FORM.exec(position)?.groups ?? {};
  const checksum = parseDigest(stated);
  if (checksum === undefined || form !== CRFS_FORM) {
    throw new ParseError(name, `its annotations cannot be understood: "${position}", "${stated}"`);
  }
  const found = {
    checksum,
    start: Number(start),
    lengthBytes: Number(lengthBytes),
    unpackedBytes: Number(unpackedBytes),
  };
  if (found.lengthBytes === 0 || found.start + found.lengthBytes > blobBytes) {
    throw new ParseError(name, 'it would lie outside of its layer');
  }
  return found;
}

/**
 * Returns the rows of a table, in the order of the tar. `bodyEnd` is where it begins itself: all
 * files lie in front of it.
 *
 * @throws ParseError
 */
export function readChunkedTable(
  json: Uint8Array,
  bodyEnd: number,
  name: string,
): readonly ChunkedEntry[] {
  const table = readJson(name, json);
  const rows = table['entries'];
  if (table['version'] !== TABLE_VERSION || !isJsonArray(rows)) {
    throw new ParseError(name, 'it is not a table of version 1');
  }
  const reader = new TableReader(name, bodyEnd);
  for (const row of rows) reader.take(row);
  return reader.end();
}

/** A file whose chunks may still follow. */
interface OpenFile {
  readonly member: LayerMember;
  readonly span: Omit<ChunkedBody, 'chunks'>;
  readonly chunks: ChunkedBody['chunks'][number][];
  chunkedBytes: number;
}

class TableReader {
  readonly #name: string;
  readonly #bodyEnd: number;
  readonly #entries: ChunkedEntry[] = [];
  #open: OpenFile | undefined;
  /** End of the last file. */
  #takenEnd = 0;

  constructor(name: string, bodyEnd: number) {
    this.#name = name;
    this.#bodyEnd = bodyEnd;
  }

  take(row: JsonValue): void {
    if (!isJsonObject(row)) return this.#refuse('it has a row that is not an object');
    const { type, name } = row;
    if (typeof type !== 'string' || typeof name !== 'string') {
      return this.#refuse('it has a row without type or name');
    }
    if (type === 'chunk') {
      this.#takeChunk(row, name);
      return;
    }
    this.#close();
    const member: LayerMember = {
      type: TYPES.get(type) ?? 'unknown',
      path: name,
      linkPath: typeof row['linkName'] === 'string' ? row['linkName'] : '',
      sizeBytes: type === 'reg' ? this.#count(row, 'size', name) : 0,
      mode: this.#count(row, 'mode', name) & PERMISSION_BITS,
      uid: ownerIn(row['uid']),
      gid: ownerIn(row['gid']),
    };
    if (member.sizeBytes === 0) this.#entries.push(member);
    else this.#begin(member, row);
  }

  end(): readonly ChunkedEntry[] {
    this.#close();
    return this.#entries;
  }

  #begin(member: LayerMember, row: JsonObject): void {
    const { path, sizeBytes } = member;
    const span = {
      start: this.#count(row, 'offset', path),
      end: this.#count(row, 'endOffset', path),
      sizeBytes,
      digest: this.#digest(row, 'digest', path),
    };
    if (span.end <= span.start) this.#refuse(`"${path}" ends before it begins`);
    if (span.start < this.#takenEnd) this.#refuse(`"${path}" overlaps the file before it`);
    if (span.end > this.#bodyEnd) this.#refuse(`"${path}" lies outside of its layer`);
    this.#takenEnd = span.end;
    this.#open = { member, span, chunks: [], chunkedBytes: 0 };
    if (row['chunkDigest'] !== undefined) this.#takeChunk(row, path);
  }

  /** The first chunk of a file stands in the file's own row. */
  #takeChunk(row: JsonObject, path: string): void {
    const file = this.#open;
    if (file?.member.path !== path) return this.#refuse(`a chunk of "${path}" stands alone`);
    const sizeBytes = this.#count(row, 'chunkSize', path);
    const isNext = this.#count(row, 'chunkOffset', path) === file.chunkedBytes;
    file.chunkedBytes += sizeBytes;
    if (!isNext || sizeBytes === 0 || file.chunkedBytes > file.span.sizeBytes) {
      this.#refuse(`the chunks of "${path}" do not add up to the file`);
    }
    file.chunks.push({ sizeBytes, digest: this.#digest(row, 'chunkDigest', path) });
  }

  #close(): void {
    const file = this.#open;
    if (file === undefined) return;
    this.#open = undefined;
    const { member, span, chunks, chunkedBytes } = file;
    if (chunks.length > 0 && chunkedBytes !== span.sizeBytes) {
      this.#refuse(`the chunks of "${member.path}" do not add up to the file`);
    }
    const overheadBytes =
      MIN_OVERHEAD_BYTES + span.sizeBytes / OVERHEAD_PART + chunks.length * FRAME_BYTES;
    if (span.end - span.start > span.sizeBytes + overheadBytes) {
      this.#refuse(`"${member.path}" takes more room than it can need`);
    }
    this.#entries.push({ ...member, body: { ...span, chunks } });
  }

  /** Returns a count of a row; an absent one is 0. */
  #count(row: JsonObject, key: string, path: string): number {
    const value = row[key] ?? 0;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    return this.#refuse(`"${path}" has an unusable ${key}`);
  }

  #digest(row: JsonObject, key: string, path: string): Digest {
    return parseDigest(row[key]) ?? this.#refuse(`"${path}" has no usable ${key}`);
  }

  #refuse(reason: string): never {
    throw new ParseError(this.#name, reason);
  }
}

/**
 * Returns an owner. The table omits owners whose number is 0. One that is not a number is unknown.
 */
function ownerIn(value: JsonValue = 0): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
