/**
 * A bounded cache of records in a directory, for many processes at once. There are no locks: a
 * record is written under a temporary name and renamed, and a missing or damaged record is made
 * again. The least recently used records are removed first.
 *
 * A record is one file, named by the hash of its key: a mark, the SHA-256 of the name and the
 * content, the content in Brotli. A record that is truncated, damaged, or stored under another name
 * counts as missing.
 */

import { createHash } from 'node:crypto';
import { existsSync, constants as fileFlags } from 'node:fs';
import { lstat, open, readdir, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { createTemporary, removeStrayFiles } from './cache-directory.ts';
import type { Log } from './context.ts';
import { errorMessage, errnoOf } from './errors.ts';
import { makeDirectory } from './make-directory.ts';

/**
 * A cache of records by key. Neither method ever fails: a record that cannot be read counts as
 * missing.
 */
export interface RecordStore {
  /**
   * Returns the content that was last put under the key; `undefined` if there is none, or if it is
   * damaged.
   */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Puts content under a key and replaces what is there. The first failure logs a warning; nothing
   * is put after it.
   */
  put(key: string, content: Uint8Array): Promise<void>;
}

/** Options for opening a store of records. */
export interface RecordStoreOptions {
  /** Receiver of warnings. */
  readonly log: Pick<Log, 'warn' | 'debug'>;
  /** Largest size of the directory; see {@link DEFAULT_STORE_BYTES}. */
  readonly maxBytes?: number;
}

/** The number and size of removed records. */
export interface RemovedRecords {
  readonly fileCount: number;
  readonly sizeBytes: number;
}

const GIB = 1024 ** 3;
/** Ten thousand layers of 200 kB each, as a large team's images have them. */
export const DEFAULT_STORE_BYTES = 2 * GIB;
/** Share of the bound that pruning leaves, so that there is room until the next pruning. */
const PRUNED_SHARE = 0.9;
/** Interval between checks of a whole directory, by the process that writes to it then. */
const PRUNE_EVERY_MS = 10 * 60 * 1000;
/** A process that writes this share of the bound looks at once. */
const PRUNE_AFTER_SHARE = 1 / 16;
/**
 * A record that was read within this time is not marked as used again, so that most reads write
 * nothing.
 */
const USED_AGAIN_AFTER_MS = 60 * 60 * 1000;

const MARK = Buffer.from('ASSAYR1\n');
const CHECKSUM_BYTES = 32;
/** No record unpacks to more, so that a damaged one cannot either. */
const MAX_CONTENT_BYTES = GIB / 2;
/** Several processes that clear a folder at once may each take it away once. */
const WRITE_ATTEMPTS = 8;
/** Bytes that are unpacked at once. */
const MIN_PIECE_BYTES = 16 * 1024;
const MAX_PIECE_BYTES = 4 * 1024 * 1024;
/**
 * Brotli at 1 packs records as well as deflate does at 6 and takes a third of the time of deflate
 * at 1.
 */
const QUALITY = 1;

const RECORD_FILE = /^[0-9a-f]{64}\.rec$/;
/** Records are spread over folders, because some file systems are slow with many names in one. */
const SHARD = /^[0-9a-f]{2}$/;
const PRUNED_NAME = 'last-pruned';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** Opens the records in `folder`, which is made when the first record is put. */
export function openRecordStore(folder: string, options: RecordStoreOptions): RecordStore {
  const { log, maxBytes = DEFAULT_STORE_BYTES } = options;
  let isWritable = true;
  let sinceLook = Number.POSITIVE_INFINITY;
  const giveUp = (error: unknown): void => {
    // Of several that fail at once only the first says so.
    if (isWritable) log.warn(`results are not kept for the next run: ${errorMessage(error)}`);
    isWritable = false;
  };
  return {
    async get(key) {
      const path = recordPath(folder, key);
      try {
        return await readRecord(path);
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') log.debug(`cache: ${path}: ${errorMessage(error)}`);
        return undefined;
      }
    },
    async put(key, content) {
      if (!isWritable || content.length > MAX_CONTENT_BYTES) return;
      try {
        const isNew = sinceLook === Number.POSITIVE_INFINITY && !existsSync(folder);
        const packed = await compress(content, { params: packingFor(content) });
        await writeRecord(recordPath(folder, key), packed);
        if (isNew && sinceLook === Number.POSITIVE_INFINITY) {
          sinceLook = 0;
          await touch(join(folder, PRUNED_NAME));
        }
        sinceLook += packed.length;
        if (sinceLook < maxBytes * PRUNE_AFTER_SHARE) return;
        const isFirst = sinceLook === Number.POSITIVE_INFINITY;
        sinceLook = 0;
        if (!isFirst || (await isPruneDue(folder))) await pruneRecords(folder, maxBytes);
      } catch (error) {
        giveUp(error);
      }
    },
  };
}

/**
 * Removes the records that were used least recently until the rest fits, and what killed runs left
 * behind.
 */
export async function pruneRecords(folder: string, maxBytes: number): Promise<RemovedRecords> {
  await touch(join(folder, PRUNED_NAME));
  const files: StoredFile[] = [];
  for (const shard of await shardsOf(folder)) {
    await removeStrayFiles(shard);
    files.push(...(await recordsIn(shard)));
  }
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (total <= maxBytes) return { fileCount: 0, sizeBytes: 0 };
  let left = total;
  const oldest = files
    .sort((a, b) => a.usedMs - b.usedMs)
    .filter((file) => {
      if (left <= maxBytes * PRUNED_SHARE) return false;
      left -= file.sizeBytes;
      return true;
    });
  return removeAll(oldest);
}

/**
 * Removes all records. Files that are no records stay, as in a folder that was given by mistake.
 */
export async function clearRecords(folder: string): Promise<RemovedRecords> {
  let removed: RemovedRecords = { fileCount: 0, sizeBytes: 0 };
  for (const shard of await shardsOf(folder)) {
    await removeStrayFiles(shard);
    const { fileCount, sizeBytes } = await removeAll(await recordsIn(shard));
    removed = {
      fileCount: removed.fileCount + fileCount,
      sizeBytes: removed.sizeBytes + sizeBytes,
    };
    await rmdir(shard).catch(() => undefined);
  }
  await rm(join(folder, PRUNED_NAME), { force: true });
  await rmdir(folder).catch(() => undefined);
  return removed;
}

interface StoredFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

function recordPath(folder: string, key: string): string {
  const name = createHash('sha256').update(key).digest('hex');
  return join(folder, name.slice(0, 2), `${name}.rec`);
}

/**
 * Records are plain files. A link, a pipe or a device in their place is refused: reading it might
 * never end.
 */
const PLAIN_READ = fileFlags.O_RDONLY | fileFlags.O_NOFOLLOW | fileFlags.O_NONBLOCK;

async function readRecord(path: string): Promise<Uint8Array> {
  const handle = await open(path, PLAIN_READ);
  try {
    const stored = await handle.stat();
    const { mtimeMs, size } = stored;
    if (!stored.isFile()) throw new Error('the record is not a file');
    if (size > MAX_CONTENT_BYTES) throw new Error('the record is too long');
    const bytes = await handle.readFile();
    const packed = bytes.subarray(MARK.length + CHECKSUM_BYTES);
    const head = bytes.subarray(0, MARK.length + CHECKSUM_BYTES);
    if (!Buffer.concat([MARK, checksum(path, packed)]).equals(head)) {
      throw new Error('the record is damaged and will be made again');
    }
    const now = new Date();
    if (now.getTime() - mtimeMs > USED_AGAIN_AFTER_MS) {
      // A folder that cannot be written may still be read.
      await handle.utimes(now, now).catch(() => undefined);
    }
    return await decompress(packed, {
      maxOutputLength: MAX_CONTENT_BYTES,
      chunkSize: pieceBytes(packed.length),
    });
  } finally {
    await handle.close();
  }
}

/**
 * Returns the piece size, so that a record comes in one or a few pieces: each is waited for.
 * Analyses of images pack to a ninth.
 */
function pieceBytes(packedBytes: number): number {
  return Math.min(Math.max(packedBytes * 12, MIN_PIECE_BYTES), MAX_PIECE_BYTES);
}

async function writeRecord(path: string, packed: Uint8Array, attempt = 1): Promise<void> {
  try {
    const file = await createTemporary(dirname(path));
    try {
      await file.write(Buffer.concat([MARK, checksum(path, packed), packed]));
      await file.keepAs(path, 'unsynced');
    } finally {
      await file.discard();
    }
  } catch (error) {
    // Another process may have removed the empty folder between its making and its use.
    if (attempt >= WRITE_ATTEMPTS || errnoOf(error) !== 'ENOENT') throw error;
    await writeRecord(path, packed, attempt + 1);
  }
}

function packingFor(content: Uint8Array): Record<number, number> {
  return {
    [constants.BROTLI_PARAM_QUALITY]: QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
}

function checksum(path: string, packed: Uint8Array): Buffer {
  return createHash('sha256').update(basename(path)).update(packed).digest();
}

async function isPruneDue(folder: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(join(folder, PRUNED_NAME));
    return Math.abs(Date.now() - mtimeMs) > PRUNE_EVERY_MS;
  } catch {
    return true;
  }
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  try {
    await utimes(path, now, now);
  } catch {
    await makeDirectory(dirname(path));
    await writeFile(path, '');
  }
}

async function shardsOf(folder: string): Promise<readonly string[]> {
  return (await namesIn(folder))
    .filter((name) => SHARD.test(name))
    .map((name) => join(folder, name));
}

async function recordsIn(shard: string): Promise<readonly StoredFile[]> {
  const found: StoredFile[] = [];
  for (const name of await namesIn(shard)) {
    if (!RECORD_FILE.test(name)) continue;
    const path = join(shard, name);
    try {
      const stored = await lstat(path);
      if (stored.isDirectory()) continue;
      found.push({ path, sizeBytes: stored.size, usedMs: stored.mtimeMs });
    } catch {
      // Another process has removed it.
    }
  }
  return found;
}

async function removeAll(files: readonly StoredFile[]): Promise<RemovedRecords> {
  let fileCount = 0;
  let sizeBytes = 0;
  for (const file of files) {
    try {
      await rm(file.path);
    } catch (error) {
      // Another process was faster.
      if (errnoOf(error) === 'ENOENT') continue;
      throw error;
    }
    fileCount += 1;
    sizeBytes += file.sizeBytes;
  }
  return { fileCount, sizeBytes };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw error;
  }
}
