/**
 * The archives of OSV: one zip of records for each ecosystem. Apart from reading them, which needs
 * no zip.
 */

import type { Context } from '../../core/base/context.ts';
import { ECOSYSTEM_IDS, osvNameOf } from '../../core/model/package/ecosystem.ts';
import type { FeedDocument, FeedRequest, OriginFile } from './feed.ts';
import { readOriginFile } from './reading/single-file.ts';
import { zipDocuments } from './reading/zip-document.ts';

/** The largest record seen has 600 KB; the largest archive holds 250,000 records in 1 GB. */
const MAX_RECORD_BYTES = 32 * 1024 * 1024;
const MAX_ARCHIVE_BYTES = 16 * 1024 * 1024 * 1024;
const MAX_RECORDS = 3_000_000;

/** Yields the records of all archives that are asked for. */
export async function* fetchArchives(
  { origin, need }: FeedRequest,
  context: Context,
): AsyncIterable<readonly FeedDocument[]> {
  const ecosystems = need === undefined ? ECOSYSTEM_IDS : [need.ecosystem];
  for (const ecosystem of ecosystems) {
    const name = osvNameOf(ecosystem);
    if (name === undefined) continue;
    const path = `${name}/all.zip`;
    yield* readOriginFile({ origin, path, read: osvArchiveMembers }, context);
  }
}

/**
 * Yields the records of an archive, many at once; a member that cannot be unpacked is given with
 * its fault.
 * @throws ParseError where it is not a zip archive
 */
export async function* osvArchiveMembers(file: OriginFile): AsyncIterable<readonly FeedDocument[]> {
  const limits = {
    maxEntries: MAX_RECORDS,
    maxEntryBytes: MAX_RECORD_BYTES,
    maxTotalBytes: MAX_ARCHIVE_BYTES,
  };
  yield* zipDocuments(file, limits, (name) => name.endsWith('.json'));
}
