/**
 * Extended tar headers: records `LENGTH KEY=VALUE\n`.
 *
 * Source: POSIX.1-2017 `pax`, "pax Extended Header". Refuses records whose length does not fit,
 * keys that are empty or hold a NUL, and paths that hold a NUL, as the tar readers of container
 * runtimes do.
 */

import { ParseError } from '../../../core/base/errors.ts';

/**
 * The records that a reader needs; the last of equal keys counts. An empty value leaves the plain
 * header's.
 */
export type PaxRecords = ReadonlyMap<string, string>;

/**
 * Key under which the repeated `GNU.sparse.offset` and `GNU.sparse.numbytes` of pax 0.0 are joined
 * as pax 0.1 does.
 */
export const SPARSE_MAP_KEY = 'GNU.sparse.map';

const KEYS = new Set(['path', 'linkpath', 'size', 'mtime']);
const SPARSE = 'GNU.sparse.';
const SPACE = 0x20;
const EQUALS = 0x3d;
const NEWLINE = 0x0a;

/**
 * Parses the records of a pax extended header.
 *
 * @throws ParseError
 */
export function parsePax(body: Buffer, archivePath: string): PaxRecords {
  const records = new Map<string, string>();
  const sparseNumbers: string[] = [];
  let start = 0;
  while (start < body.length) {
    const end = start + recordLength(body, start, archivePath);
    const keyStart = body.indexOf(SPACE, start) + 1;
    const equals = body.indexOf(EQUALS, keyStart);
    if (equals <= keyStart || equals >= end || body[end - 1] !== NEWLINE) refuse(archivePath);
    const key = body.toString('utf8', keyStart, equals);
    if (key.includes('\0')) refuse(archivePath);
    const value = body.toString('utf8', equals + 1, end - 1);
    if (key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes') sparseNumbers.push(value);
    else if (KEYS.has(key) || key.startsWith(SPARSE)) records.set(key, value);
    start = end;
  }
  if (sparseNumbers.length > 0) records.set(SPARSE_MAP_KEY, sparseNumbers.join(','));
  for (const key of ['path', 'linkpath', 'GNU.sparse.name']) {
    if (records.get(key)?.includes('\0') === true) refuse(archivePath);
  }
  return records;
}

/**
 * Returns a decimal number of a record, `undefined` where there is none.
 * @throws ParseError where it is not one.
 */
export function paxNumber(
  records: PaxRecords,
  key: string,
  archivePath: string,
): number | undefined {
  const text = records.get(key);
  if (text === undefined || text === '') return undefined;
  const value = decimal(text);
  if (value === undefined) {
    throw new ParseError(archivePath, `the extended tar header "${key}" is not a size`);
  }
  return value;
}

/** Reads digits only, up to 2^53 - 1; `undefined` for anything else. */
export function decimal(text: string): number | undefined {
  if (text.length > 16 || !/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

function recordLength(body: Buffer, start: number, archivePath: string): number {
  let length = 0;
  let index = start;
  for (; index < body.length && body[index] !== SPACE; index++) {
    const digit = (body[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) refuse(archivePath);
    length = length * 10 + digit;
    if (length > body.length) refuse(archivePath);
  }
  // Shortest record: one digit, a space, a key of one letter, `=` and the newline.
  if (length < index - start + 4 || start + length > body.length) refuse(archivePath);
  return length;
}

function refuse(archivePath: string): never {
  throw new ParseError(archivePath, 'an extended tar header has a broken record');
}

/** Joins records; the second ones win. */
export function joinedRecords(first: PaxRecords, second: PaxRecords): Map<string, string> {
  return new Map([...first, ...second]);
}

/** A name for all members of an archive makes no sense: such records name the archive. */
export function withoutPathRecords(records: Map<string, string>): PaxRecords {
  records.delete('path');
  records.delete('linkpath');
  records.delete('GNU.sparse.name');
  return records;
}
