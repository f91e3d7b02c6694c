/** The digests of one file, as its body streams by. Nothing else of the body is looked at. */

import { createHash, type Hash } from 'node:crypto';
import { MAX_GATHERED_BYTES, type Md5Lanes, type RunningDigest } from '../format/md5-lanes.ts';
import type { BodySink, Digest, SeekableBody } from '../model/artifact.ts';
import type { DigestAlgorithm } from './digest-plan.ts';

export class FileDigests implements BodySink {
  readonly #algorithms: readonly DigestAlgorithm[];
  /** Of the layer: MD5 is taken of many bodies at once. */
  readonly #md5: Md5Lanes;
  readonly #running: RunningDigest[] = [];

  constructor(algorithms: readonly DigestAlgorithm[], md5: Md5Lanes, declaredBytes: number) {
    this.#algorithms = algorithms;
    this.#md5 = md5;
    for (const algorithm of algorithms) {
      this.#running.push(algorithm === 'md5' ? md5.begin(declaredBytes) : new OwnDigest(algorithm));
    }
  }

  write(piece: Uint8Array): void {
    for (const digest of this.#running) digest.update(piece);
  }

  /** MD5 of a large body is taken later, together with others. */
  again(body: SeekableBody): void {
    const at = this.#algorithms.indexOf('md5');
    if (at >= 0 && body.sizeBytes > MAX_GATHERED_BYTES) this.#running[at] = this.#md5.lying(body);
  }

  end(): void {
    for (const digest of this.#running) digest.end();
  }

  /** Asked for after `end`. */
  digests(): readonly Digest[] {
    return this.#running.map(
      (digest, at): Digest => `${this.#algorithms[at] ?? 'md5'}:${digest.hex()}`,
    );
  }
}

/** Let go at the end of the body: a layer of fifty thousand files would keep as many contexts of the library. */
class OwnDigest implements RunningDigest {
  #hash: Hash | undefined;
  #hex = '';

  constructor(algorithm: DigestAlgorithm) {
    this.#hash = createHash(algorithm);
  }

  update(piece: Uint8Array): void {
    this.#hash?.update(piece);
  }

  end(): void {
    this.#hex = this.#hash?.digest('hex') ?? '';
    this.#hash = undefined;
  }

  hex(): string {
    return this.#hex;
  }
}
