/** One writer at a time, among all processes that use a folder. Readers take no lock. */

import { randomBytes } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { errnoOf, guarded, isOwnerGone, ownerMark } from './cache-folder.ts';

/** Locks are held for milliseconds; one this old belongs to a run that was killed on another machine. */
const STALE_MS = 30_000;
const POLL_MS = 20;

/**
 * Runs `work` while no other process does so under the same path. What a killed run left is taken away: at once where
 * it ran on this machine.
 * @throws AssayError `ACCESS_DENIED`, `LIMIT_EXCEEDED` where the lock cannot be written, and what `work` throws
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await guarded(path, () => take(path)))) {
    if (!(await clearStale(path))) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      // A full disk must not keep anybody from swapping in what is written already.
      await handle.writeFile(ownerMark()).catch(() => undefined);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Whether the lock may be free now. Two that find the same stale lock must not take away the new one of the first. */
async function clearStale(path: string): Promise<boolean> {
  const owner = await ownerOf(path);
  if (owner === undefined) return true;
  if (!isOwnerGone(owner) && (await ageMs(path)) < STALE_MS) return false;
  const aside = `${path}-${randomBytes(6).toString('hex')}`;
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
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
