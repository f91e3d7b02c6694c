/**
 * The write-ahead log of an SQLite database (`NAME-wal`): pages that are newer than those of the
 * database file.
 *
 * Source: sqlite.org "Database File Format", section 4, and "WAL-mode File Format". A frame counts
 * when its salts are those of the header, when the checksum that runs through all frames agrees,
 * and when a commit follows. A log that begins otherwise is empty to SQLite, and is here.
 */

import { readExactly, dataView, type ByteSource } from '../../bytes/byte-source.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const MAGIC_LITTLE = 0x377f0682;
const MAGIC_BIG = 0x377f0683;
const FORMAT_VERSION = 3_007_000;

/** The pages that a log adds to its database. */
export interface WalPages {
  readonly pageBytes: number;
  /** Offset in the log of a page's newest committed content, by page number. */
  readonly offsets: ReadonlyMap<number, number>;
  /** Size of the database after the last commit, in pages. */
  readonly pageCount: number;
}

interface Sums {
  readonly a: number;
  readonly b: number;
}

/**
 * Returns `undefined` where nothing in the log is valid and committed. Reads the log once, a frame
 * at a time.
 */
export async function readWal(wal: ByteSource): Promise<WalPages | undefined> {
  if (wal.sizeBytes < HEADER_BYTES + FRAME_HEADER_BYTES) return undefined;
  const header = dataView(await readExactly(wal, 0, HEADER_BYTES));
  const magic = header.getUint32(0);
  const pageBytes = header.getUint32(8);
  if (magic !== MAGIC_LITTLE && magic !== MAGIC_BIG) return undefined;
  if (header.getUint32(4) !== FORMAT_VERSION || !isPageSize(pageBytes)) return undefined;
  const isLittle = magic === MAGIC_LITTLE;
  let sums = checksum(header, 0, 24, { isLittle, sums: { a: 0, b: 0 } });
  if (sums.a !== header.getUint32(24) || sums.b !== header.getUint32(28)) return undefined;

  const offsets = new Map<number, number>();
  let pending = new Map<number, number>();
  let pageCount = 0;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let at = HEADER_BYTES; at + frameBytes <= wal.sizeBytes; at += frameBytes) {
    const frame = dataView(await readExactly(wal, at, frameBytes));
    if (frame.getUint32(8) !== header.getUint32(16)) break;
    if (frame.getUint32(12) !== header.getUint32(20)) break;
    sums = checksum(frame, 0, 8, { isLittle, sums });
    sums = checksum(frame, FRAME_HEADER_BYTES, frameBytes, { isLittle, sums });
    if (sums.a !== frame.getUint32(16) || sums.b !== frame.getUint32(20)) break;
    const page = frame.getUint32(0);
    if (page === 0) break;
    pending.set(page, at + FRAME_HEADER_BYTES);
    const committedPages = frame.getUint32(4);
    if (committedPages === 0) continue;
    for (const [number, offset] of pending) offsets.set(number, offset);
    pending = new Map();
    pageCount = committedPages;
  }
  return offsets.size === 0 ? undefined : { pageBytes, offsets, pageCount };
}

/** Returns whether it is a power of two from 512 to 65536. */
export function isPageSize(bytes: number): boolean {
  return bytes >= 512 && bytes <= 65_536 && (bytes & (bytes - 1)) === 0;
}

/**
 * Returns two running sums over pairs of 32 bit words, in the byte order that the magic number
 * names.
 */
function checksum(
  view: DataView,
  from: number,
  to: number,
  { isLittle, sums }: { readonly isLittle: boolean; readonly sums: Sums },
): Sums {
  let { a, b } = sums;
  for (let at = from; at < to; at += 8) {
    a = (a + view.getUint32(at, isLittle) + b) >>> 0;
    b = (b + view.getUint32(at + 4, isLittle) + a) >>> 0;
  }
  return { a, b };
}
