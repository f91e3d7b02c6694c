/** Origins of feeds: a directory, or a server whose files are downloaded first. */

import { open, stat } from 'node:fs/promises';
import type { OriginFile } from '../../feeds/feed.ts';
import { createTemporary, type TemporaryFile } from '../../../core/base/cache-directory.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, errnoOf } from '../../../core/base/errors.ts';
import { isMissing } from '../../../core/base/exists.ts';
import { fetchStream, redactUrl, type HttpResponse } from '../../../core/base/http/http.ts';

/** The largest archive (npm in OSV) had 0.3 GB in 2026. */
const MAX_DOWNLOAD_BYTES = 4 * 1024 * 1024 * 1024;
const NOT_THERE = [404, 410];
const NOT_MODIFIED = 304;

/** The version of a file at a server, for a conditional request (RFC 9110, section 8.8). */
export interface FileVersion {
  /** Relative to the feed's base. */
  readonly path: string;
  readonly etag?: string;
  readonly lastModified?: string;
}

/** Requests of one run, counted. */
export interface TransferCount {
  requestCount: number;
  notModifiedCount: number;
  bytes: number;
}

/** A server of files. */
export interface FileServer {
  /** Ends with a slash. */
  readonly base: URL;
  /** Files in transit stand there under temporary names. */
  readonly scratchFolder: string;
  readonly transfer: TransferCount;
  /** Whether a scan waits that can continue without the file: fewer and shorter attempts. */
  readonly isImpatient: boolean;
  /** Ceiling for one file; absent: {@link MAX_DOWNLOAD_BYTES}. */
  readonly maxBytes?: number;
}

/** Returns `undefined` where there is no such file. @throws AssayError `ACCESS_DENIED` */
export async function openLocalFile(path: string): Promise<OriginFile | undefined> {
  try {
    const stats = await stat(path);
    // Only what has a length can be read at any place; opening a pipe may wait without end.
    if (!stats.isFile()) {
      throw new AssayError('ACCESS_DENIED', `cannot read "${path}": it is not a regular file`);
    }
    const { size, mtimeMs } = stats;
    return await readableFile(path, path, {
      sizeBytes: size,
      changedAt: new Date(mtimeMs).toISOString(),
    });
  } catch (error) {
    const errno = errnoOf(error);
    if (isMissing(error)) return undefined;
    if (errno === undefined || error instanceof AssayError) throw error;
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

/** A request for one file of a server. */
export interface FileServerRequest {
  readonly path: string;
  /** The version that is here already. */
  readonly known?: FileVersion;
  /** Called with the version of the file that is returned. */
  readonly note?: (version: FileVersion) => void;
}

/**
 * Limits for a scan that can continue with stored data: it does not wait half a minute for a server
 * that does not respond.
 */
const IMPATIENT = { attempts: 2, idleTimeoutMs: 10_000 };

/**
 * Brings a file to disk; closing it removes it. `undefined` where there is none, `notModified`
 * where it is as it was.
 * @throws AssayError as {@link fetchStream} and {@link createTemporary} do
 */
export function openRemoteFile(
  { base, scratchFolder, transfer, isImpatient, maxBytes = MAX_DOWNLOAD_BYTES }: FileServer,
  { path, known, note }: FileServerRequest,
  context: Context,
): Promise<OriginFile | 'notModified' | undefined> {
  const url = new URL(path, base);
  const options = {
    maxBytes,
    answers: known === undefined ? NOT_THERE : [...NOT_THERE, NOT_MODIFIED],
    headers: conditionsOf(known),
    ...(isImpatient ? IMPATIENT : {}),
  };
  return fetchStream(url, options, context, async (answer) => {
    transfer.requestCount += 1;
    if (NOT_THERE.includes(answer.status)) return undefined;
    if (answer.status === NOT_MODIFIED) {
      transfer.notModifiedCount += 1;
      return 'notModified';
    }
    const temporary = await createTemporary(scratchFolder);
    try {
      const sizeBytes = await saveTo(temporary, answer, { what: redactUrl(url), context });
      transfer.bytes += sizeBytes;
      note?.(versionOf(path, answer.headers));
      const changedAt = instantOf(answer.headers.get('last-modified'));
      const facts = changedAt === undefined ? { sizeBytes } : { sizeBytes, changedAt };
      const file = await readableFile(temporary.path, redactUrl(url), facts);
      return { ...file, close: () => file.close().finally(() => temporary.discard()) };
    } catch (error) {
      await temporary.discard();
      throw error;
    }
  });
}

/**
 * Returns the conditions of a request (RFC 9110, section 13.1.2 and 13.1.3): the date counts only
 * without a tag, so both may be sent.
 */
function conditionsOf(known: FileVersion | undefined): Readonly<Record<string, string>> {
  return {
    ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
  };
}

function versionOf(path: string, headers: Headers): FileVersion {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return {
    path,
    ...(etag === null ? {} : { etag }),
    ...(lastModified === null ? {} : { lastModified }),
  };
}

async function saveTo(
  file: TemporaryFile,
  answer: HttpResponse,
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
