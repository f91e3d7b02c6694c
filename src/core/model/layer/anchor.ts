/** Texts by which excerpts of programs are taken; see `FileSelector.excerpts`. */

import type { AnchoredFiles } from '../catalog/catalog.ts';

/**
 * Stands for the first number with a dot in the file's name, as `3.13` of `libpython3.13.so.1.0`.
 */
const PLACE = '{version}';
const NUMBER = /\d+\.\d+/;

/**
 * Returns the bytes to search in a file of this base name; `undefined` if its name lacks what the
 * anchor needs.
 */
export function anchorFor(anchor: string, name: string): string | undefined {
  if (!anchor.includes(PLACE)) return anchor;
  const [version] = NUMBER.exec(name) ?? [];
  return version === undefined ? undefined : anchor.replace(PLACE, version);
}

/** Returns whether a row applies to files of this base name. */
export function isAnchoredFile(
  name: string,
  { names = [], prefixes = [] }: Pick<AnchoredFiles, 'names' | 'prefixes'>,
): boolean {
  return names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
