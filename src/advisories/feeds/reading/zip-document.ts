/** Members of a feed's zip archive as documents. */

import { ParseError } from '../../../core/base/errors.ts';
import {
  readZipMembers,
  type ZipArchive,
  type ZipEntry,
  type ZipLimits,
} from '../../../formats/archive/zip/zip.ts';
import type { FeedDocument, OriginFile } from '../feed.ts';

/** Returns a member; one that cannot be unpacked is returned with its fault. */
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

/**
 * Yields the members of an archive that have the wanted names, many at once.
 * @throws ParseError where it is not a zip archive, or a damaged one
 */
export async function* zipDocuments(
  file: OriginFile,
  limits: ZipLimits,
  isWanted: (name: string) => boolean,
): AsyncIterable<readonly FeedDocument[]> {
  const { changedAt } = file;
  const date = changedAt === undefined ? {} : { changedAt };
  for await (const members of readZipMembers(file, limits, isWanted)) {
    yield members.map(({ entry, member }): FeedDocument => {
      const { name, crc32 } = entry;
      if (member instanceof ParseError) return faulty(name, member, date);
      const { bytes, deflated } = member;
      if (deflated === undefined) return { name, bytes, ...date };
      return { name, bytes, packed: { deflated, crc32 }, ...date };
    });
  }
}

function faulty(name: string, { reason }: ParseError, date: { changedAt?: string }): FeedDocument {
  const fault = 'a member that cannot be unpacked';
  return { name: `${name} (${reason})`, bytes: new Uint8Array(0), fault, ...date };
}
