/** A member of a feed's zip archive as a document. */

import { ParseError } from '../base/errors.ts';
import type { ZipArchive, ZipEntry } from '../format/zip.ts';
import type { FeedDocument, OriginFile } from './feed.ts';

/** A member that cannot be unpacked is given with its fault. */
export async function zipDocument(
  archive: ZipArchive,
  entry: ZipEntry,
  { changedAt }: Pick<OriginFile, 'changedAt'>,
): Promise<FeedDocument> {
  const date = changedAt === undefined ? {} : { changedAt };
  try {
    return { name: entry.name, bytes: await archive.read(entry), ...date };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const fault = 'a member that cannot be unpacked';
    return { name: `${entry.name} (${error.reason})`, bytes: new Uint8Array(0), fault, ...date };
  }
}
