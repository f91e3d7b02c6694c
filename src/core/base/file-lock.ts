/** One writer at a time, among all processes that use a folder. Readers take no lock. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { link, lstat, open, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readBoundedFile } from './bounded-file.ts';
import { withDiskErrors, isOwnerGone, processMark } from './cache-directory.ts';
import { AssayError, errnoOf } from './errors.ts';
import { onForcedExit } from './forced-exit.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Age of an abandoned lock. A holder renews its lock each {@link RENEW_MS}; one this old belongs to
 * a run that was killed on another machine.
 */
const STALE_MS = 60_000;
const RENEW_MS = 10_000;
const POLL_MS = 20;
/** A mark of the owner takes some 50 bytes. */
const MAX_OWNER_BYTES = 4096;

/** Options for waiting for a lock. */
export interface LockOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Called once when another one holds it; what it throws ends the wait. */
  readonly onBusy?: () => void;
}

/**
 * Runs `work` while no other process does so under the same path, whose folder is made if need be.
 * What a killed run left is taken away: at once where it ran on this machine.
 * @throws AssayError `ACCESS_DENIED`, `LIMIT_EXCEEDED` where the lock cannot be written,
 * `INTERRUPTED`, and what `work` throws
 */
export async function withFileLock<T>(
  path: string,
  work: () => Promise<T>,
  { signal, onBusy }: LockOptions = {},
): Promise<T> {
  await withDiskErrors(path, () => makeDirectory(dirname(path)));
  let isBusy = false;
  while (!(await withDiskErrors(path, () => take(path)))) {
    if (signal?.aborted === true) throw new AssayError('INTERRUPTED', 'interrupted');
    if (await clearStale(path)) continue;
    if (!isBusy) onBusy?.();
    isBusy = true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const takeBack = onForcedExit(() => rmSync(path, { force: true }));
  const renewal = setInterval(() => void renew(path), RENEW_MS).unref();
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(path, { force: true });
    takeBack();
  }
}

/**
 * Takes the lock if it is free. The lock appears with its owner in it, so that a run killed at any
 * moment leaves an attributable lock.
 */
async function take(path: string): Promise<boolean> {
  if ((await ownerOf(path)) !== undefined) return false;
  const marked = temporaryBeside(path);
  try {
    await writeMark(marked);
    await link(marked, path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (!LACKS_LINKS.has(errnoOf(error))) throw error;
    return await takeWithoutLink(path);
  } finally {
    await rm(marked, { force: true });
  }
}

/** Error codes of file systems without hard links, such as FAT and some network drives. */
const LACKS_LINKS: ReadonlySet<string | undefined> = new Set([
  'EPERM',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSYS',
]);

async function takeWithoutLink(path: string): Promise<boolean> {
  try {
    await writeMark(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Makes a file that names this process. */
async function writeMark(path: string): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    // A full disk must not keep anybody from swapping in what is written already.
    await handle.writeFile(processMark()).catch(() => undefined);
  } finally {
    await handle.close();
  }
}

function temporaryBeside(path: string): string {
  return join(dirname(path), `.tmp-${processMark()}-${randomBytes(8).toString('hex')}`);
}

async function renew(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/**
 * Returns whether the lock may be free now. An unreadable lock counts as held. Two that find the
 * same stale lock must not take away the new one of the first.
 */
async function clearStale(path: string): Promise<boolean> {
  const owner = await ownerOf(path);
  if (owner === undefined) return !(await isThere(path));
  if (!isOwnerGone(owner) && (await ageMs(path)) < STALE_MS) return false;
  const aside = temporaryBeside(path);
  try {
    await rename(path, aside);
  } catch {
    return true;
  }
  if ((await ownerOf(aside)) === owner) await rm(aside, { force: true });
  else await rename(aside, path).catch(() => undefined);
  return true;
}

async function ownerOf(path: string): Promise<string | undefined> {
  try {
    return (await readBoundedFile(path, { maxBytes: MAX_OWNER_BYTES })).toString('utf8');
  } catch {
    return undefined;
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
