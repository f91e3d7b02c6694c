/**
 * A file beside the manifest that records what was fetched and when, so that the next update
 * requests only what has changed. A row counts only while the manifest names the block files that
 * were made from the row's data, so the file is never trusted by itself. It may be lost, and it
 * does not have to change together with the manifest.
 */

import { join } from 'node:path';
import type { FeedWatermark } from '../../feeds/feed.ts';
import { setKey, type StoredSet } from '../../store/store-manifest.ts';
import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { writeFileAtomically } from '../../../core/base/cache-directory.ts';
import { compareText } from '../../../core/base/compare.ts';
import { indexBy } from '../../../core/base/maps.ts';
import type { FileVersion } from './file-origins.ts';
import { setsOfTask, type LoadTask } from './tasks.ts';

const NAME = 'fetched.json';
const FORMAT = 'assay-fetched';
const VERSION = 1;
/** A row takes some 500 bytes, and there are some hundred. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The last load of a task. */
export interface FetchedTask {
  /** {@link setKey} of the task. */
  readonly key: string;
  /** The origin, without secrets; the same version may mean something else at another origin. */
  readonly origin: string;
  readonly files: readonly FileVersion[];
  readonly mark?: FeedWatermark;
  /** Names of the block files made of it, sorted. */
  readonly sets: readonly string[];
}

/** Returns an empty list where there is no such file, or none that can be read. */
export async function readFetched(folder: string): Promise<readonly FetchedTask[]> {
  try {
    const bytes = await readBoundedFile(join(folder, NAME), { maxBytes: MAX_BYTES });
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    const { format, version, tasks } = value as Readonly<Record<string, unknown>>;
    if (format !== FORMAT || version !== VERSION || !Array.isArray(tasks)) return [];
    return tasks.every(isTask) ? tasks : [];
  } catch {
    return [];
  }
}

/** Replaces the rows of the same tasks and forgets those whose block files are no longer there. */
export async function writeFetched(
  folder: string,
  renewed: readonly FetchedTask[],
  sets: readonly StoredSet[],
): Promise<void> {
  const rows = indexBy(await readFetched(folder), 'key');
  for (const row of renewed) rows.set(row.key, row);
  const files = new Set(sets.map((set) => set.file));
  const tasks = [...rows.values()]
    .filter((row) => row.sets.every((file) => files.has(file)))
    .sort((a, b) => compareText(a.key, b.key));
  const text = JSON.stringify({ format: FORMAT, version: VERSION, tasks }, undefined, 1);
  await writeFileAtomically(join(folder, NAME), Buffer.from(`${text}\n`));
}

/** Returns the row of a task if it describes what is stored now. */
export function findFetchedTask(
  task: LoadTask,
  origin: string,
  { rows, sets }: { readonly rows: readonly FetchedTask[]; readonly sets: readonly StoredSet[] },
): FetchedTask | undefined {
  const row = rows.find((item) => item.key === setKey(task) && item.origin === origin);
  const files = setFileNames(setsOfTask(task, sets));
  return row !== undefined && files.length > 0 && files.join() === row.sets.join()
    ? row
    : undefined;
}

/** Returns the names of block files as {@link FetchedTask.sets} has them. */
export function setFileNames(sets: readonly StoredSet[]): readonly string[] {
  return sets.map((set) => set.file).sort();
}

function isTask(value: unknown): value is FetchedTask {
  const { key, origin, files, sets, mark } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof key === 'string' &&
    typeof origin === 'string' &&
    Array.isArray(sets) &&
    sets.every((file) => typeof file === 'string') &&
    Array.isArray(files) &&
    files.every(isFileVersion) &&
    (mark === undefined || isMark(mark))
  );
}

function isFileVersion(value: unknown): value is FileVersion {
  const { path, etag, lastModified } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof path === 'string' && isOptionalText(etag) && isOptionalText(lastModified);
}

function isMark(value: unknown): value is FeedWatermark {
  const { newestAt, newestIds, recordCount } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return (
    typeof newestAt === 'string' && typeof newestIds === 'string' && typeof recordCount === 'number'
  );
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
