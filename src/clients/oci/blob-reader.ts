/** Reads a blob for an upload: from any place on, in pieces, and compared with its digest. */

import {
  createDigestCheck,
  contentMismatch,
  type DigestCheck,
} from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';

/** A blob that is uploaded. */
export interface ReadableBlob {
  readonly digest: Digest;
  /** Absent where nothing states it. */
  readonly sizeBytes: number | undefined;
  /**
   * Returns all bytes from the start; it is called again if an upload has to go back. A chunk is
   * valid until the second one after it is requested.
   */
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

const NOTHING: Uint8Array = new Uint8Array(0);

/**
 * A position in a blob. To move it back, the blob is read again from its start, so that each pass
 * compares all bytes with the digest.
 */
export class BlobReader {
  readonly #blob: ReadableBlob;
  readonly #name: string;
  #pass: AsyncIterator<Uint8Array> | undefined;
  #check: DigestCheck | undefined;
  /** The part of the last chunk that was not given yet. */
  #rest: Uint8Array = NOTHING;
  #position = 0;

  /** `name` is what errors call the blob. */
  constructor(blob: ReadableBlob, name: string) {
    this.#blob = blob;
    this.#name = name;
  }

  /** Returns the number of bytes before the next one that is given. */
  get position(): number {
    return this.#position;
  }

  /** Returns whether the blob was opened. */
  get isBegun(): boolean {
    return this.#pass !== undefined;
  }

  /** Gives the bytes from `start` on, at most `maxBytes` of them. */
  async *piece(start: number, maxBytes: number): AsyncGenerator<Uint8Array> {
    await this.seek(start);
    const end = start + maxBytes;
    while (this.#position < end) {
      const chunk = await this.#next();
      if (chunk === undefined) return;
      const given = chunk.subarray(0, end - this.#position);
      this.#rest = chunk.subarray(given.length);
      this.#position += given.length;
      yield given;
    }
  }

  /**
   * Returns whether this is the end.
   * @throws AssayError `CONTENT_MISMATCH` if the blob has another digest or size
   */
  async isEnded(): Promise<boolean> {
    this.#rest = (await this.#next()) ?? NOTHING;
    const { sizeBytes } = this.#blob;
    if (this.#rest.length > 0) {
      if (this.#position !== sizeBytes) return false;
      throw contentMismatch(this.#name, `${sizeBytes} bytes`, 'more');
    }
    if (sizeBytes !== undefined && sizeBytes !== this.#position) {
      throw contentMismatch(this.#name, `${sizeBytes} bytes`, `${this.#position} bytes`);
    }
    this.#check?.verify();
    // A digest can be computed once; another pass has its own.
    this.#check = undefined;
    return true;
  }

  /** Moves to a position; at most to the end. */
  async seek(start: number): Promise<void> {
    if (this.#pass === undefined || start < this.#position) {
      await this.close();
      this.#pass = this.#blob.chunks()[Symbol.asyncIterator]();
      this.#check = createDigestCheck(this.#blob.digest, this.#name);
      this.#rest = NOTHING;
      this.#position = 0;
    }
    while (this.#position < start) {
      const chunk = await this.#next();
      if (chunk === undefined) return;
      const skipped = Math.min(chunk.length, start - this.#position);
      this.#rest = chunk.subarray(skipped);
      this.#position += skipped;
    }
  }

  /** Ends the reading of the blob. */
  async close(): Promise<void> {
    await this.#pass?.return?.();
    this.#pass = undefined;
  }

  /** Returns `undefined` at the end. */
  async #next(): Promise<Uint8Array | undefined> {
    if (this.#rest.length > 0) return this.#rest;
    for (;;) {
      const next = await this.#pass?.next();
      if (next === undefined || next.done === true) return undefined;
      this.#check?.update(next.value);
      if (next.value.length > 0) return next.value;
    }
  }
}
