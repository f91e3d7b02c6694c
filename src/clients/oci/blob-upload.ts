/**
 * Uploads a blob. The registry mounts it from another of its repositories if it can. Else the blob
 * is sent in one piece, which all registries take; a server that refuses a body of that size gets
 * smaller pieces. After a broken connection the registry is asked how much it has, and the rest is
 * sent.
 *
 * Source: OCI distribution specification, "Pushing a blob in chunks" and "Mounting a blob from
 * another repository". docker-registry 2.8 forgets an upload whose connection broke within a piece:
 * such a blob is sent again from its start.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { AssayError } from '../../core/base/errors.ts';
import { BlobReader, type ReadableBlob } from './blob-reader.ts';
import type { Endpoint } from './endpoint.ts';
import {
  askUpload,
  checkStored,
  nextAddress,
  PAYLOAD_TOO_LARGE,
  type Refused,
  type Step,
} from './upload-step.ts';

/** A blob, and where it comes from. */
export interface BlobUpload extends ReadableBlob {
  /** The repository, in errors. */
  readonly name: string;
  /** A repository of the same registry that may have the blob. */
  readonly mountFrom?: string | undefined;
  readonly signal: AbortSignal;
}

/** The way in which a blob reached its repository. */
export type BlobArrival = 'mounted' | 'uploaded';

/** Smaller blobs are sent in one request with their length, which some registries require. */
const WHOLE_BYTES = 8 * 1024 * 1024;
/** Failures in a row that move nothing. */
const MAX_FAILURES = 4;
const RETRY_DELAY_MS = 500;
/** The stored range, as in `0-1023`; some registries write a unit in front. */
const RANGE = /^(?:bytes=)?0-(?<last>\d{1,16})$/u;

/**
 * Uploads a blob, whose bytes are requested only if the registry cannot mount it. Whether it has
 * mounted the blob is looked up: nothing else would show that it has not.
 */
export async function uploadBlob(endpoint: Endpoint, blob: BlobUpload): Promise<BlobArrival> {
  let opened = await openUpload(endpoint, blob, blob.mountFrom);
  if (opened.status === 201) {
    checkStored(opened, blob.digest, blobName(blob));
    if (await isThere(endpoint, blob)) return 'mounted';
    opened = await openUpload(endpoint, blob);
  }
  const upload = new Upload(endpoint, blob);
  try {
    await upload.run(await nextAddress(endpoint, opened, blob.name));
    return 'uploaded';
  } finally {
    await upload.close();
  }
}

/**
 * Opens an upload. With a repository to mount from, the answer can be that no upload is needed
 * (201).
 */
async function openUpload(
  endpoint: Endpoint,
  blob: Pick<BlobUpload, 'digest' | 'name'>,
  fromPath?: string,
): Promise<Step> {
  const { digest, name } = blob;
  if (fromPath !== undefined) {
    const query = new URLSearchParams({ mount: digest, from: fromPath });
    const target = `blobs/uploads/?${query.toString()}`;
    const mounted = await ifAllowed(askUpload(endpoint, { target, name, fromPath }, [201, 202]));
    if (mounted !== undefined && !('refused' in mounted)) return mounted;
  }
  const opened = await askUpload(endpoint, { target: 'blobs/uploads/', name }, [202]);
  if ('refused' in opened) throw opened.refused;
  return opened;
}

/** Returns `undefined` if the registry does not let this user read a repository. */
async function ifAllowed<Answer>(asked: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AssayError && error.code === 'REGISTRY_DENIED') return undefined;
    throw error;
  }
}

/** An upload with its address, which changes with each step. */
class Upload {
  readonly #endpoint: Endpoint;
  readonly #blob: BlobUpload;
  readonly #reader: BlobReader;
  #pieceBytes = Number.MAX_SAFE_INTEGER;
  #failures = 0;
  /** The most bytes that the registry ever had. */
  #furthestBytes = 0;

  constructor(endpoint: Endpoint, blob: BlobUpload) {
    this.#endpoint = endpoint;
    this.#blob = blob;
    this.#reader = new BlobReader(blob, `blob ${blob.digest}`);
  }

  /** Sends all bytes to an upload that was opened, or to others if the registry forgets it. */
  async run(opened: URL): Promise<void> {
    for (let address = opened; ;) {
      const end = await this.#sendFrom(address);
      if (end !== undefined && (await this.#commit(end))) return;
      const reopened = await openUpload(this.#endpoint, this.#blob);
      address = await nextAddress(this.#endpoint, reopened, this.#blob.name);
    }
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  /** Returns the address for the end of the upload; `undefined` if it has to begin anew. */
  async #sendFrom(opened: URL): Promise<URL | undefined> {
    let at: Place = { address: opened, doneBytes: 0 };
    for (;;) {
      if (await this.#isAllSent(at)) return at.address;
      const sent = await this.#sendPiece(at);
      if (sent instanceof AssayError) {
        await this.#countFailure(sent);
        const found = await this.#findPlace(at.address);
        if (found === undefined) return undefined;
        if (this.#noteProgress(found.doneBytes)) this.#failures = 0;
        at = found;
      } else if ('refused' in sent) {
        const isTooLarge = sent.status === PAYLOAD_TOO_LARGE && this.#pieceBytes > WHOLE_BYTES;
        if (!isTooLarge) throw sent.refused;
        this.#pieceBytes = WHOLE_BYTES;
        return undefined;
      } else {
        const address = await nextAddress(this.#endpoint, sent, this.#blob.name);
        const doneBytes = this.#doneBytesAfter(sent.headers);
        // A registry that takes a piece and keeps nothing of it would be sent the same piece for
        // ever.
        const isStuck = doneBytes <= at.doneBytes && this.#reader.position > at.doneBytes;
        if (isStuck) await this.#countFailure(this.#stuckAt(doneBytes));
        if (this.#noteProgress(doneBytes)) this.#failures = 0;
        at = { address, doneBytes };
      }
    }
  }

  /** Returns how much the registry has after it took a piece: no more than was sent. */
  #doneBytesAfter(headers: Headers): number {
    const { position } = this.#reader;
    const stated = doneBytesOf(headers) ?? position;
    // After a single byte, `0-0` is that byte.
    return position === 1 ? 1 : Math.min(stated, position);
  }

  /** Returns whether the registry has more than it ever had. */
  #noteProgress(doneBytes: number): boolean {
    if (doneBytes <= this.#furthestBytes) return false;
    this.#furthestBytes = doneBytes;
    return true;
  }

  #stuckAt(doneBytes: number): AssayError {
    const { name, digest } = this.#blob;
    const sent = this.#reader.position;
    return new AssayError(
      'NETWORK',
      `the registry has ${doneBytes} bytes of ${digest} for ${name} after ${sent} were sent`,
      { hint: 'Check the registry, or what stands in front of it.' },
    );
  }

  /**
   * Compares the blob with its digest if the registry has all bytes.
   * @throws AssayError `CONTENT_MISMATCH`
   */
  async #isAllSent({ doneBytes }: Place): Promise<boolean> {
    if (doneBytes > 0 && doneBytes === this.#blob.sizeBytes) await this.#reader.seek(doneBytes);
    const { isBegun, position } = this.#reader;
    return isBegun && position === doneBytes && (await this.#reader.isEnded());
  }

  /**
   * Returns the answer, or the error of a connection that broke.
   * @throws AssayError if the blob cannot be read
   */
  async #sendPiece({ address, doneBytes }: Place): Promise<Step | Refused | AssayError> {
    const { sizeBytes = Number.MAX_SAFE_INTEGER, name } = this.#blob;
    const lengthBytes = Math.min(this.#pieceBytes, sizeBytes - doneBytes);
    const end = doneBytes + lengthBytes;
    const isPart = this.#blob.sizeBytes !== undefined && lengthBytes < sizeBytes;
    const unreadable: Unreadable = {};
    const piece = (): AsyncGenerator<Uint8Array> =>
      withFailure(this.#reader.piece(doneBytes, lengthBytes), unreadable);
    try {
      const sent = await askUpload(
        this.#endpoint,
        {
          target: address,
          name,
          method: 'PATCH',
          headers: {
            'content-type': 'application/octet-stream',
            ...(isPart && { 'content-range': `${doneBytes}-${end - 1}` }),
          },
          body: lengthBytes > WHOLE_BYTES ? piece : await collected(piece()),
          // What was sent in part cannot be sent again to the same address.
          attempts: 1,
          readsFailures: true,
        },
        [202, 201, 204],
      );
      return 'refused' in sent && isPassing(sent) ? sent.refused : sent;
    } catch (error) {
      if (unreadable.reason !== undefined) throw unreadable.reason;
      if (!isBroken(error)) throw error;
      return error;
    }
  }

  /** Asks how much of the upload the registry has; `undefined` if it has forgotten the upload. */
  async #findPlace(address: URL): Promise<Place | undefined> {
    const { name } = this.#blob;
    const found = await askUpload(
      this.#endpoint,
      { target: address, name, method: 'GET' },
      [204, 202, 200],
    );
    if ('refused' in found) return undefined;
    const doneBytes = doneBytesOf(found.headers);
    if (doneBytes === undefined || doneBytes > (this.#blob.sizeBytes ?? Infinity)) return undefined;
    const isMoved = found.headers.has('location');
    return {
      address: isMoved ? await nextAddress(this.#endpoint, found, name) : address,
      doneBytes,
    };
  }

  /** Ends the upload. Returns `false` if the registry has lost it. */
  async #commit(address: URL): Promise<boolean> {
    const { digest, name } = this.#blob;
    // The query is the registry's own state and is kept unchanged.
    const { href, search } = address;
    const end = new URL(`${href}${search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`);
    let failure: AssayError;
    try {
      const ended = await askUpload(
        this.#endpoint,
        { target: end, name, method: 'PUT', attempts: 1, readsFailures: true },
        [201, 204],
      );
      if (!('refused' in ended)) {
        checkStored(ended, digest, blobName(this.#blob));
        return true;
      }
      failure = ended.refused;
      if (ended.status !== 404 && !isPassing(ended)) throw failure;
    } catch (error) {
      if (!isBroken(error)) throw error;
      failure = error;
    }
    if (await isThere(this.#endpoint, this.#blob)) return true;
    await this.#countFailure(failure);
    return false;
  }

  async #countFailure(failure: AssayError): Promise<void> {
    this.#failures += 1;
    if (this.#failures >= MAX_FAILURES) throw failure;
    await sleep(RETRY_DELAY_MS * this.#failures, undefined, { signal: this.#blob.signal });
  }
}

/** Returns whether the registry has the blob, also if its last answer was lost. */
async function isThere(
  endpoint: Endpoint,
  { digest, name }: Pick<BlobUpload, 'digest' | 'name'>,
): Promise<boolean> {
  const request = { target: `blobs/${digest}`, name, method: 'HEAD' } as const;
  return !('refused' in (await askUpload(endpoint, request, [200])));
}

function blobName({ digest, name }: Pick<BlobUpload, 'digest' | 'name'>): string {
  return `blob ${digest} of ${name}`;
}

/** The position where an upload continues. */
interface Place {
  readonly address: URL;
  readonly doneBytes: number;
}

/** Reads the `Range` of an answer. `0-0` stands for an upload without bytes. */
function doneBytesOf(headers: Headers): number | undefined {
  const last = RANGE.exec(headers.get('range') ?? '')?.groups?.['last'];
  if (last === undefined) return undefined;
  return last === '0' ? 0 : Number(last) + 1;
}

/** Returns whether the connection failed, rather than the request. */
function isBroken(error: unknown): error is AssayError {
  return error instanceof AssayError && (error.code === 'NETWORK' || error.code === 'TIMEOUT');
}

/**
 * Returns whether the registry failed by itself, so that another attempt can succeed. A full disk
 * is not of that kind.
 */
function isPassing({ status, refused }: Refused): boolean {
  return status >= 500 && refused.code === 'NETWORK';
}

/** The reason for an unreadable request body. */
interface Unreadable {
  reason?: Error;
}

/**
 * Notes why the bytes of a request could not be read, because the request fails for that reason.
 */
async function* withFailure(
  pieces: AsyncIterable<Uint8Array>,
  note: Unreadable,
): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    note.reason = error instanceof Error ? error : new Error(String(error));
    throw error;
  }
}

async function collected(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  // Chunks lie in buffers that are used again.
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}
