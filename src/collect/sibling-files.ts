/** Finds the collected files of a directory, for catalogers that do not know their names. */

import { directoryPrefix } from '../base/artifact-path.ts';
import { groupBy } from '../base/maps.ts';
import { endsWithIgnoreCase } from './case-insensitive-names.ts';

/**
 * Returns a lookup of the files in the directory of a path whose names have an ending, in any case of letters. The index
 * is made at the first lookup, so that a layer without lookups costs nothing.
 */
export function indexSiblingFiles<File extends { readonly path: string }>(
  files: readonly File[],
): (path: string, ending: string) => readonly File[] {
  let byFolder: Map<string, File[]> | undefined;
  // Each of hundreds of assemblies of a directory looks up the same files.
  const last = { folder: '', ending: '', found: NONE as readonly File[] };
  return (path, ending) => {
    const folder = directoryPrefix(path);
    if (last.folder === folder && last.ending === ending) return last.found;
    byFolder ??= filesByFolder(files);
    const inFolder = byFolder.get(folder) ?? NONE;
    last.folder = folder;
    last.ending = ending;
    last.found =
      ending === '' ? inFolder : inFolder.filter((file) => endsWithIgnoreCase(file.path, ending));
    return last.found;
  };
}

const NONE: readonly never[] = [];

function filesByFolder<File extends { readonly path: string }>(
  files: readonly File[],
): Map<string, File[]> {
  return groupBy(files, (file) => directoryPrefix(file.path));
}
