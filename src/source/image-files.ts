/** The files an image is stored in: a folder, or a tar archive that is read by seeking. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, open, realpath, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';

import type { Context } from '../base/context.ts';
import { AssayError, ParseError } from '../base/errors.ts';
import { throwIfInterrupted } from '../base/interrupt.ts';
import { COMPRESSION_MAGIC_BYTES, decompress, detectCompression } from '../format/decompress.ts';
import { readJsonValue, type JsonValue } from '../format/json.ts';
import { normalizeLayerPath } from '../format/layer-tar.ts';
import type { TarEntry } from '../format/tar-entry.ts';
import { readTarHeaders } from '../format/tar-seek.ts';
import { fileError, systemCode } from './file-error.ts';
import { readWhole, storedFile, storedSpan, type StoredBytes } from './stored-bytes.ts';

export interface ImageFiles {
  /** As the caller wrote it, for messages. */
  readonly name: string;
  /** Path from the root of the folder or archive, with `/`. `undefined` where no such regular file is there. */
  get(path: string): Promise<StoredBytes | undefined>;
  /** Closes the archive and removes what was unpacked. */
  close(): Promise<void>;
}

/** Manifests and configurations; registries accept 4 MiB, and archives of many images list them in one file. */
const MAX_JSON_BYTES = 16 * 1024 * 1024;

/** A chain of links in an archive; old docker writes one. */
const MAX_LINKS = 16;

/**
 * Members of the outer archive that are remembered. An image has some hundred; the bound keeps an archive of millions
 * of empty files from filling the memory.
 */
const MAX_MEMBERS = 200_000;

/** The folder may be a link itself; `get` refuses links in it that lead outside. @throws AssayError `DAMAGED` */
export function folderFiles(folder: string, name: string): ImageFiles {
  return {
    name,
    async get(path) {
      const wanted = normalizeLayerPath(path);
      const [root, real] = await Promise.all([realPath(folder), realPath(join(folder, wanted))]);
      if (root === undefined || real === undefined) return undefined;
      if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) {
        throw new AssayError(
          'DAMAGED',
          `"${wanted.slice(1)}" in "${name}" leads outside the folder`,
        );
      }
      return storedFile(real);
    },
    close: () => Promise.resolve(),
  };
}

/** Without links; `undefined` where nothing is there. */
async function realPath(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, path);
  }
}

/**
 * Opens a tar archive; a compressed one is unpacked into a temporary file first.
 *
 * @throws AssayError `DAMAGED` where it is no tar or cut off.
 */
export async function archiveFiles(
  path: string,
  name: string,
  context: Context,
): Promise<ImageFiles> {
  const unpacked = await unpackedArchive(path, name, context);
  try {
    const members = await readMembers(unpacked.handle, name);
    return {
      name,
      get(wanted) {
        const member = resolveMember(members, normalizeLayerPath(wanted), name);
        return Promise.resolve(
          member && storedSpan(unpacked.handle, member.bodyOffset, member.storedBytes),
        );
      },
      close: unpacked.close,
    };
  } catch (error) {
    await unpacked.close();
    throw error instanceof ParseError ? damagedArchive(name, error) : error;
  }
}

/** A small file of the image as JSON. `undefined` where it is not there. @throws AssayError `DAMAGED` */
export async function readImageJson(
  files: ImageFiles,
  path: string,
): Promise<{ json: JsonValue; bytes: Uint8Array } | undefined> {
  const stored = await files.get(path);
  if (stored === undefined) return undefined;
  const name = `"${path}" in "${files.name}"`;
  const bytes = await readWhole(stored, name, MAX_JSON_BYTES);
  return { json: parseImageJson(bytes, name), bytes };
}

/** @throws AssayError `DAMAGED` where the bytes are no JSON. */
function parseImageJson(bytes: Uint8Array, name: string): JsonValue {
  try {
    return readJsonValue(name, bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('DAMAGED', `${name} cannot be read: ${error.reason}`, { cause: error });
  }
}

interface UnpackedArchive {
  readonly handle: FileHandle;
  readonly close: () => Promise<void>;
}

async function unpackedArchive(
  path: string,
  name: string,
  context: Context,
): Promise<UnpackedArchive> {
  const stored = await storedFile(path);
  if (stored === undefined) throw new AssayError('NOT_FOUND', `there is no file "${name}"`);
  const compression = detectCompression(await stored.head(COMPRESSION_MAGIC_BYTES));
  if (compression === 'none') {
    const handle = await openFile(path);
    return { handle, close: () => handle.close() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'assay-'));
  try {
    const unpackedPath = join(folder, 'image.tar');
    await unpackInto(unpackedPath, stored, { name, context });
    const handle = await openFile(unpackedPath);
    return {
      handle,
      async close() {
        await handle.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error instanceof ParseError ? damagedArchive(name, error) : error;
  }
}

async function unpackInto(
  path: string,
  stored: StoredBytes,
  options: { readonly name: string; readonly context: Context },
): Promise<void> {
  const { name, context } = options;
  const file = openSync(path, 'wx', 0o600);
  let unpackedBytes = 0;
  let doneBytes = 0;
  async function* input(): AsyncGenerator<Uint8Array> {
    for await (const piece of stored.chunks()) {
      throwIfInterrupted(context.signal);
      doneBytes += piece.length;
      context.progress({ kind: 'bytes', what: name, doneBytes, totalBytes: stored.sizeBytes });
      yield piece;
    }
  }
  // Written at once: a queue would hold all that a hostile archive blows up to.
  const take = (piece: Uint8Array): void => {
    unpackedBytes += piece.length;
    if (unpackedBytes > context.limits.maxUnpackedBytes) {
      const bound = context.limits.maxUnpackedBytes;
      throw new AssayError('LIMIT_EXCEEDED', `"${name}" unpacks to more than ${bound} bytes`);
    }
    for (let written = 0; written < piece.length;) {
      written += writeSync(file, piece, written);
    }
  };
  try {
    await decompress(input(), take, name);
  } catch (error) {
    throw fileError(error, path);
  } finally {
    closeSync(file);
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw fileError(error, path);
  }
}

/** By normalised path; of equal names the last counts, as when the archive is unpacked. */
async function readMembers(
  handle: FileHandle,
  name: string,
): Promise<ReadonlyMap<string, TarEntry>> {
  const { size } = await handle.stat();
  const window = Buffer.alloc(64 * 1024);
  const entries = await readTarHeaders(
    async (offset, lengthBytes) => {
      const { bytesRead } = await handle.read(window, 0, lengthBytes, offset);
      return window.subarray(0, bytesRead);
    },
    size,
    { archivePath: name, ignoreGlobalHeaders: true, maxEntries: MAX_MEMBERS },
  );
  return new Map(entries.map((entry) => [normalizeLayerPath(entry.path), entry]));
}

function resolveMember(
  members: ReadonlyMap<string, TarEntry>,
  wanted: string,
  name: string,
): TarEntry | undefined {
  let path = wanted;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const member = members.get(path);
    if (member === undefined) return undefined;
    if (member.type === 'file') {
      if (member.sizeBytes === member.storedBytes) return member;
      throw new AssayError('DAMAGED', `"${wanted}" in "${name}" is stored as a sparse file`);
    }
    if (member.type === 'hardlink') path = normalizeLayerPath(member.linkPath);
    else if (member.type === 'symlink') path = linkTarget(path, member.linkPath);
    else return undefined;
  }
  throw new AssayError('DAMAGED', `the links of "${wanted}" in "${name}" form a loop`);
}

function linkTarget(path: string, target: string): string {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return normalizeLayerPath(target.startsWith('/') ? target : `${folder}/${target}`);
}

function damagedArchive(name: string, error: ParseError): AssayError {
  return new AssayError('DAMAGED', `"${name}" is damaged: ${error.reason}`, { cause: error });
}
