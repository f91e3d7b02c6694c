/**
 * Files of packages, stored by their SHA-512. A file gets its name when it is whole and has been
 * compared with the digest that its registry gives. It is compared with its name again when this
 * process reads it for the first time.
 */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import {
  createTemporary,
  removeStrayFiles,
  type TemporaryFile,
} from '../../core/base/cache-directory.ts';
import { AssayError } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import { createFileDigests, usedDigest } from './file-digests.ts';

/** A stored file. */
export interface StoredContent {
  readonly path: string;
  readonly sizeBytes: number;
  /** 128 hexadecimal digits. */
  readonly sha512: string;
  /** Its bytes, if it is small and has just been stored. */
  readonly bytes?: Uint8Array;
}

/**
 * Checks a file that does not have its name yet. `bytes` are those of a small file, which is not
 * read again then. @throws what refuses the file
 */
export type InspectFile = (path: string, bytes: Uint8Array | undefined) => Promise<void>;

/** The files of a directory. */
export interface ContentStore {
  /** Returns a file; `undefined` if it is not stored, or damaged. A damaged file is removed. */
  find(sha512: string): Promise<StoredContent | undefined>;
  /** Returns the file that the strongest of these digests names. */
  findAlias(digests: readonly Digest[]): Promise<StoredContent | undefined>;
  /** Returns whether the file of a digest is stored, whatever bytes it has. */
  has(digest: string): Promise<boolean>;
  /**
   * Stores a file that has one of `digests` of each algorithm among them. `inspect` sees the file
   * before it has its name.
   *
   * @throws AssayError `CONTENT_MISMATCH`, `LIMIT_EXCEEDED` and `ACCESS_DENIED` if it cannot be
   * written, and what `body` and `inspect` throw
   */
  put(
    body: AsyncIterable<Uint8Array>,
    digests: readonly Digest[],
    inspect?: InspectFile,
  ): Promise<StoredContent>;
  /** Removes a file; nothing happens if it is not stored. */
  remove(sha512: string): Promise<void>;
  /** Removes what killed processes left behind. */
  removeStrays(): Promise<void>;
  /**
   * Removes the files that were used least recently until the rest has at most `maxBytes`. Returns
   * how many were removed.
   */
  prune(maxBytes: number): Promise<number>;
}

const OWN = 'sha512:';
const SHARD = /^[0-9a-f]{2}$/u;
const FILE = /^[0-9a-f]{128}$/u;
/** Files that were compared with their names; more than any project installs. */
const MAX_CHECKED = 50_000;
/**
 * A file is looked up on disk at most this often. One that was removed meanwhile cannot be read,
 * and is fetched again later.
 */
const SEEN_MS = 1000;
const MAX_SEEN = 10_000;
/** The time of last use is written at most this often. */
const TOUCH_EVERY_MS = 3_600_000;
const PRUNED_SHARE = 0.9;
/** Smaller files are written in one piece. Nine of ten files of packages are smaller. */
const MAX_HELD_BYTES = 256 * 1024;

/** Options of a store. */
export interface ContentStoreOptions {
  /**
   * The files cannot be fetched again: they are synced to disk, and a damaged one stays. Default:
   * off.
   */
  readonly isKept?: boolean;
}

/** Opens the files of a directory, which is made when the first file is stored. */
export function openContentStore(
  folder: string,
  { isKept = false }: ContentStoreOptions = {},
): ContentStore {
  const checked = new Set<string>();
  const seen = createSeenFiles();
  const find = async (sha512: string): Promise<StoredContent | undefined> => {
    const known = seen.get(sha512);
    if (known !== undefined) return known;
    if (!FILE.test(sha512)) return undefined;
    const path = pathOf(folder, sha512);
    try {
      const { size, mtimeMs } = await stat(path);
      if (!checked.has(sha512)) {
        if ((await digestOfFile(path)) !== sha512) {
          if (!isKept) await rm(path, { force: true });
          return undefined;
        }
        remember(checked, sha512);
      }
      if (Date.now() - mtimeMs > TOUCH_EVERY_MS) await touch(path);
      return seen.add({ path, sizeBytes: size, sha512 });
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  return {
    find,
    findAlias: async (digests) => {
      const digest = usedDigest(digests);
      if (digest === undefined) return undefined;
      if (digest.startsWith(OWN)) return find(digest.slice(OWN.length));
      const sha512 = await targetOf(aliasPath(folder, digest));
      return sha512 === undefined ? undefined : find(sha512);
    },
    has: (digest) => isStored(folder, digest),
    put: async (body, digests, inspect) => {
      const stored = await store(folder, { body, digests, inspect, isKept });
      remember(checked, stored.sha512);
      return stored;
    },
    remove: async (sha512) => {
      seen.delete(sha512);
      if (!FILE.test(sha512)) return;
      checked.delete(sha512);
      await rm(pathOf(folder, sha512), { force: true });
    },
    removeStrays: async () => {
      await removeStrayFiles(join(folder, 'new'), true);
    },
    prune: (maxBytes) => prune(folder, maxBytes, checked),
  };
}

interface SeenFiles {
  get(sha512: string): StoredContent | undefined;
  add(content: StoredContent): StoredContent;
  delete(sha512: string): void;
}

/** Remembers for a moment that files are there. */
function createSeenFiles(): SeenFiles {
  const seen = new Map<string, { readonly content: StoredContent; readonly until: number }>();
  return {
    get: (sha512) => {
      const known = seen.get(sha512);
      return known !== undefined && performance.now() < known.until ? known.content : undefined;
    },
    add: (content) => {
      if (seen.size >= MAX_SEEN) seen.clear();
      seen.set(content.sha512, { content, until: performance.now() + SEEN_MS });
      return content;
    },
    delete: (sha512) => void seen.delete(sha512),
  };
}

function remember(checked: Set<string>, sha512: string): void {
  if (checked.size >= MAX_CHECKED) checked.clear();
  checked.add(sha512);
}

interface NewContent {
  readonly body: AsyncIterable<Uint8Array>;
  readonly digests: readonly Digest[];
  readonly inspect: InspectFile | undefined;
  readonly isKept: boolean;
}

async function store(
  folder: string,
  { body, digests, inspect, isKept }: NewContent,
): Promise<StoredContent> {
  if (usedDigest(digests) === undefined) {
    throw new AssayError('CONTENT_MISMATCH', 'no digest of the file is known');
  }
  const file = await createTemporary(join(folder, 'new'));
  try {
    const own = createHash('sha512');
    const others = createFileDigests(digests);
    const { sizeBytes, bytes } = await writeBody(file, body, (piece) => {
      own.update(piece);
      others.update(piece);
    });
    const sha512 = own.digest('hex');
    const found = others.refuseOther(sha512);
    await inspect?.(file.path, bytes);
    const path = pathOf(folder, sha512);
    await file.keepAs(path, isKept ? 'synced' : 'unsynced');
    if (!found.startsWith(OWN)) await writeAlias(folder, found, sha512);
    return { path, sizeBytes, sha512, ...(bytes !== undefined && { bytes }) };
  } finally {
    await file.discard();
  }
}

/** Writes a file; its bytes are returned if it is small. `take` gets each piece. */
async function writeBody(
  file: TemporaryFile,
  body: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => void,
): Promise<{ readonly sizeBytes: number; readonly bytes: Uint8Array | undefined }> {
  let sizeBytes = 0;
  const held: Uint8Array[] = [];
  for await (const piece of body) {
    take(piece);
    sizeBytes += piece.length;
    held.push(piece);
    if (sizeBytes > MAX_HELD_BYTES) for (const one of held.splice(0)) await file.write(one);
  }
  if (sizeBytes > MAX_HELD_BYTES) return { sizeBytes, bytes: undefined };
  const bytes = Buffer.concat(held);
  await file.write(bytes);
  return { sizeBytes, bytes };
}

/** A file has its name from its SHA-512; files that other digests name are found by these. */
async function writeAlias(folder: string, digest: string, sha512: string): Promise<void> {
  const file = await createTemporary(join(folder, 'new'));
  try {
    await file.write(Buffer.from(sha512));
    await file.keepAs(aliasPath(folder, digest), 'unsynced');
  } finally {
    await file.discard();
  }
}

function aliasPath(folder: string, digest: string): string {
  return join(folder, 'aliases', digest.replace(':', '-'));
}

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha512');
  for await (const piece of createReadStream(path)) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

async function isStored(folder: string, digest: string): Promise<boolean> {
  const sha512 = digest.startsWith(OWN)
    ? digest.slice(OWN.length)
    : await targetOf(aliasPath(folder, digest));
  if (sha512 === undefined || !FILE.test(sha512)) return false;
  return (await stat(pathOf(folder, sha512)).catch(() => undefined)) !== undefined;
}

/** Returns the SHA-512 that a name by another digest stands for. */
async function targetOf(path: string): Promise<string | undefined> {
  try {
    return (await readBoundedFile(path, { maxBytes: 128 })).toString('latin1');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function pathOf(folder: string, sha512: string): string {
  return join(folder, sha512.slice(0, 2), sha512);
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

async function prune(folder: string, maxBytes: number, checked: Set<string>): Promise<number> {
  const files: {
    readonly path: string;
    readonly name: string;
    readonly size: number;
    readonly usedMs: number;
  }[] = [];
  for (const shard of await namesIn(folder)) {
    if (!SHARD.test(shard)) continue;
    for (const name of await namesIn(join(folder, shard))) {
      if (!FILE.test(name)) continue;
      const path = join(folder, shard, name);
      const facts = await stat(path).catch(() => undefined);
      if (facts !== undefined) files.push({ path, name, size: facts.size, usedMs: facts.mtimeMs });
    }
  }
  let left = files.reduce((sum, { size }) => sum + size, 0);
  if (left <= maxBytes) return 0;
  let count = 0;
  for (const { path, name, size } of files.sort((a, b) => a.usedMs - b.usedMs)) {
    if (left <= maxBytes * PRUNED_SHARE) break;
    await rm(path, { force: true });
    checked.delete(name);
    left -= size;
    count += 1;
  }
  await removeAliases(join(folder, 'aliases'), async (sha512) =>
    isStored(folder, `${OWN}${sha512}`),
  );
  return count;
}

/** Removes the names of files that are not stored any more. */
async function removeAliases(
  folder: string,
  isThere: (sha512: string) => Promise<boolean>,
): Promise<void> {
  for (const name of await namesIn(folder)) {
    const path = join(folder, name);
    const sha512 = await targetOf(path);
    if (sha512 !== undefined && !(await isThere(sha512))) await rm(path, { force: true });
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
