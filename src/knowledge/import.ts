/** `db import`: loads advisory data from files. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FEEDS } from '../advisory/list.ts';
import { errnoOf } from '../base/cache-folder.ts';
import type { Context } from '../base/context.ts';
import { AssayError, ParseError } from '../base/errors.ts';
import { BaseBuild } from './build.ts';
import { readImportFile } from './import-file.ts';
import { loadFeeds } from './load-feeds.ts';
import { unreadableFeed } from './plausible.ts';
import type { BaseChange, ImportRequest } from './types.ts';

/** Folders of records are flat or a few levels deep. */
const MAX_DEPTH = 8;

/**
 * Loads files and folders and swaps them in at once. Whole feeds (zips, secdb and tracker files) replace what was
 * there; single OSV records are added to it, each in the place of one with the same id.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `INTERRUPTED`, `ADVISORY_DATA_IMPLAUSIBLE`, `ADVISORY_DATA_MISSING`
 */
export async function importIntoBase(
  { folder, paths }: ImportRequest,
  context: Context,
): Promise<BaseChange> {
  const build = new BaseBuild(folder, context);
  try {
    for (const path of paths) {
      if (!(await isFolder(path))) await importFile(path, build);
      else if (await isMirror(path)) await importMirror(path, build, context);
      else await importFolder(path, build, context);
    }
    return await build.commit([]);
  } catch (error) {
    if (error instanceof ParseError) throw unreadableFeed(error);
    throw error;
  } finally {
    await build.discard();
  }
}

async function importFile(path: string, build: BaseBuild): Promise<void> {
  if (!(await readImportFile(path, build))) throw unknownForm(path);
}

async function importMirror(folder: string, build: BaseBuild, context: Context): Promise<void> {
  // Nothing is in transit from a folder.
  const request = { mirror: { kind: 'folder', folder }, needs: [], scratchFolder: folder } as const;
  await loadFeeds(request, build, context);
}

async function importFolder(folder: string, build: BaseBuild, context: Context): Promise<void> {
  let knownCount = 0;
  for await (const path of filesBelow(folder, 0)) {
    if (await readImportFile(path, build)) knownCount += 1;
    else context.log.warn(`"${path}" is no advisory data that Assay knows and was left out`);
  }
  if (knownCount === 0) throw unknownForm(folder);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      throw new AssayError('NOT_FOUND', `"${path}" does not exist`, { cause: error });
    }
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${String(errno)}`, {
      cause: error,
    });
  }
}

/** Whether a folder is laid out like the public feeds, each in its folder. */
async function isMirror(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.some(
    (entry) => entry.isDirectory() && FEEDS.some((row) => row.mirrorFolder === entry.name),
  );
}

/** Zips and JSON files, in the order of their names, so that the same folder gives the same base. */
async function* filesBelow(folder: string, depth: number): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) yield* filesBelow(path, depth + 1);
    } else if (entry.name.endsWith('.json') || entry.name.endsWith('.zip')) yield path;
  }
}

function unknownForm(path: string): AssayError {
  return new AssayError(
    'ADVISORY_DATA_IMPLAUSIBLE',
    `"${path}" holds no advisory data that Assay knows`,
    {
      hint: 'Give an OSV zip, OSV records, an Alpine secdb file, a Debian tracker file, or a mirror folder.',
    },
  );
}
