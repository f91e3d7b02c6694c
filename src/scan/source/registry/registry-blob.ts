/**
 * Layers in a registry. A blob is downloaded when its bytes are first requested, into a temporary
 * file that is read while it grows: slow readers do not delay the download, and a second walk needs
 * no request.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { Descriptor, Repository } from '../../../clients/oci/index.ts';
import { createSpool, type Spool } from '../archive/spool.ts';
import {
  PIECE_BYTES,
  readInto,
  readPiece,
  type PieceRing,
  type StoredBytes,
} from '../stored-bytes.ts';

/** The blobs of a registry that one opening of a reference uses; equal ones are downloaded once. */
export class RegistryBlobs {
  readonly #repository: Repository;
  readonly #context: Context;
  readonly #blobs = new Map<Digest, RegistryBlob>();
  readonly #stop = new AbortController();

  constructor(repository: Repository, context: Context) {
    this.#repository = repository;
    // A caller that stops using a blob ends its download.
    const signal = AbortSignal.any([context.signal, this.#stop.signal]);
    this.#context = { ...context, signal };
  }

  /**
   * Returns a blob; `name` describes it in errors.
   * @throws AssayError `DAMAGED` where it cannot be read.
   */
  get(descriptor: Descriptor, name: string): StoredBytes {
    if (descriptor.mediaType.endsWith('+encrypted')) {
      throw new AssayError('DAMAGED', `${name} is encrypted`, {
        hint: 'Decrypt the image first, for example with skopeo.',
      });
    }
    const { sizeBytes } = descriptor;
    if (sizeBytes === undefined) {
      throw new AssayError('DAMAGED', `the manifest does not say how large ${name} is`);
    }
    let blob = this.#blobs.get(descriptor.digest);
    if (blob === undefined) {
      blob = new RegistryBlob(sizeBytes, {
        createSpool: () => this.#spoolFor(sizeBytes, name),
        // The walk compares the digest of all that it reads.
        download: (write) =>
          this.#repository.download(descriptor, write, { isCheckedByCaller: true }),
      });
      this.#blobs.set(descriptor.digest, blob);
    }
    return blob;
  }

  /**
   * A download runs ahead of who unpacks it, so the disk would be full before anybody has unpacked
   * too much.
   */
  async #spoolFor(sizeBytes: number, name: string): Promise<Spool> {
    const { maxUnpackedBytes } = this.#context.limits;
    if (sizeBytes > maxUnpackedBytes) {
      throw new AssayError('LIMIT_EXCEEDED', `${name} has more than ${maxUnpackedBytes} bytes`, {
        hint: 'Check who made the image: no layer in use is of that size.',
      });
    }
    return createSpool(name, this.#context);
  }

  /** Ends what is being downloaded and removes what was. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([...this.#blobs.values()].map((blob) => blob.close()));
  }
}

interface BlobOrigin {
  readonly createSpool: () => Promise<Spool>;
  readonly download: (write: (piece: Uint8Array) => void) => Promise<void>;
}

class RegistryBlob implements StoredBytes {
  readonly sizeBytes: number;
  readonly #origin: BlobOrigin;
  #spool: Promise<Spool> | undefined;
  #download: Promise<void> | undefined;
  #writtenBytes = 0;
  #isEnded = false;
  /** Readers that wait for more. */
  #waiting: (() => void)[] = [];

  constructor(sizeBytes: number, origin: BlobOrigin) {
    this.sizeBytes = sizeBytes;
    this.#origin = origin;
  }

  async *chunks(ring?: PieceRing): AsyncGenerator<Uint8Array> {
    const { handle } = await this.#start();
    let position = 0;
    while (position < this.sizeBytes) {
      const readyBytes = await this.#ready(position, PIECE_BYTES);
      if (readyBytes === 0) break;
      const buffer = ring?.take() ?? Buffer.allocUnsafeSlow(readyBytes);
      const piece = await readInto(handle, buffer, { position, lengthBytes: readyBytes });
      position += piece.length;
      yield piece;
    }
    // Whatever kept it from its end, or came behind it.
    await this.#download;
  }

  async head(lengthBytes: number): Promise<Uint8Array> {
    const { handle } = await this.#start();
    const readyBytes = await this.#ready(0, lengthBytes);
    if (readyBytes < Math.min(lengthBytes, this.sizeBytes)) await this.#download;
    return readPiece(handle, 0, readyBytes);
  }

  async close(): Promise<void> {
    const spool = await this.#spool?.catch(() => undefined);
    await this.#download?.catch(() => undefined);
    await spool?.close();
  }

  #start(): Promise<Spool> {
    this.#spool ??= this.#origin.createSpool().then((spool) => {
      this.#download = this.#run(spool);
      // A reader reports the failure; there may be no reader any more.
      this.#download.catch(() => undefined);
      return spool;
    });
    return this.#spool;
  }

  async #run(spool: Spool): Promise<void> {
    try {
      await this.#origin.download((piece) => {
        spool.write(piece);
        this.#writtenBytes += piece.length;
        this.#wake();
      });
    } finally {
      this.#isEnded = true;
      this.#wake();
    }
  }

  /**
   * Returns the number of bytes that can be read at `position`, up to `wantedBytes`: fewer only at
   * the end.
   */
  async #ready(position: number, wantedBytes: number): Promise<number> {
    const endBytes = Math.min(position + wantedBytes, this.sizeBytes);
    while (this.#writtenBytes < endBytes && !this.#isEnded) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return Math.max(0, Math.min(endBytes, this.#writtenBytes) - position);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
