/**
 * The form of a block file: what one feed says of one ecosystem or release, immutable, named by its SHA-256 digest.
 *
 *     "ASSAYADV", version (u32)            12 bytes, little-endian
 *     packed blocks of all sections        Brotli, each with its CRC-32 in its section's index
 *     packed indexes, packed name filter
 *     directory                            JSON: counts, and where the indexes and the filter are
 *     length and CRC-32 of the directory   u32 each
 *     "ASSAYADV"                           8 bytes; a file that was cut off does not end so
 *
 * Sections: `packages` (name to entries), `ids` (hash of an id or alias to records and their packages), `texts`
 * (text number to summary, details and references). A file of facts has CVE ids in the place of package names, and its
 * `ids` are empty.
 */

import type { Extent } from './section.ts';

export const MAGIC = 'ASSAYADV';
/** Raised when an older program could not read the file rightly. */
export const FORMAT_VERSION = 2;
export const HEAD_BYTES = 12;
export const TAIL_BYTES = 16;

/** Small, because a look-up unpacks a whole block for one record. */
export const PACKAGE_BLOCK_BYTES = 8 * 1024;
export const ID_BLOCK_BYTES = 8 * 1024;
/** Prose packs better in large blocks, and findings of one package stand together. */
export const TEXT_BLOCK_BYTES = 32 * 1024;
/** Facts by id do not stand together. */
export const FACT_TEXT_BLOCK_BYTES = 8 * 1024;

export interface BlockFileDirectory {
  readonly recordCount: number;
  readonly packageCount: number;
  readonly packages: Extent;
  readonly ids: Extent;
  readonly texts: Extent;
  readonly filter: Extent;
}

/** Key of a text: numbers of equal length sort as text. */
export function textKey(textNumber: number): string {
  return textNumber.toString(36).padStart(7, '0');
}

/** Key of an id or alias: publishers do not agree on case. */
export function idKey(id: string): string {
  return id.toUpperCase();
}
