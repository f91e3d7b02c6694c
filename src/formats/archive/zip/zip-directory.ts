/**
 * The central directory of a zip archive: what is in it, and where. See `zip.ts` for the source and
 * for what is refused.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { asBuffer } from '../../bytes/as-buffer.ts';

/** Random access to the archive; a `CatalogFile` is one. */
export interface ZipSource {
  readonly path: string;
  readonly sizeBytes: number;
  readAt(offset: number, lengthBytes: number): Promise<Uint8Array>;
}

/** A row of a zip archive's central directory. */
export interface ZipEntry {
  /**
   * The name as stored; as UTF-8 if it is valid UTF-8, else each byte as one character (the code
   * page is not known).
   */
  readonly name: string;
  readonly isDirectory: boolean;
  readonly isEncrypted: boolean;
  /** The name is absolute or has a `..` part: it would leave the folder it is unpacked to. */
  readonly leavesRoot: boolean;
  /** An earlier entry has the same name. */
  readonly isDuplicate: boolean;
  /** 0 is stored, 8 is deflated; others cannot be read. */
  readonly method: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly crc32: number;
  /** Offset of the local header, from the start of the file. */
  readonly headerOffset: number;
}

/** An entry by itself: whether another has its name is not known. */
export type ZipRow = Omit<ZipEntry, 'isDuplicate'>;

/** The central directory of a zip archive. */
export interface ZipDirectory {
  /**
   * Yields the rows in their order, each read on demand.
   * @throws ParseError where one is damaged
   */
  rows(): Iterable<ZipRow>;
  /** Bytes in front of the archive. */
  readonly prefixBytes: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const END64_LOCATOR = 0x07064b50;
const CENTRAL = 0x02014b50;
const END_BYTES = 22;
const END64_BYTES = 56;
const LOCATOR_BYTES = 20;
const CENTRAL_BYTES = 46;
/** The end record's comment has a 16-bit length. */
const MAX_COMMENT_BYTES = 0xffff;
const U16_ELSEWHERE = 0xffff;
const U32_ELSEWHERE = 0xffffffff;
const FLAG_ENCRYPTED = 0x0001;
const FLAG_STRONG_ENCRYPTION = 0x0040;
const FLAG_UTF8 = 0x0800;
/** Directories are held whole; this is room for a million entries with long names. */
const MAX_DIRECTORY_BYTES = 256 * 1024 * 1024;
/** An absolute path, or a drive of Windows. */
const ABSOLUTE = /^(?:[\\/]|[A-Za-z]:)/;
const SEPARATOR = /[\\/]/;

/** A bound was reached; the archive may be whole. */
export class ZipLimitError extends ParseError {}

/**
 * Finds and reads the central directory of a zip archive, also behind a launcher, with Zip64
 * records.
 *
 * @throws ParseError where it is not a zip archive; {@link ZipLimitError} where it has more than
 * `maxEntries` entries
 */
export async function readZipDirectory(
  source: ZipSource,
  maxEntries: number,
): Promise<ZipDirectory> {
  const end = await findEnd(source);
  if (end.entryCount > maxEntries) throw tooManyEntries(source, maxEntries);
  if (end.directoryBytes > MAX_DIRECTORY_BYTES) {
    throw new ZipLimitError(source.path, `a central directory of ${end.directoryBytes} bytes`);
  }
  const bytes = await readZipExactly(source, end.directoryOffset, end.directoryBytes);
  return { rows: () => readRows(source, bytes, end, maxEntries), prefixBytes: end.prefixBytes };
}

/**
 * Returns whether a zip archive that {@link readZipDirectory} refuses has an entry of such a name,
 * in what can be read of its directory. Of a directory beyond all bounds it is not known:
 * `undefined`.
 */
export async function hasZipEntry(
  source: ZipSource,
  isWanted: (name: string) => boolean,
): Promise<boolean | undefined> {
  try {
    const end = await findEnd(source);
    if (end.directoryBytes > MAX_DIRECTORY_BYTES) return undefined;
    const bytes = await readZipExactly(source, end.directoryOffset, end.directoryBytes);
    for (const { name } of readRows(source, bytes, end, Number.POSITIVE_INFINITY)) {
      if (isWanted(name)) return true;
    }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  return false;
}

function tooManyEntries(source: ZipSource, maxEntries: number): ZipLimitError {
  return new ZipLimitError(source.path, `more than ${maxEntries} entries`);
}

/** Returns all entries of a directory. @throws ParseError where one is damaged */
export function zipEntries(directory: ZipDirectory): readonly ZipEntry[] {
  const entries: ZipEntry[] = [];
  const names = new Set<string>();
  for (const row of directory.rows()) {
    entries.push({ ...row, isDuplicate: names.has(row.name) });
    names.add(row.name);
  }
  return entries;
}

/**
 * Reads a span of a zip archive.
 *
 * @throws ParseError where the file ends before
 */
export async function readZipExactly(
  source: ZipSource,
  offset: number,
  lengthBytes: number,
): Promise<Uint8Array> {
  const bytes = await source.readAt(offset, lengthBytes);
  if (bytes.length !== lengthBytes) throw new ParseError(source.path, 'the file is cut off');
  return bytes;
}

/** Returns a view for reading little-endian fields. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

interface End {
  readonly entryCount: number;
  readonly directoryOffset: number;
  readonly directoryBytes: number;
  readonly prefixBytes: number;
}

async function findEnd(source: ZipSource): Promise<End> {
  const tailBytes = Math.min(source.sizeBytes, END_BYTES + MAX_COMMENT_BYTES);
  if (tailBytes < END_BYTES) throw new ParseError(source.path, 'too short for a zip archive');
  const tailOffset = source.sizeBytes - tailBytes;
  const tail = viewOf(await readZipExactly(source, tailOffset, tailBytes));
  const at = lastEndRecord(tail);
  if (at === undefined) throw new ParseError(source.path, 'no end record of a zip archive');
  const disk = tail.getUint16(at + 4, true);
  if (disk !== 0 && disk !== U16_ELSEWHERE) {
    throw new ParseError(source.path, 'an archive of several disks');
  }
  const plain = {
    entryCount: tail.getUint16(at + 10, true),
    directoryBytes: tail.getUint32(at + 12, true),
    directoryOffset: tail.getUint32(at + 16, true),
    endsAt: tailOffset + at,
  };
  const isZip64 =
    plain.entryCount === U16_ELSEWHERE ||
    plain.directoryBytes === U32_ELSEWHERE ||
    plain.directoryOffset === U32_ELSEWHERE;
  const found = isZip64 ? ((await findEnd64(source, plain.endsAt)) ?? plain) : plain;
  return locateDirectory(source, found);
}

/**
 * Returns the last one whose comment fits in what follows; a comment may itself hold the signature.
 */
function lastEndRecord(tail: DataView): number | undefined {
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + tail.getUint16(at + 20, true) <= tail.byteLength) return at;
  }
  return undefined;
}

interface StatedEnd {
  readonly entryCount: number;
  readonly directoryBytes: number;
  readonly directoryOffset: number;
  /** The required end of the directory: the first end record. */
  readonly endsAt: number;
}

async function findEnd64(source: ZipSource, endOffset: number): Promise<StatedEnd | undefined> {
  const locatorOffset = endOffset - LOCATOR_BYTES;
  if (locatorOffset < 0) return undefined;
  const locator = viewOf(await readZipExactly(source, locatorOffset, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== END64_LOCATOR) return undefined;
  const stated = readU64(source, locator, 8);
  // With bytes in front of the archive the stated offset is too low; then the record stands before
  // its locator.
  for (const offset of [stated, locatorOffset - END64_BYTES]) {
    if (offset < 0 || offset + END64_BYTES > locatorOffset) continue;
    const record = viewOf(await readZipExactly(source, offset, END64_BYTES));
    if (record.getUint32(0, true) !== END64) continue;
    return {
      entryCount: readU64(source, record, 32),
      directoryBytes: readU64(source, record, 40),
      directoryOffset: readU64(source, record, 48),
      endsAt: offset,
    };
  }
  throw new ParseError(source.path, 'no zip64 end record where its locator says');
}

function locateDirectory(source: ZipSource, end: StatedEnd): End {
  const directoryOffset = end.endsAt - end.directoryBytes;
  const prefixBytes = directoryOffset - end.directoryOffset;
  if (directoryOffset < 0 || prefixBytes < 0) {
    throw new ParseError(source.path, 'the central directory lies outside the file');
  }
  const { entryCount, directoryBytes } = end;
  if (entryCount * CENTRAL_BYTES > directoryBytes) {
    throw new ParseError(source.path, 'the central directory is too short for its entries');
  }
  return { entryCount, directoryOffset, directoryBytes, prefixBytes };
}

/**
 * The count of the end record is a lower bound: writers without zip64 state it modulo 65,536, and
 * the readers of Java and Python go on to the end of the directory.
 */
function* readRows(
  source: ZipSource,
  bytes: Uint8Array,
  end: End,
  maxEntries: number,
): Iterable<ZipRow> {
  const view = viewOf(bytes);
  let at = 0;
  for (let index = 0; index < end.entryCount || isCentralHeader(view, at); index += 1) {
    if (index >= maxEntries) throw tooManyEntries(source, maxEntries);
    if (at + CENTRAL_BYTES > bytes.length || view.getUint32(at, true) !== CENTRAL) {
      throw new ParseError(source.path, `entry ${index + 1} of the central directory is damaged`);
    }
    const flags = view.getUint16(at + 8, true);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const extraAt = at + CENTRAL_BYTES + nameBytes;
    const next = extraAt + extraBytes + view.getUint16(at + 32, true);
    if (next > bytes.length) {
      throw new ParseError(source.path, `entry ${index + 1} of the central directory is cut off`);
    }
    const name = decodeName(bytes.subarray(at + CENTRAL_BYTES, extraAt), flags);
    const sizes = readSizes(source, view, { at, extraAt, extraBytes });
    yield {
      name,
      isDirectory: name.endsWith('/'),
      isEncrypted: (flags & (FLAG_ENCRYPTED | FLAG_STRONG_ENCRYPTION)) !== 0,
      leavesRoot: leavesRoot(name),
      method: view.getUint16(at + 10, true),
      crc32: view.getUint32(at + 16, true),
      compressedBytes: sizes.compressedBytes,
      sizeBytes: sizes.sizeBytes,
      headerOffset: sizes.headerOffset + end.prefixBytes,
    };
    at = next;
  }
}

function isCentralHeader(view: DataView, at: number): boolean {
  return at + CENTRAL_BYTES <= view.byteLength && view.getUint32(at, true) === CENTRAL;
}

const SIZE_FIELDS = ['sizeBytes', 'compressedBytes', 'headerOffset'] as const;

/**
 * Returns the 32-bit fields, or their 64-bit twins in extra field 1, which holds only those that
 * are needed, in this order.
 */
function readSizes(
  source: ZipSource,
  view: DataView,
  entry: { readonly at: number; readonly extraAt: number; readonly extraBytes: number },
): { sizeBytes: number; compressedBytes: number; headerOffset: number } {
  const result = {
    sizeBytes: view.getUint32(entry.at + 24, true),
    compressedBytes: view.getUint32(entry.at + 20, true),
    headerOffset: view.getUint32(entry.at + 42, true),
  };
  const wanted = SIZE_FIELDS.filter((field) => result[field] === U32_ELSEWHERE);
  if (wanted.length === 0) return result;
  const end = entry.extraAt + entry.extraBytes;
  for (let at = entry.extraAt; at + 4 <= end;) {
    const fieldEnd = at + 4 + view.getUint16(at + 2, true);
    if (fieldEnd > end) break;
    if (view.getUint16(at, true) === 1) {
      let valueAt = at + 4;
      for (const field of wanted) {
        if (valueAt + 8 > fieldEnd) break;
        result[field] = readU64(source, view, valueAt);
        valueAt += 8;
      }
      break;
    }
    at = fieldEnd;
  }
  return result;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** The replacement of bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/** Many writers store UTF-8 without saying so; code pages are not guessed. */
function decodeName(bytes: Uint8Array, flags: number): string {
  const buffer = asBuffer(bytes);
  // Several times as quick as a TextDecoder.
  const text = buffer.toString();
  if (!text.includes(REPLACEMENT)) return text;
  try {
    return UTF8.decode(bytes);
  } catch {
    return (flags & FLAG_UTF8) === 0 ? buffer.toString('latin1') : text;
  }
}

/**
 * Windows separators and drives count, because the reader of the archive may be a Windows program.
 */
function leavesRoot(name: string): boolean {
  if (ABSOLUTE.test(name)) return true;
  return name.split(SEPARATOR).includes('..');
}

function readU64(source: ZipSource, view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ParseError(source.path, 'an offset or length beyond 2^53');
  }
  return Number(value);
}
