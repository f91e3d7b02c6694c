/**
 * One 512-byte tar header: v7, POSIX ustar, star, GNU.
 *
 * Source: POSIX.1-2017 `pax`, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
 * Numbers may be octal or GNU base-256. A checksum counts when it fits the bytes as unsigned or, as
 * some old writers did, as signed.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { asBuffer } from '../../bytes/as-buffer.ts';

/** Headers and bodies fill whole blocks of this many bytes. */
export const TAR_BLOCK_BYTES = 512;

/** Bytes of a time in a GNU header. */
const TIME_BYTES = 12;

const PADDED_OCTAL = /^[ \0]*[0-7]*(?:[ \0]*|\0[^]*)$/;
const ASCII = /^[\x01-\x7f]*$/;

/** The content of a header block, before any extended header is applied. */
export interface TarHeader {
  /** One character; NUL, the type of v7 files, is given as `'\0'`. */
  readonly typeFlag: string;
  readonly path: string;
  readonly linkPath: string;
  /** 0 to 2^53 - 1. */
  readonly sizeBytes: number;
  /** Permission bits with setuid, setgid and sticky: the low twelve bits. */
  readonly mode: number;
  /** Numbers of the owner and the group; `undefined` where the field cannot be read. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Seconds since the Unix epoch; 0 where the field cannot be read. */
  readonly mtimeSeconds: number;
}

/** A header that is not one: the reason, for messages. */
export interface TarHeaderRefusal {
  readonly refused: string;
}

/**
 * Reads one block that is not all zero, from `at` on.
 *
 * @throws ParseError where the checksum holds and the size is negative, above 2^53 - 1 or no
 * number: where the next
 *   header lies is unknown then.
 */
export function parseTarHeader(
  block: Buffer,
  archivePath: string,
  at = 0,
  sums = new BlockSums(),
): TarHeader | TarHeaderRefusal {
  if (!hasValidChecksum(block, at, sums)) return { refused: WRONG_SUM };
  return readTarHeader(block, archivePath, at);
}

/** The reason to refuse a block of which {@link hasValidChecksum} is false. */
export const WRONG_SUM = 'the header checksum does not fit';

/** Reads a block whose checksum is valid. */
export function readTarHeader(
  block: Buffer,
  archivePath: string,
  at: number,
): TarHeader | TarHeaderRefusal {
  const sizeBytes = readNumber(block, at + 124, 12);
  if (sizeBytes === undefined || sizeBytes < 0) {
    throw new ParseError(archivePath, 'a tar header has an impossible size');
  }
  const mode = readNumber(block, at + 100, 8);
  if (mode === undefined || mode < 0) return { refused: 'the file mode is not a number' };
  return {
    typeFlag: String.fromCharCode(block[at + 156] ?? 0),
    path: readPath(block, at),
    linkPath: block[at + 157] === 0 ? '' : readText(block, at + 157, 100),
    sizeBytes,
    mode: mode % 0o10000,
    uid: readNumber(block, at + 108, 8),
    gid: readNumber(block, at + 116, 8),
    mtimeSeconds: readNumber(block, at + 136, 12) ?? 0,
  };
}

/**
 * The sums of the bytes of whole blocks. A reader keeps one, since its blocks lie in few buffers.
 */
export class BlockSums {
  /** Words of the last used memory. */
  #words: Uint32Array = new Uint32Array(0);

  /** Reads four bytes at once if the block lies at a whole word, as nearly all do. */
  of(block: Buffer, at: number): number {
    const start = block.byteOffset + at;
    if (start % 4 !== 0 || at + TAR_BLOCK_BYTES > block.length) return sumOfBytes(block, at);
    if (this.#words.buffer !== block.buffer) {
      this.#words = new Uint32Array(block.buffer, 0, Math.floor(block.buffer.byteLength / 4));
    }
    const words = this.#words;
    // Two sums of 16 bits each: 128 words bring at most 510 to either.
    let sums = 0;
    const end = (start + TAR_BLOCK_BYTES) / 4;
    for (let index = start / 4; index < end; index++) {
      const word = words[index] ?? 0;
      sums = (sums + (word & 0xff00ff) + ((word >>> 8) & 0xff00ff)) | 0;
    }
    return (sums & 0xffff) + (sums >>> 16);
  }
}

/** Returns whether the block begins as a tar header does; cheap, for telling file forms apart. */
export function looksLikeTarHeader(block: Uint8Array): boolean {
  if (block.length < TAR_BLOCK_BYTES) return false;
  return hasValidChecksum(asBuffer(block.subarray(0, TAR_BLOCK_BYTES)), 0, new BlockSums());
}

/** Returns whether a block consists of zeros. Two of them end an archive. */
export function isZeroBlock(block: Buffer, at = 0): boolean {
  for (let index = at; index < at + TAR_BLOCK_BYTES; index++) {
    if (block[index] !== 0) return false;
  }
  return true;
}

/**
 * Returns an octal or base-256 number of a header field. Spaces and NULs around it are padding; an
 * empty field is 0. `undefined` where it is neither form or does not fit a safe integer.
 */
export function readNumber(block: Buffer, start: number, length: number): number | undefined {
  const first = block[start] ?? 0;
  if ((first & 0x80) !== 0) return readBase256(block, start, length);
  let index = start;
  const end = start + length;
  while (index < end && isPadding(block[index])) index++;
  let value = 0;
  for (; index < end && !isPadding(block[index]); index++) {
    const digit = (block[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return Number.isSafeInteger(value) ? value : undefined;
}

function readBase256(block: Buffer, start: number, length: number): number | undefined {
  const isNegative = ((block[start] ?? 0) & 0x40) !== 0;
  let value = 0;
  for (let index = 0; index < length; index++) {
    let byte = block[start + index] ?? 0;
    if (isNegative) byte ^= 0xff;
    if (index === 0) byte &= 0x7f;
    value = value * 256 + byte;
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return isNegative ? -1 - value : value;
}

function isPadding(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0;
}

/** Returns whether the sum that a block claims is that of its bytes. */
export function hasValidChecksum(block: Buffer, at: number, sums: BlockSums): boolean {
  const claimed = readNumber(block, at + 148, 8);
  if (claimed === undefined) return false;
  const sum = sums.of(block, at);
  // The checksum itself counts as spaces.
  let unsigned = sum + 8 * 0x20;
  for (let index = at + 148; index < at + 156; index++) unsigned -= block[index] ?? 0;
  return claimed === unsigned || claimed === unsigned - countHighBytes(block, at) * 256;
}

function sumOfBytes(block: Buffer, at: number): number {
  let sum = 0;
  for (let index = at; index < at + TAR_BLOCK_BYTES; index++) sum += block[index] ?? 0;
  return sum;
}

function countHighBytes(block: Buffer, at: number): number {
  let count = 0;
  for (let index = 0; index < TAR_BLOCK_BYTES; index++) {
    const isSum = index >= 148 && index < 156;
    if (!isSum && (block[at + index] ?? 0) > 0x7f) count += 1;
  }
  return count;
}

/** Returns the name, with the prefix if the form has one. */
function readPath(block: Buffer, at: number): string {
  const name = readText(block, at, 100);
  const prefix = readPrefix(block, at);
  return prefix === '' ? name : `${prefix}/${name}`;
}

const USTAR = 'ustar\0';
const GNU = 'ustar  \0';

/**
 * GNU keeps two times where others keep the prefix. Where these are no times the runtimes take them
 * for a prefix all the same, since Go wrote such headers before its release 1.8.
 */
function readPrefix(block: Buffer, at: number): string {
  if (hasText(block, at + 257, USTAR)) {
    const isStar = hasText(block, at + 508, 'tar\0');
    return readText(block, at + 345, isStar ? 131 : 155);
  }
  if (!hasText(block, at + 257, GNU)) return '';
  if (isTime(block, at + 345) && isTime(block, at + 357)) return '';
  const prefix = readText(block, at + 345, 155);
  return ASCII.test(prefix) ? prefix : '';
}

function hasText(block: Buffer, start: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (block[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}

/**
 * Returns whether a field is a time. It is as strict as the runtimes: octal digits with padding
 * around them, or base-256; or empty.
 */
function isTime(block: Buffer, start: number): boolean {
  const first = block[start] ?? 0;
  if (first === 0) return true;
  if ((first & 0x80) !== 0) return readBase256(block, start, TIME_BYTES) !== undefined;
  return PADDED_OCTAL.test(block.toString('latin1', start, start + TIME_BYTES));
}

/** Returns the text up to the first NUL; bytes that are not UTF-8 become U+FFFD. */
function readText(block: Buffer, start: number, length: number): string {
  let end = start;
  let bits = 0;
  for (const limit = start + length; end < limit; end++) {
    const byte = block[end] ?? 0;
    if (byte === 0) break;
    bits |= byte;
  }
  if (end === start) return '';
  return block.toString(bits < 0x80 ? 'latin1' : 'utf8', start, end);
}

/** Returns the text of a GNU long name. */
export function untilNul(body: Buffer): string {
  const end = body.indexOf(0);
  return body.toString('utf8', 0, end < 0 ? body.length : end);
}
