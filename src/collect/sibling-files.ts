/** Which files of a layer lie in one folder, for readers that cannot know their names. */

import { directoryPrefix } from '../base/artifact-path.ts';
import { groupBy } from '../base/maps.ts';
import { endsWithIgnoreCase } from './case-insensitive-names.ts';

/**
 * A question that gives the files of a path's folder whose names end so, in any case of letters. The folders are looked through at the first
 * question, so that a layer in which nobody asks pays nothing.
 */
export function indexSiblingFiles<File extends { readonly path: string }>(
  files: readonly File[],
): (path: string, ending: string) => readonly File[] {
  let byFolder: Map<string, File[]> | undefined;
  // A folder of hundreds of assemblies asks for the same files each time.
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
