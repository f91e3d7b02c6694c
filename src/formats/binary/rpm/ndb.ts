/**
 * Reads RPM's own database format, `Packages.db`, in which SUSE keeps its packages.
 *
 * Source: rpm.org, `lib/backend/ndb` of RPM 4.16 as the format is described in its comments: a page
 * of slots begins with a header of 32 bytes; a slot names a package and its blob in blocks of 16
 * bytes; a blob repeats the number and has its length. All numbers are little-endian. Refused:
 * another magic or version, and slots that leave the file.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { dataView, readExactly, type ByteSource } from '../../bytes/byte-source.ts';

const MAGIC = 0x506d7052; // "RpmP"
const SLOT = 0x746f6c53; // "Slot"
const BLOB = 0x53626c42; // "BlbS"
const VERSION = 0;
const PAGE_BYTES = 4096;
const SLOT_BYTES = 16;
const HEADER_BYTES = 32;
const BLOCK_BYTES = 16;
const BLOB_HEADER_BYTES = 16;
/** 2,048 pages have half a million slots; the largest database seen has 3,000 packages. */
const MAX_SLOT_PAGES = 2048;

/** Returns whether a file begins as such databases do. */
export function isNdb(head: Uint8Array): boolean {
  return head.length >= 4 && dataView(head).getUint32(0, true) === MAGIC;
}

/**
 * Yields the blobs in the order of their slots; `undefined` for one that cannot be read.
 * @throws ParseError where the slots cannot be read
 */
export async function* readNdb(source: ByteSource): AsyncGenerator<Uint8Array | undefined> {
  const header = dataView(await readExactly(source, 0, HEADER_BYTES));
  if (header.getUint32(0, true) !== MAGIC || header.getUint32(4, true) !== VERSION) {
    throw new ParseError(source.path, 'no package database');
  }
  const pageCount = header.getUint32(12, true);
  if (pageCount < 1 || pageCount > MAX_SLOT_PAGES) {
    throw new ParseError(source.path, `${String(pageCount)} pages of slots`);
  }
  let leftBytes = source.sizeBytes;
  for (let page = 0; page < pageCount; page++) {
    const slots = dataView(await readExactly(source, page * PAGE_BYTES, PAGE_BYTES));
    for (let at = page === 0 ? HEADER_BYTES : 0; at < PAGE_BYTES; at += SLOT_BYTES) {
      if (slots.getUint32(at, true) !== SLOT) {
        throw new ParseError(source.path, `slot page ${String(page)} is damaged`);
      }
      const packageIndex = slots.getUint32(at + 4, true);
      if (packageIndex === 0) continue;
      const blob = await readBlob(source, {
        packageIndex,
        offset: slots.getUint32(at + 8, true) * BLOCK_BYTES,
        roomBytes: slots.getUint32(at + 12, true) * BLOCK_BYTES,
      });
      leftBytes -= blob?.length ?? 0;
      if (leftBytes < 0) {
        throw new ParseError(source.path, 'packages that together are larger than the file');
      }
      yield blob;
    }
  }
}

async function readBlob(
  source: ByteSource,
  slot: { readonly packageIndex: number; readonly offset: number; readonly roomBytes: number },
): Promise<Uint8Array | undefined> {
  const { packageIndex, offset, roomBytes } = slot;
  if (roomBytes < BLOB_HEADER_BYTES || offset + roomBytes > source.sizeBytes) return undefined;
  const header = dataView(await readExactly(source, offset, BLOB_HEADER_BYTES));
  const lengthBytes = header.getUint32(12, true);
  if (header.getUint32(0, true) !== BLOB || header.getUint32(4, true) !== packageIndex) {
    return undefined;
  }
  if (lengthBytes > roomBytes - BLOB_HEADER_BYTES) return undefined;
  return readExactly(source, offset + BLOB_HEADER_BYTES, lengthBytes);
}
