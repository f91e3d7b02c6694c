/** Where feeds come from: a folder, or a server whose files are first brought to disk. */

import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FeedOrigin, OriginFile } from '../advisory/feed.ts';
import { createTemporary, errnoOf, type TemporaryFile } from '../base/cache-folder.ts';
import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { fetchStream, shownUrl, type HttpAnswer } from '../base/http.ts';

/** The largest archive (npm in OSV) had 0.3 GB in 2026. */
const MAX_DOWNLOAD_BYTES = 4 * 1024 * 1024 * 1024;
const NOT_THERE = [404, 410];

/** A folder laid out like the feed. */
export function folderOrigin(folder: string): FeedOrigin {
  return { statesDates: false, open: (path) => openLocalFile(join(folder, path)) };
}

/**
 * A server. `base` ends with a slash; files in transit stand in `scratchFolder` under temporary names. `isPublisher`
 * says whether its dates are the publisher's word.
 */
export function serverOrigin(base: URL, scratchFolder: string, isPublisher: boolean): FeedOrigin {
  return {
    statesDates: isPublisher,
    open: (path, context) => download(new URL(path, base), scratchFolder, context),
  };
}

/** `undefined` where there is no such file. @throws AssayError `ACCESS_DENIED` */
export async function openLocalFile(path: string): Promise<OriginFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return await readableFile(path, path, {
      sizeBytes: size,
      changedAt: new Date(mtimeMs).toISOString(),
    });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    if (errno === undefined) throw error;
    throw new AssayError('ACCESS_DENIED', `cannot read "${path}": ${errno}`, { cause: error });
  }
}

async function readableFile(
  path: string,
  shownPath: string,
  facts: { readonly sizeBytes: number; readonly changedAt?: string },
): Promise<OriginFile> {
  const handle = await open(path, 'r');
  return {
    path: shownPath,
    ...facts,
    readAt: async (offset, lengthBytes) => {
      const bytes = Buffer.allocUnsafe(lengthBytes);
      let done = 0;
      while (done < lengthBytes) {
        const { bytesRead } = await handle.read(bytes, done, lengthBytes - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return bytes.subarray(0, done);
    },
    close: () => handle.close(),
  };
}

function download(url: URL, folder: string, context: Context): Promise<OriginFile | undefined> {
  const options = { maxBytes: MAX_DOWNLOAD_BYTES, answers: NOT_THERE };
  return fetchStream(url, options, context, async (answer) => {
    if (NOT_THERE.includes(answer.status)) return undefined;
    const temporary = await createTemporary(folder);
    try {
      const sizeBytes = await saveTo(temporary, answer, { what: shownUrl(url), context });
      const changedAt = instantOf(answer.headers.get('last-modified'));
      const facts = changedAt === undefined ? { sizeBytes } : { sizeBytes, changedAt };
      const file = await readableFile(temporary.path, shownUrl(url), facts);
      return { ...file, close: () => file.close().finally(() => temporary.discard()) };
    } catch (error) {
      await temporary.discard();
      throw error;
    }
  });
}

async function saveTo(
  file: TemporaryFile,
  answer: HttpAnswer,
  { what, context }: { readonly what: string; readonly context: Context },
): Promise<number> {
  let doneBytes = 0;
  for await (const piece of answer.body) {
    await file.write(piece);
    doneBytes += piece.length;
    context.progress({ kind: 'bytes', what, doneBytes, totalBytes: answer.sizeBytes });
  }
  return doneBytes;
}

function instantOf(header: string | null): string | undefined {
  const at = header === null ? Number.NaN : Date.parse(header);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
