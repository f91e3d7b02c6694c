/** `db import`: loads advisory data from files. */

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FEEDS } from '../feeds/list.ts';
import { compareText } from '../../core/base/compare.ts';
import type { Context } from '../../core/base/context.ts';
import { AssayError, ParseError, errnoOf } from '../../core/base/errors.ts';
import { BaseBuilder, NOTHING_FETCHED } from './base-builder.ts';
import { findBundle, importBundle } from './bundle/import-bundle.ts';
import { readImportFile } from './import-file.ts';
import { forgetLastVerified, readLastVerified } from './bundle/last-verified.ts';
import { loadFeeds } from './load/load-feeds.ts';
import { refuseUnverified } from './bundle/refuse-import.ts';
import { fileForms } from './recognize-file.ts';
import { allTasks } from './load/tasks.ts';
import { unreadableFeedError } from './plausibility.ts';
import type { BaseUpdateOutcome, ImportRequest } from './types.ts';

/** Folders of records are flat or a few levels deep. */
const MAX_DEPTH = 8;

/**
 * Loads files and folders, or a bundle, and swaps them in at once. Whole feeds replace what was
 * there; single OSV records and years of NVD are added to it, each record in the place of one with
 * the same id; a bundle takes the place of all.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, `INTERRUPTED`, `ADVISORY_DATA_IMPLAUSIBLE`,
 * `ADVISORY_DATA_MISSING`; for bundles see {@link importBundle}
 */
export async function importIntoBase(
  request: ImportRequest,
  context: Context,
): Promise<BaseUpdateOutcome> {
  const { folder, paths, verifyKeys = [], threshold, forgetKeys } = request;
  const path = await findBundle(paths);
  if (path !== undefined) {
    const trust = { verifyKeys, ...(threshold === undefined ? {} : { threshold }) };
    return importBundle({ folder, path, ...trust, forgetKeys: forgetKeys === true }, context);
  }
  if (verifyKeys.length > 0 || threshold !== undefined) throw notSigned(paths);
  if (forgetKeys !== true) refuseUnverified(await readLastVerified(folder));
  const change = await importFeeds({ folder, paths }, context);
  if (forgetKeys === true) await forgetLastVerified(folder);
  return change;
}

async function importFeeds(
  { folder, paths }: ImportRequest,
  context: Context,
): Promise<BaseUpdateOutcome> {
  const build = new BaseBuilder(folder, context);
  try {
    for (const path of paths) {
      if (!(await isFolder(path))) await importFile(path, build);
      else if (await isMirror(path)) await importMirror(path, build, context);
      else await importFolder(path, build, context);
    }
    return await build.commit(NOTHING_FETCHED);
  } catch (error) {
    if (error instanceof ParseError) throw unreadableFeedError(error);
    throw error;
  } finally {
    await build.discard();
  }
}

async function importFile(path: string, build: BaseBuilder): Promise<void> {
  if (!(await readImportFile(path, build))) throw await unknownForm(path);
}

async function importMirror(folder: string, build: BaseBuilder, context: Context): Promise<void> {
  const tasks = allTasks(new Set(FEEDS.map((row) => row.id)));
  await loadFeeds({ mirror: { kind: 'folder', folder }, tasks, folder }, build, context);
}

async function importFolder(folder: string, build: BaseBuilder, context: Context): Promise<void> {
  let knownCount = 0;
  for await (const path of filesBelow(folder, 0)) {
    if (await readImportFile(path, build)) knownCount += 1;
    else context.log.warn(`"${path}" is not advisory data of a known format and was left out`);
  }
  if (knownCount === 0) throw await unknownForm(folder);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      throw new AssayError('NOT_FOUND', `"${path}" does not exist`, {
        hint: 'Name files or folders of advisory data, as publishers or assay db export write them.',
        cause: error,
      });
    }
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${String(errno)}`, {
      cause: error,
    });
  }
}

/** Returns whether a folder is laid out like the public feeds, each in its folder. */
async function isMirror(path: string): Promise<boolean> {
  const entries = await readdir(path, { withFileTypes: true });
  return entries.some(
    (entry) => entry.isDirectory() && FEEDS.some((row) => row.mirrorFolder === entry.name),
  );
}

const SUFFIXES = ['.json', '.zip', '.json.gz', '.csv', '.csv.gz'];
/** It stands beside an archive of OSV and lists what is in it. */
const OSV_LIST = 'modified_id.csv';

/**
 * Yields the files named as those of feeds are, in the order of their names, so that the same
 * folder gives the same base.
 */
async function* filesBelow(folder: string, depth: number): AsyncIterable<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => compareText(a.name, b.name))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (depth < MAX_DEPTH) yield* filesBelow(path, depth + 1);
    } else if (isFeedFile(entry.name)) yield path;
  }
}

function isFeedFile(name: string): boolean {
  return name !== OSV_LIST && SUFFIXES.some((suffix) => name.endsWith(suffix));
}

function notSigned(paths: readonly string[]): AssayError {
  const names = paths.map((path) => `"${path}"`).join(', ');
  return new AssayError('ADVISORY_DATA_UNVERIFIED', `${names}: no bundle, so nothing is signed`, {
    hint: 'Import a file that "assay db export --sign-key FILE" wrote, or leave --verify-key out.',
  });
}

async function unknownForm(path: string): Promise<AssayError> {
  const labels = (await fileForms()).map(({ form }) => form.label);
  return new AssayError(
    'ADVISORY_DATA_IMPLAUSIBLE',
    `"${path}" is not advisory data of a known format`,
    { hint: `Give ${labels.join(', ')}, or a mirror folder.` },
  );
}
