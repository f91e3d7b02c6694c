/**
 * Sends an answer of a registry. A body that cannot be sent whole ends the connection, so that no
 * client takes a part for all.
 */

import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { AssayError, errorMessage } from '../core/base/errors.ts';
import { refusal, type RegistryAnswer } from './answer.ts';
import type { StoredContent } from './store/content-store.ts';
import { createWeightedCache, type WeightedCache } from './weighted-cache.ts';

/** Files are read and sent in pieces of this size. */
const PIECE_BYTES = 256 * 1024;

/** Files that were sent last, by their SHA-512, to which their bytes were compared. */
export type HotFiles = WeightedCache<Uint8Array>;

const MAX_HOT_BYTES = 64 * 1024 * 1024;
/** Larger files cost more to copy than to open. */
const MAX_HOT_FILE_BYTES = 1024 * 1024;

/** Makes an empty cache of files in memory. */
export function createHotFiles(): HotFiles {
  return createWeightedCache(MAX_HOT_BYTES);
}

/** Sends an answer. Resolves when it is handed to the system or the client has gone. */
export async function sendAnswer(
  answer: RegistryAnswer,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  hot: HotFiles,
): Promise<void> {
  const { body } = answer;
  if (body === undefined || body instanceof Uint8Array) {
    sendWhole(answer, body, incoming, outgoing);
    return;
  }
  if (incoming.method === 'HEAD') {
    sendHead(answer, body.sizeBytes, outgoing);
    outgoing.end();
    return;
  }
  let file: FileHandle;
  try {
    if (body.sizeBytes <= MAX_HOT_FILE_BYTES) {
      sendWhole(answer, await hotFile(body, hot), incoming, outgoing);
      return;
    }
    file = await openWhole(body);
  } catch (error) {
    // It was removed or damaged after the answer was made; the next request fetches it again.
    const retry = refusal(503, `the file cannot be read: ${errorMessage(error)}`, {
      headers: { 'retry-after': '1' },
    });
    sendWhole(retry, retry.body as Uint8Array, incoming, outgoing);
    return;
  }
  try {
    sendHead(answer, body.sizeBytes, outgoing);
    if (await sendFile(file, body.sizeBytes, outgoing)) outgoing.end();
    else outgoing.destroy();
  } finally {
    await file.close();
  }
}

/** @throws AssayError `DAMAGED` if the file on disk has other bytes */
async function hotFile(content: StoredContent, hot: HotFiles): Promise<Uint8Array> {
  const known = hot.get(content.sha512);
  if (known !== undefined) return known;
  if (content.bytes !== undefined) {
    hot.set(content.sha512, content.bytes, content.bytes.length);
    return content.bytes;
  }
  const file = await openWhole(content);
  try {
    const bytes = await file.readFile();
    if (createHash('sha512').update(bytes).digest('hex') !== content.sha512) {
      throw new AssayError('DAMAGED', 'it was changed on disk');
    }
    hot.set(content.sha512, bytes, bytes.length);
    return bytes;
  } finally {
    await file.close();
  }
}

async function openWhole({ path, sizeBytes }: StoredContent): Promise<FileHandle> {
  const file = await open(path, 'r');
  const { size } = await file.stat();
  if (size === sizeBytes) return file;
  await file.close();
  throw new AssayError('DAMAGED', `it has ${size} bytes in place of ${sizeBytes}`);
}

function sendWhole(
  answer: RegistryAnswer,
  body: Uint8Array | undefined,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  sendHead(answer, body?.length, outgoing);
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

function sendHead(
  { status, reason, headers }: RegistryAnswer,
  sizeBytes: number | undefined,
  outgoing: ServerResponse,
): void {
  const all = sizeBytes === undefined ? headers : { ...headers, 'content-length': sizeBytes };
  if (reason === undefined) outgoing.writeHead(status, all);
  else outgoing.writeHead(status, reason, all);
}

/** Returns whether all bytes were written. */
async function sendFile(
  file: FileHandle,
  sizeBytes: number,
  outgoing: ServerResponse,
): Promise<boolean> {
  for (let at = 0; at < sizeBytes;) {
    // A new buffer for each piece: the socket holds it until it is sent.
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, sizeBytes - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0 || outgoing.destroyed) return false;
    at += bytesRead;
    if (!outgoing.write(piece.subarray(0, bytesRead)) && !(await drained(outgoing))) return false;
  }
  return true;
}

/** Waits until more can be written. Returns false if the client has gone. */
function drained(outgoing: ServerResponse): Promise<boolean> {
  if (outgoing.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (isOpen: boolean) => (): void => {
      outgoing.off('drain', onDrain);
      outgoing.off('close', onClose);
      resolve(isOpen);
    };
    const onDrain = done(true);
    const onClose = done(false);
    outgoing.on('drain', onDrain);
    outgoing.on('close', onClose);
  });
}
