/**
 * Of some folders, such as the store of Nix, each folder directly in them is one thing, whatever lies in it. One file of
 * each of its parts speaks for it: the first that the layer stores. All others are no concern of the reader.
 */

import type { FileSelector } from '../model/catalog.ts';

/** Ids of the rows that want a file for being the first; called once for each file of a layer, in its order. */
export type RepresentativeLookup = (path: string) => readonly string[];

/** What a row's selector says of it. */
export interface RepresentativeRow {
  readonly id: string;
  readonly firstIn: NonNullable<FileSelector['firstIn']>;
}

/** Far more than the parts of all things of any store; beyond it every file is wanted, and the layer's bound is met. */
const MAX_PARTS = 1_000_000;

const NOBODY: readonly string[] = [];

/** Begins with a layer of which no file was seen. */
export function createRepresentativeLookup(
  rows: readonly RepresentativeRow[],
): RepresentativeLookup {
  if (rows.length === 0) return () => NOBODY;
  const known = new Set<string>();
  return (path) => {
    let found = NOBODY;
    for (const { id, firstIn } of rows) {
      const part = partOf(path, firstIn);
      if (part === undefined || known.has(part)) continue;
      if (known.size < MAX_PARTS) known.add(part);
      found = [...found, id];
    }
    return found;
  };
}

/** The part of a thing that a file lies in; `undefined` for files that lie beside the things, and for all others. */
function partOf(path: string, folder: string): string | undefined {
  const at = path.indexOf(folder);
  if (at < 0) return undefined;
  const end = path.indexOf('/', at + folder.length);
  if (end < 0) return undefined;
  const partEnd = path.indexOf('/', end + 1);
  return path.slice(0, partEnd < 0 ? end : partEnd);
}
