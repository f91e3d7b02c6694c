/**
 * Which files the readers want, compiled from their selectors into one lookup: a `Map` for the base name, one for the
 * whole path, one for the folder, and short lists of suffixes by extension. Nothing is matched by pattern.
 */

import type { FileSelector } from '../model/catalog.ts';

/** What of a cataloger's or detector's row is needed here. */
export interface SelectorRow {
  readonly id: string;
  readonly files: FileSelector;
  readonly companions?: FileSelector;
}

/** The compiled selectors of all rows. */
export interface SelectorTable {
  /**
   * Ids of the rows that want the file for its name, in the order of the rows; empty for most files.
   * `path` is absolute. Rows that look at first bytes are not among them, see {@link SelectorTable.wantedByHead}.
   */
  wantedBy(path: string): readonly string[];
  /** Ids of the rows that want it only as a companion: it is kept for {@link Siblings} and not read by itself. */
  companionOf(path: string): readonly string[];
  /** How many first bytes of an executable decide about {@link FileSelector.magics}; 0 when no row looks at them. */
  readonly headBytes: number;
  /** Ids of the rows that want an executable with these first bytes. */
  wantedByHead(head: Uint8Array): readonly string[];
  /** Paths that would be wanted below `path` if it were a folder, without those that any base name makes wanted. */
  wantedBelow(path: string): readonly string[];
}

/**
 * Compiles the rows' selectors. In `paths`, `/var/lib/dpkg/status` and `var/lib/dpkg/status` are the same; a path that
 * ends in `/` wants every file directly in that folder. `suffixes` are ends of the whole path, such as
 * `.dist-info/METADATA`. `magics` are first bytes, one character a byte.
 */
export function compileSelectors(rows: readonly SelectorRow[]): SelectorTable {
  throw new Error(String(rows.length));
}
