/** Which files of a layer lie in one folder, for readers that cannot know their names. */

/**
 * A question that gives the files of a path's folder whose names end so. The folders are looked through at the first
 * question, so that a layer in which nobody asks pays nothing.
 */
export function filesBeside<File extends { readonly path: string }>(
  files: readonly File[],
): (path: string, ending: string) => readonly File[] {
  let byFolder: Map<string, File[]> | undefined;
  return (path, ending) => {
    byFolder ??= filesByFolder(files);
    const inFolder = byFolder.get(folderOf(path)) ?? [];
    return ending === '' ? inFolder : inFolder.filter((file) => file.path.endsWith(ending));
  };
}

function filesByFolder<File extends { readonly path: string }>(
  files: readonly File[],
): Map<string, File[]> {
  const byFolder = new Map<string, File[]>();
  for (const file of files) {
    const folder = folderOf(file.path);
    const list = byFolder.get(folder);
    if (list === undefined) byFolder.set(folder, [file]);
    else list.push(file);
  }
  return byFolder;
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
