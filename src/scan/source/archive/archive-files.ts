/** The files of an image in a tar archive that is read by seeking. */

import { open, type FileHandle } from 'node:fs/promises';

import { normalizePath } from '../../../core/base/artifact-path.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import {
  COMPRESSION_MAGIC_BYTES,
  decompress,
  detectCompression,
} from '../../../formats/archive/decompress.ts';
import { readTarHeaders } from '../../../formats/archive/tar/tar-seek.ts';
import { collectMembers, resolveMember, type ArchiveMembers } from './archive-members.ts';
import { fileError } from '../file-error.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { createSpool } from './spool.ts';
import { storedSpan } from '../stored-bytes.ts';

/**
 * Members of the outer archive that are remembered. An image has some hundred; the bound keeps an
 * archive of millions of empty files from filling the memory.
 */
const MAX_MEMBERS = 200_000;

/** A file that is open for reading, and the way to close it. */
export interface OpenedFile {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

/**
 * Opens the archive at a path.
 * @throws AssayError `NOT_FOUND`, `ACCESS_DENIED`, and as `archiveFiles` does.
 */
export async function archiveFilesAt(
  path: string,
  name: string,
  context: Context,
): Promise<ImageFiles> {
  const handle = await openFile(path);
  return archiveFiles({ handle, close: () => handle.close() }, name, context);
}

/**
 * Reads an open tar archive; a compressed one is unpacked into a temporary file first. Closing the
 * answer closes the archive, which is closed as well where this throws.
 *
 * @throws AssayError `DAMAGED` where it is not a tar archive or is cut off; `LIMIT_EXCEEDED`
 */
export async function archiveFiles(
  archive: OpenedFile,
  name: string,
  context: Context,
): Promise<ImageFiles> {
  const unpacked = await unpackedArchive(archive, name, context);
  try {
    const { members, hasEnd } = await readMembers(unpacked.handle, name);
    return {
      name,
      isCutOff: !hasEnd,
      get(wanted) {
        const member = resolveMember(members, normalizePath(wanted), name);
        return Promise.resolve(
          member && storedSpan(unpacked.handle, member.bodyOffset, member.storedBytes),
        );
      },
      close: () => unpacked.close(),
    };
  } catch (error) {
    await unpacked.close();
    throw error instanceof ParseError ? damagedArchive(name, error) : error;
  }
}

async function unpackedArchive(
  archive: OpenedFile,
  name: string,
  context: Context,
): Promise<OpenedFile> {
  try {
    const { size } = await archive.handle.stat();
    const stored = storedSpan(archive.handle, 0, size);
    const compression = detectCompression(await stored.head(COMPRESSION_MAGIC_BYTES));
    if (compression === 'none') return archive;
    const spool = await createSpool(`the unpacked "${name}"`, context);
    let doneBytes = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for await (const piece of stored.chunks()) {
        throwIfInterrupted(context.signal);
        doneBytes += piece.length;
        context.progress({ kind: 'bytes', what: name, doneBytes, totalBytes: size });
        yield piece;
      }
    }
    try {
      await decompress(input(), (piece) => spool.write(piece), name);
    } catch (error) {
      await spool.close();
      throw error;
    }
    await archive.close();
    return spool;
  } catch (error) {
    await archive.close();
    throw error instanceof ParseError ? damagedArchive(name, error) : fileError(error, name);
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw fileError(error, path);
  }
}

async function readMembers(
  handle: FileHandle,
  name: string,
): Promise<{ readonly members: ArchiveMembers; readonly hasEnd: boolean }> {
  const { size } = await handle.stat();
  const window = Buffer.alloc(64 * 1024);
  const { entries, hasEnd } = await readTarHeaders(
    async (offset, lengthBytes) => {
      const { bytesRead } = await handle.read(window, 0, lengthBytes, offset);
      return window.subarray(0, bytesRead);
    },
    size,
    { archivePath: name, ignoreGlobalHeaders: true, maxEntries: MAX_MEMBERS },
  );
  return { members: await collectMembers(entries, handle, name), hasEnd };
}

function damagedArchive(name: string, error: ParseError): AssayError {
  return new AssayError('DAMAGED', `"${name}" is damaged: ${error.reason}`, { cause: error });
}
