/** `--advisories`: a user's own OSV records, for one run and beside what is stored. */

import type { Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { osvArchiveMembers } from '../feeds/osv-archive.ts';
import { osv } from '../feeds/osv.ts';
import type { FeedDocument, OriginFile } from '../feeds/feed.ts';
import { wholeDocument } from '../feeds/reading/whole-document.ts';
import { compareText } from '../../core/base/compare.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, ParseError, errnoOf } from '../../core/base/errors.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { openLocalFile } from './load/file-origins.ts';

/** The feed name of a user's own advisories, for reports. */
export const USER_FEED = 'user';
const MAX_RECORD_BYTES = 32 * 1024 * 1024;
/** Folders of records are flat or a few levels deep. */
const MAX_DEPTH = 8;
/** They are held in memory. */
const MAX_RECORDS = 200_000;
const ZIP_MAGIC = 'PK';

/**
 * Reads OSV records, archives of them, and folders of both. Entries of unknown ecosystems are left
 * out with a warning.
 * @throws AssayError `CONFIG_INVALID` where a path or a record cannot be read
 */
export async function readUserAdvisories(
  paths: readonly string[],
  context: Context,
): Promise<readonly Advisory[]> {
  const advisories: Advisory[] = [];
  for (const path of paths) {
    const before = advisories.length;
    for await (const file of filesOf(path, 0)) {
      for await (const document of documentsOf(file)) {
        advisories.push(...readRecord(document, file, context));
        if (advisories.length > MAX_RECORDS)
          throw invalid(path, `more than ${MAX_RECORDS} records`);
      }
    }
    if (advisories.length === before) throw invalid(path, 'no OSV record that Assay can use');
  }
  return advisories;
}

function readRecord(document: FeedDocument, path: string, { log }: Context): readonly Advisory[] {
  if (document.fault !== undefined) throw invalid(path, document.fault);
  try {
    const { advisories, rejected, skipped } = osv.read(document);
    for (const { what, reason } of rejected) log.warn(`"${path}": ${what}: ${reason}`);
    for (const ecosystem of skipped)
      log.warn(`"${path}" speaks of ${ecosystem}, which is not known`);
    return advisories.map((advisory) => ({ ...advisory, feed: USER_FEED }));
  } catch (error) {
    if (error instanceof ParseError) throw invalid(path, error.reason);
    throw error;
  }
}

async function* documentsOf(path: string): AsyncIterable<FeedDocument> {
  const file = await openLocalFile(path);
  if (file === undefined) throw invalid(path, 'it does not exist');
  try {
    if (await isArchive(file)) {
      for await (const documents of osvArchiveMembers(file)) yield* documents;
    } else yield await wholeDocument(file, MAX_RECORD_BYTES);
  } catch (error) {
    if (error instanceof ParseError) throw invalid(path, error.reason);
    throw error;
  } finally {
    await file.close();
  }
}

async function isArchive(file: OriginFile): Promise<boolean> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, ZIP_MAGIC.length));
  return Buffer.from(head).toString('latin1') === ZIP_MAGIC;
}

/**
 * Yields the path itself, or the zips and JSON files of a directory in the order of their names.
 */
async function* filesOf(path: string, depth: number): AsyncIterable<string> {
  if (!(await isFolder(path))) {
    yield path;
    return;
  }
  const entries = await readdir(path, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) yield* filesOf(inner, depth + 1);
    } else if (entry.name.endsWith('.json') || entry.name.endsWith('.zip')) yield inner;
  }
}

async function isFolder(path: string): Promise<boolean> {
  let stats: Stats;
  try {
    stats = await stat(path);
  } catch (error) {
    throw invalid(path, errnoOf(error) === 'ENOENT' ? 'it does not exist' : 'no access');
  }
  if (!stats.isFile() && !stats.isDirectory()) throw invalid(path, 'it is not a regular file');
  return stats.isDirectory();
}

function invalid(path: string, reason: string): AssayError {
  return new AssayError('CONFIG_INVALID', `cannot use the advisories in "${path}": ${reason}`, {
    hint: 'Give OSV records (JSON), zip archives of them, or folders of both.',
  });
}
