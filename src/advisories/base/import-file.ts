/** Reads one file of advisory data into a build of the base. */

import type { BaseBuilder } from './base-builder.ts';
import { openLocalFile } from './load/file-origins.ts';
import { recognizeFile } from './recognize-file.ts';

/**
 * Reads the file into the build. Returns `false` if no feed recognizes it.
 * @throws ParseError if a feed recognizes it and it is damaged; AssayError `ACCESS_DENIED`
 */
export async function readImportFile(path: string, build: BaseBuilder): Promise<boolean> {
  const file = await openLocalFile(path);
  if (file === undefined) return false;
  try {
    const found = await recognizeFile(file);
    if (found === undefined) return false;
    const { feed, form } = found;
    const origin = { statesDates: false, isWholeFeed: form.isPart !== true };
    for await (const document of form.documents(file)) await build.add(feed, document, origin);
    return true;
  } finally {
    await file.close();
  }
}
