/** Reads the references of files by the finders that accept them. */

import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join, posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import type { Context } from '../../core/base/context.ts';
import { errorMessage } from '../../core/base/errors.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { systemCode } from '../../core/base/system-code.ts';
import type { CollectedFile } from './collect-files.ts';
import type { CheckCache } from './check-cache.ts';
import type {
  FileReadings,
  Finder,
  FoundReference,
  IncludedFile,
  PinFile,
  ReadingProblem,
} from './finder.ts';
import type { FinderRow } from './finders/list.ts';
import type { ReadingFailure } from './outcome.ts';
import { pathInRoot } from '../../core/base/path-in-root.ts';

/** A file with its references. */
export interface ReadFile {
  readonly path: string;
  /** Absolute. */
  readonly diskPath: string;
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
  readonly references: readonly FoundReference[];
  /** Reads other bytes as this file is read. */
  readonly readAgain: (bytes: Uint8Array) => readonly FoundReference[];
}

/** The files that have references, and what could not be read. */
export interface ReadFiles {
  readonly files: readonly ReadFile[];
  readonly failures: readonly ReadingFailure[];
  readonly includes: readonly FoundInclude[];
}

/** A file that another one names. */
export interface FoundInclude {
  /** The path of the file that names it. */
  readonly by: string;
  readonly include: IncludedFile;
}

/** Files between two turns for others. */
const FILES_PER_TURN = 64;

/**
 * Reads the references of files. A file without references is not in the result.
 *
 * @param cache Readings of earlier runs, which have no functions that write. Absent: every file is
 * read by its finders.
 *
 * @throws AssayError `INTERRUPTED`
 */
export async function readReferences(
  root: string,
  collected: readonly CollectedFile[],
  context: Context,
  cache?: CheckCache,
): Promise<ReadFiles> {
  const files: ReadFile[] = [];
  const failures: ReadingFailure[] = [];
  const includes: FoundInclude[] = [];
  const loaded = new Map<FinderRow, Finder>();
  for (const [index, { path, finderPath, finders, isIncluded }] of collected.entries()) {
    if (index % FILES_PER_TURN === 0) {
      await setImmediate();
      throwIfInterrupted(context.signal);
    }
    const diskPath = join(root, path);
    const content = readWhole(diskPath, context.limits.maxFileBytes);
    if (typeof content === 'string') {
      failures.push({ path, message: content });
      continue;
    }
    const readers: Finder[] = [];
    const readBy = isIncluded ? `${finders.map(({ id }) => id).join()} ` : '';
    const file = { path: readBy + finderPath, bytes: content.bytes };
    const readOther = otherReader(root, path, context.limits.maxFileBytes);
    const known = cache?.get(file, readOther);
    for (const row of known === undefined ? finders : []) {
      const finder = loaded.get(row) ?? (await row.load());
      loaded.set(row, finder);
      readers.push(finder);
    }
    const paths: string[] = [];
    const other = (relative: string): Uint8Array | undefined => {
      paths.push(relative);
      return readOther(relative);
    };
    const kept = (readings: FileReadings): FileReadings =>
      cache?.put(file, readings, { paths, read: readOther }) ?? readings;
    const read = (bytes: Uint8Array): FileReadings =>
      findAll(readers, {
        path: finderPath,
        bytes,
        other,
        ...(isIncluded && { isIncluded }),
      });
    const found = known ?? kept(read(content.bytes));
    for (const problem of found.problems) failures.push({ path, ...problem });
    for (const include of found.includes ?? []) includes.push({ by: path, include });
    if (found.references.length === 0) continue;
    files.push({
      path,
      diskPath,
      ...content,
      references: found.references,
      readAgain: (bytes) => read(bytes).references,
    });
  }
  return { files, failures, includes };
}

/** Returns the readings of all finders. A place that two finders read counts once. */
function findAll(finders: readonly Finder[], file: PinFile): FileReadings {
  const [only] = finders;
  if (finders.length === 1 && only !== undefined) return only.find(file);
  const references = new Map<string, FoundReference>();
  const problems = new Map<string, ReadingProblem>();
  const includes: IncludedFile[] = [];
  for (const finder of finders) {
    const readings = finder.find(file);
    for (const one of readings.references) {
      const key = `${one.line}:${one.column}`;
      if (!references.has(key)) references.set(key, one);
    }
    includes.push(...(readings.includes ?? []));
    for (const one of readings.problems) problems.set(`${one.line}:${one.column}`, one);
  }
  const sorted = [...references.values()].sort((a, b) => a.line - b.line || a.column - b.column);
  return { references: sorted, problems: [...problems.values()], includes };
}

/** The last part of a path may be no link, and a pipe must not make the opening wait. */
const OPEN_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Returns the content of a regular file, or why it cannot be read. */
export function readWhole(
  path: string,
  maxBytes: number,
): { readonly bytes: Uint8Array; readonly mode: number } | string {
  let file: number | undefined;
  try {
    file = openSync(path, OPEN_FLAGS);
    const stats = fstatSync(file);
    if (!stats.isFile()) return 'it is not a regular file';
    if (stats.size > maxBytes) return `it is longer than ${maxBytes} bytes`;
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      if (count === 0) return 'it became shorter while it was read';
      length += count;
    }
    return { bytes, mode: stats.mode & 0o7777 };
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return `it cannot be read: ${errorMessage(error)}`;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Reads other files by their paths from the directory of a file. */
function otherReader(
  root: string,
  path: string,
  maxBytes: number,
): (relative: string) => Uint8Array | undefined {
  return (relative) => {
    const isAbsolute = posix.isAbsolute(relative);
    const wanted = isAbsolute ? relative : posix.join(posix.dirname(path), relative);
    const place = pathInRoot(root, wanted);
    if (place.path === undefined) return undefined;
    const content = readWhole(join(root, place.path), maxBytes);
    return typeof content === 'string' ? undefined : content.bytes;
  };
}
