/** The cache directory, and the atomic writing of its files. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { AssayError, errnoOf } from './errors.ts';
import { onForcedExit } from './forced-exit.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * Returns `ASSAY_CACHE_DIR`, else `assay` below `XDG_CACHE_HOME`, else the system's place for
 * caches: `~/.cache/assay` on Linux.
 */
export function defaultCacheDirectory(
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  const own = env['ASSAY_CACHE_DIR'];
  if (own !== undefined && own !== '') return own;
  const xdg = env['XDG_CACHE_HOME'];
  // The XDG specification requires programs to ignore a relative path.
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'assay');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'assay');
  const local = env['LOCALAPPDATA'];
  if (process.platform === 'win32' && local !== undefined) return join(local, 'assay', 'cache');
  return join(homedir(), '.cache', 'assay');
}

/** Returns the directory of the advisory base of a run; absolute. */
export function advisoryFolder({ cacheDir }: { readonly cacheDir: string }): string {
  return join(cacheDir, 'advisories');
}

/** Returns the directory of the results of layers; absolute. */
export function layerCacheFolder({ cacheDir }: { readonly cacheDir: string }): string {
  return join(cacheDir, 'layers');
}

/** A file being written under a temporary name, beside the one that it will become. */
export interface TemporaryFile {
  readonly path: string;
  write(piece: Uint8Array): Promise<void>;
  /**
   * Syncs the content to disk and gives it its name, replacing what has it; the name is synced too.
   * The folder of `path` is made if need be.
   * With `unsynced` a power cut may leave a file of that name with other content: for content that
   * has its own checksum.
   */
  keepAs(path: string, durability?: 'synced' | 'unsynced'): Promise<void>;
  /** Removes it; harmless after {@link TemporaryFile.keepAs}. */
  discard(): Promise<void>;
}

/** Names of temporary files that this process is writing. */
const LIVE = new Set<string>();
const TEMPORARY = /^\.tmp-(?<host>[0-9a-z]+)-(?<pid>\d+)-[0-9a-f]+$/;
/** No write takes a day, so the process of an older one has ended. */
const STRAY_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Begins a file in `folder`, which is made if need be.
 * @throws AssayError `ACCESS_DENIED`, `LIMIT_EXCEEDED` (the disk is full); so do the methods of the
 * result
 */
export async function createTemporary(folder: string): Promise<TemporaryFile> {
  const name = `.tmp-${processMark()}-${randomBytes(8).toString('hex')}`;
  const path = join(folder, name);
  const begin = (): Promise<FileHandle> => open(path, 'wx', 0o644);
  // The folder is nearly always there.
  const handle = await begin().catch(async () => {
    await withDiskErrors(folder, () => makeDirectory(folder));
    return withDiskErrors(path, begin);
  });
  LIVE.add(name);
  const takeBack = onForcedExit(() => rmSync(path, { force: true }));
  let isOpen = true;
  let isKept = false;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await handle.close();
  };
  return {
    path,
    write: (piece) => withDiskErrors(path, () => handle.writeFile(piece)),
    keepAs: async (target, durability = 'synced') => {
      await withDiskErrors(target, async () => {
        if (durability === 'synced') await handle.sync();
        await close();
        await renameInto(path, target);
        isKept = true;
        if (durability === 'synced') await syncFolder(dirname(target));
      });
      LIVE.delete(name);
      takeBack();
    },
    discard: async () => {
      await close();
      if (!isKept) await rm(path, { force: true });
      LIVE.delete(name);
      takeBack();
    },
  };
}

/** A folder is missing at most once, so that it is not looked for each time. */
async function renameInto(path: string, target: string): Promise<void> {
  try {
    await rename(path, target);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await makeDirectory(dirname(target));
    await rename(path, target);
  }
}

/**
 * Writes a whole file so that readers see the old or the new content and nothing between, whenever
 * the run is killed.
 */
export async function writeFileAtomically(path: string, content: Uint8Array): Promise<void> {
  const file = await createTemporary(dirname(path));
  try {
    await file.write(content);
    await file.keepAs(path);
  } finally {
    await file.discard();
  }
}

/**
 * Removes temporary files that killed runs left in `folder`; those of runs that still live stay.
 * `isLocked`: this process alone writes there, so that those of all others are removed.
 */
export async function removeStrayFiles(folder: string, isLocked = false): Promise<void> {
  for (const name of await namesIn(folder)) {
    const match = TEMPORARY.exec(name);
    if (match === null || LIVE.has(name)) continue;
    const path = join(folder, name);
    const { host = '', pid = '' } = match.groups ?? {};
    // What this process writes it knows; the rest under its number is of an earlier one.
    const isGone = isLocked || isOwnerGone(`${host}-${pid}`) || `${host}-${pid}` === processMark();
    if (isGone || (await ageMs(path)) > STRAY_AFTER_MS) {
      await rm(path, { force: true });
    }
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

/** Returns a mark of this machine and process, as {@link isOwnerGone} reads it. */
export function processMark(): string {
  return `${hostMark()}-${String(process.pid)}`;
}

/**
 * Returns whether the process that wrote an {@link processMark} has ended. Process numbers mean
 * something only on the machine that gave them: of others nothing is known.
 */
export function isOwnerGone(mark: string): boolean {
  const [host, number = ''] = mark.split('-', 2);
  const pid = Number(number);
  if (host !== hostMark() || !Number.isSafeInteger(pid) || pid <= 0) return false;
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

function hostMark(): string {
  return (
    hostname()
      .toLowerCase()
      .replaceAll(/[^0-9a-z]/g, '')
      .slice(0, 24) || 'host'
  );
}

async function ageMs(path: string): Promise<number> {
  try {
    return Date.now() - (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}

/** Makes a rename last through a power cut; not every platform can open a folder. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is synced; only its name may be lost, and then the old one is there.
  }
}

const DENIED: ReadonlySet<string | undefined> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'EEXIST',
]);
const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Turns what a full disk or a missing right makes fail into errors that say so. @throws AssayError
 */
export async function withDiskErrors<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    const errno = errnoOf(error);
    if (DENIED.has(errno)) {
      throw new AssayError('ACCESS_DENIED', `cannot write "${path}": ${String(errno)}`, {
        hint: 'Choose a folder that can be written with --cache-dir DIR.',
        cause: error,
      });
    }
    if (FULL.has(errno)) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `no room left to write "${basename(path)}" in "${dirname(path)}"`,
        {
          hint: 'Free some space, or choose another folder with --cache-dir DIR.',
          cause: error,
        },
      );
    }
    throw error;
  }
}
