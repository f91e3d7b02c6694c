/** Members of a feed's zip archive as documents. */

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
    return faulty(entry.name, error, date);
  }
}

/** As {@link zipDocument}, for many. */
export async function* zipDocuments(
  archive: ZipArchive,
  entries: readonly ZipEntry[],
  { changedAt }: Pick<OriginFile, 'changedAt'>,
): AsyncIterable<readonly FeedDocument[]> {
  const date = changedAt === undefined ? {} : { changedAt };
  let done = 0;
  for await (const members of archive.readAll(entries)) {
    const first = done;
    done += members.length;
    yield members.map((bytes, index): FeedDocument => {
      const name = entries[first + index]?.name ?? '';
      return bytes instanceof ParseError ? faulty(name, bytes, date) : { name, bytes, ...date };
    });
  }
}

function faulty(name: string, { reason }: ParseError, date: { changedAt?: string }): FeedDocument {
  const fault = 'a member that cannot be unpacked';
  return { name: `${name} (${reason})`, bytes: new Uint8Array(0), fault, ...date };
}
