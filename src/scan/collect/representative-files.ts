/**
 * Finds one representative file for each part of a package store. In the store of Nix, each
 * directory directly in it is one package, whatever it contains. The first file that the layer
 * stores in each part of it is enough for the cataloger.
 */

import type { FileSelector } from '../../core/model/catalog/catalog.ts';

/**
 * Returns the ids of the rows that want a file as the first one. Called once for each file of a
 * layer, in stored order.
 */
export type RepresentativeLookup = (path: string) => readonly string[];

/** A row whose selector has `firstIn`. */
export interface RepresentativeRow {
  readonly id: string;
  readonly firstIn: NonNullable<FileSelector['firstIn']>;
}

/**
 * Far more than the parts of any store. Beyond it every file is wanted, until the limit of the
 * layer is reached.
 */
const MAX_PARTS = 1_000_000;

const NO_ROWS: readonly string[] = [];

/** Creates the lookup of one layer. */
export function createRepresentativeLookup(
  rows: readonly RepresentativeRow[],
): RepresentativeLookup {
  if (rows.length === 0) return () => NO_ROWS;
  const known = new Set<string>();
  return (path) => {
    let found = NO_ROWS;
    for (const { id, firstIn } of rows) {
      const part = partOf(path, firstIn);
      if (part === undefined || known.has(part)) continue;
      if (known.size < MAX_PARTS) known.add(part);
      found = [...found, id];
    }
    return found;
  };
}

/**
 * Returns the part of a package that a file lies in; `undefined` for files outside the packages of
 * the store.
 */
function partOf(path: string, folder: string): string | undefined {
  const at = path.indexOf(folder);
  if (at < 0) return undefined;
  const end = path.indexOf('/', at + folder.length);
  if (end < 0) return undefined;
  const partEnd = path.indexOf('/', end + 1);
  return path.slice(0, partEnd < 0 ? end : partEnd);
}
