/**
 * A plain file of a tar by the bytes of its header: nearly all members of a layer are files that no
 * reader requests, and creating an object and a string for each took most of the time.
 *
 * Source: see `tar-header.ts`, which reads all unusual headers: other types, names with a prefix or
 * that are not ASCII, and paths that have to be made normal.
 */

import type { RawFileHeader } from '../../../core/model/artifact/artifact.ts';
import { readNumber } from './tar-header.ts';

const NAME_BYTES = 100;
const MODE = 100;
const SIZE = 124;
const TYPE = 156;
const PREFIX = 345;

const FILE_TYPE = 0x30;
const DOT = 0x2e;
const SLASH = 0x2f;
/** Begins the names of whiteouts behind their dot. */
const LETTER_W = 0x77;
const LAST_ASCII = 0x7f;
const MODE_BITS = 0o10000;

/** Is itself the file that it has read last. */
export class TarRawHeaderReader implements RawFileHeader {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  nameStart = 0;
  end = 0;
  mode = 0;
  sizeBytes = 0;
  /** Offset of the body, set by the reader of the tar. */
  bodyOffset = 0;

  /** Reads a header whose checksum holds; false where it is to be read in full. */
  read(block: Buffer, at: number): boolean {
    // Without a first byte there is no prefix in any of the forms.
    if (block[at + TYPE] !== FILE_TYPE || block[at + PREFIX] !== 0) return false;
    if (!this.#findName(block, at)) return false;
    const sizeBytes = readNumber(block, at + SIZE, 12);
    const mode = readNumber(block, at + MODE, 8);
    if (sizeBytes === undefined || sizeBytes < 0 || mode === undefined || mode < 0) return false;
    this.sizeBytes = sizeBytes;
    this.mode = mode % MODE_BITS;
    return true;
  }

  #findName(block: Buffer, at: number): boolean {
    const isBelowDot = block[at] === DOT && block[at + 1] === SLASH;
    const start = isBelowDot ? at + 2 : at;
    let nameStart = start;
    let before = SLASH;
    let end = start;
    for (const limit = at + NAME_BYTES; end < limit; end += 1) {
      const byte = block[end] ?? 0;
      if (byte === 0) break;
      if (byte > LAST_ASCII) return false;
      if (before === SLASH) {
        if (byte === SLASH || (byte === DOT && !isHiddenName(block, end, limit))) return false;
        nameStart = end;
      }
      before = byte;
    }
    if (before === SLASH) return false;
    this.bytes = block;
    this.start = start;
    this.nameStart = nameStart;
    this.end = end;
    return true;
  }
}

/** Returns whether the dot at a place begins an ordinary name. */
function isHiddenName(block: Buffer, at: number, limit: number): boolean {
  const next = at + 1 < limit ? (block[at + 1] ?? 0) : 0;
  return next !== 0 && next !== DOT && next !== SLASH && next !== LETTER_W;
}
