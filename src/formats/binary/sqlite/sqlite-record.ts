/**
 * Variable-length numbers and records of SQLite.
 *
 * Source: sqlite.org "Database File Format", sections 1.6 (varint) and 2.1 (record format).
 */

import { dataView } from '../../bytes/byte-source.ts';

/** NULL, a number, a text, or a blob. Whole numbers beyond 2^53 lose their last digits. */
export type SqliteValue = null | number | string | Uint8Array;

/**
 * Returns a varint and the position behind it; `undefined` where it leaves the bytes. Beyond 2^53
 * it is not exact.
 */
export function readVarint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let index = 0; index < 9; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    if (index === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return undefined;
}

/**
 * Returns the columns of a record; `undefined` where it contradicts itself. Texts are read as
 * UTF-8.
 */
export function readRecord(payload: Uint8Array): readonly SqliteValue[] | undefined {
  const header = readVarint(payload, 0);
  if (header === undefined || header.value > payload.length) return undefined;
  const values: SqliteValue[] = [];
  let body = header.value;
  for (let at = header.end; at < header.value;) {
    const type = readVarint(payload, at);
    if (type === undefined || type.end > header.value) return undefined;
    const length = lengthOf(type.value);
    if (length === undefined || body + length > payload.length) return undefined;
    values.push(valueOf(type.value, payload.subarray(body, body + length)));
    body += length;
    at = type.end;
  }
  return values;
}

const FIXED_LENGTHS: readonly (number | undefined)[] = [
  0,
  1,
  2,
  3,
  4,
  6,
  8,
  8,
  0,
  0,
  undefined,
  undefined,
];

/** Returns the length of a serial type, in bytes; `undefined` for the two that are reserved. */
function lengthOf(type: number): number | undefined {
  return type < 12 ? FIXED_LENGTHS[type] : Math.floor((type - 12) / 2);
}

function valueOf(type: number, bytes: Uint8Array): SqliteValue {
  if (type === 0) return null;
  if (type === 7) return dataView(bytes).getFloat64(0);
  if (type === 8 || type === 9) return type - 8;
  if (type < 7) return integerOf(bytes);
  return type % 2 === 0 ? bytes : new TextDecoder('utf-8').decode(bytes);
}

/** Reads a big-endian integer, in two's complement. */
function integerOf(bytes: Uint8Array): number {
  let value = (bytes[0] ?? 0) >= 0x80 ? -1 : 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}
