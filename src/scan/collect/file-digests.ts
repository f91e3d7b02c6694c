/** Computes the digests of one file while its body is read. */

import { createHash, type Hash } from 'node:crypto';
import {
  MAX_GATHERED_BYTES,
  Md5Lanes,
  type RunningDigest,
} from '../../formats/crypto/digest/md5-lanes.ts';
import type { BodySink, Digest, SeekableBody } from '../../core/model/artifact/artifact.ts';
import type { DigestAlgorithm } from './digest-plan.ts';

/**
 * The MD5 digests of one layer, which are computed of many bodies at once. Absent before the first
 * one.
 */
export interface LayerMd5 {
  md5: Md5Lanes | undefined;
}

/** The running digests of one file. */
export class FileDigests implements BodySink {
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #layer: LayerMd5;
  readonly #running: RunningDigest[] = [];

  constructor(algorithms: readonly DigestAlgorithm[], layer: LayerMd5, declaredBytes: number) {
    this.#algorithms = algorithms;
    this.#layer = layer;
    for (const algorithm of algorithms) {
      if (algorithm === 'md5')
        this.#running.push((layer.md5 ??= new Md5Lanes()).begin(declaredBytes));
      else this.#running.push(new OwnDigest(algorithm));
    }
  }

  write(piece: Uint8Array): void {
    for (const digest of this.#running) digest.update(piece);
  }

  /** Leaves the MD5 of a large body for later, when it is computed together with others. */
  again(body: SeekableBody): void {
    const { md5 } = this.#layer;
    const at = this.#algorithms.indexOf('md5');
    if (at < 0 || md5 === undefined || body.sizeBytes <= MAX_GATHERED_BYTES) return;
    this.#running[at] = md5.lying(body);
  }

  end(): void {
    for (const digest of this.#running) digest.end();
  }

  /** Returns the digests in the order of the algorithms. Called after `end`. */
  digests(): readonly Digest[] {
    return this.#running.map(
      (digest, at): Digest => `${this.#algorithms[at] ?? 'md5'}:${digest.hex()}`,
    );
  }
}

/**
 * A digest that frees its context at the end of the body: a layer of fifty thousand files would
 * hold as many.
 */
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
