/** Unpacks one file of a zstd:chunked layer, and compares the result with the table of contents. */

import { Readable } from 'node:stream';

import type { TakeBytes } from '../decompress.ts';
import {
  contentMismatch,
  createDigestCheck,
  type DigestCheck,
} from '../../crypto/digest/digest-check.ts';
import { unzstd } from './zstd.ts';
import type { ChunkedBody } from './zstd-chunked.ts';

/**
 * Pushes the content to `take`, which must not trust it before the promise has resolved. `name`
 * says in errors whose content it is, as in `"/etc/os-release" in layer 1`.
 *
 * @throws AssayError `CONTENT_MISMATCH` where size, chunks or file are other than stated;
 * ParseError where `stored` is no zstd; what `take` throws.
 */
export async function unpackChunkedBody(
  stored: Uint8Array,
  body: ChunkedBody,
  take: TakeBytes,
  name: string,
): Promise<void> {
  const whole = createDigestCheck(body.digest, name);
  const chunks = new ChunkChecks(body.chunks, name);
  let doneBytes = 0;
  await unzstd(
    Readable.from([stored]),
    (piece) => {
      doneBytes += piece.length;
      if (doneBytes > body.sizeBytes) throw otherSize(`at least ${doneBytes} bytes`);
      whole.update(piece);
      chunks.update(piece);
      take(piece);
    },
    name,
  );
  if (doneBytes < body.sizeBytes) throw otherSize(`${doneBytes} bytes`);
  chunks.verify();
  whole.verify();

  function otherSize(found: string): Error {
    return contentMismatch(name, `${body.sizeBytes} bytes`, found);
  }
}

/** One chunk after the other; none of what comes behind the last. */
class ChunkChecks {
  readonly #chunks: ChunkedBody['chunks'];
  readonly #name: string;
  #next = 0;
  #leftBytes = 0;
  #check: DigestCheck | undefined;

  constructor(chunks: ChunkedBody['chunks'], name: string) {
    this.#chunks = chunks;
    this.#name = name;
  }

  update(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#leftBytes === 0 && !this.#begin()) return;
      const part = rest.subarray(0, this.#leftBytes);
      this.#check?.update(part);
      this.#leftBytes -= part.length;
      rest = rest.subarray(part.length);
    }
  }

  verify(): void {
    this.#check?.verify();
    this.#check = undefined;
  }

  #begin(): boolean {
    this.verify();
    const chunk = this.#chunks[this.#next];
    if (chunk === undefined) return false;
    this.#next += 1;
    this.#leftBytes = chunk.sizeBytes;
    this.#check = createDigestCheck(chunk.digest, `chunk ${this.#next} of ${this.#name}`);
    return true;
  }
}
