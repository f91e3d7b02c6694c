/**
 * Text files whose readers hold all of the text and of what it says, which takes up to thirty times
 * the size of the file in memory. Of a large one only the beginning is read, up to the end of a
 * row; the rest is a gap.
 */

import type { CatalogFile } from '../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** Three times the largest lockfile seen; some 50,000 packages in the most verbose format. */
const MAX_BYTES = 12 * 1024 * 1024;

/** Characters of a line that tell whether a row begins there. */
const START_BYTES = 12;
const LINE_FEED = 0x0a;

/** Beginnings of lines at which a file can be cut. */
export const ROW_STARTS = {
  /** A file in which each line stands for itself. */
  lines: /^/,
  /** A line that is not indented, as in lockfiles of Yarn. */
  outer: /^[^\s#]/,
  /** The name of a package in an SPDX document of tags. */
  packages: /^PackageName:/,
  /** The header of a table in TOML. */
  tables: /^\[/,
  /** A key or an item at most two spaces deep in YAML, as the packages of lockfiles are. */
  yaml: /^ {0,2}[^\s#]/,
} as const;

/**
 * Reads a file as far as its readers can hold it. `rowStart` tests the first characters of a line.
 */
export async function readPrefix(
  file: CatalogFile,
  result: CatalogBuilder,
  rowStart: RegExp,
): Promise<Uint8Array> {
  const { sizeBytes } = file;
  if (sizeBytes <= MAX_BYTES) return file.bytes();
  const read = await file.readAt(0, MAX_BYTES);
  const bytes = Buffer.from(read.buffer, read.byteOffset, read.length);
  const end = lastRowStart(bytes, rowStart);
  result.cut(
    `only the first ${String(end)} of ${String(sizeBytes)} bytes are read, which is as much as is read of a file of this format`,
  );
  return bytes.subarray(0, end);
}

/** Returns the start of the last row, which may be cut off, or the end if there is no row. */
function lastRowStart(bytes: Buffer, rowStart: RegExp): number {
  for (let at = bytes.lastIndexOf(LINE_FEED); at > 0; at = bytes.lastIndexOf(LINE_FEED, at - 1)) {
    if (rowStart.test(bytes.toString('latin1', at + 1, at + 1 + START_BYTES))) return at + 1;
  }
  return bytes.length;
}
