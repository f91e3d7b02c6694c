/** Takes the body of one file as it streams by: keeps it, digests it, or both, within bounds. */

import { createHash, type Hash } from 'node:crypto';
import type { BodySink, Digest } from '../model/artifact.ts';
import type { GapKind } from '../model/finding.ts';
import type { DigestAlgorithm } from './digest-plan.ts';

/**
 * How many files of the largest allowed size one layer may have in memory together: 1 GiB with the default limits,
 * which is a hundred times what the readers of a large image want.
 */
const FULL_FILES_A_LAYER = 8;

/** How much of one layer may be kept in memory. */
export class KeptBytes {
  readonly maxFileBytes: number;
  #left: number;

  constructor(maxFileBytes: number) {
    this.maxFileBytes = maxFileBytes;
    this.#left = maxFileBytes * FULL_FILES_A_LAYER;
  }

  /** Takes so much from what is left; false, and nothing taken, where it is too much. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

export interface BodyPlan {
  readonly declaredBytes: number;
  readonly keptBytes: KeptBytes;
  /** Whether the body is kept whatever its first bytes are. */
  readonly isWanted: boolean;
  /** How many first bytes decide whether it is kept; 0 when they do not matter. */
  readonly headBytes: number;
  readonly isWantedByHead: (head: Uint8Array) => boolean;
  /** Digests to take; none leaves the body unread where nobody wants it. */
  readonly algorithms: readonly DigestAlgorithm[];
}

/** What came of a body. */
export interface BodyOutcome {
  /** Bytes delivered; the declared size where the body was not looked at. */
  readonly sizeBytes: number;
  /** Absent when it was not wanted, or could not be kept. */
  readonly bytes?: Uint8Array;
  readonly digests: readonly Digest[];
  readonly trouble?: { readonly message: string; readonly gap: GapKind };
}

export class BodyReader implements BodySink {
  readonly #plan: BodyPlan;
  /** Let go at the end of the body: a layer of fifty thousand files would keep as many contexts of the library. */
  #hashes: readonly Hash[];
  #digests: readonly Digest[] = NO_DIGESTS;
  #pieces: Uint8Array[] = [];
  #keptCount = 0;
  #deliveredBytes = 0;
  #keeping: 'yes' | 'no' | 'undecided';
  #limit: string | undefined;
  #hasEnded = false;
  #head: Uint8Array = NOTHING;

  constructor(plan: BodyPlan) {
    this.#plan = plan;
    this.#hashes = plan.algorithms.map((algorithm) => createHash(algorithm));
    this.#keeping = plan.isWanted ? 'yes' : plan.headBytes > 0 ? 'undecided' : 'no';
    if (this.#keeping === 'yes' && plan.declaredBytes > plan.keptBytes.maxFileBytes) {
      this.#giveUp(plan.declaredBytes);
    }
  }

  /** Whether the body must be read at all. */
  get isNeeded(): boolean {
    return this.#keeping !== 'no' || this.#plan.algorithms.length > 0;
  }

  /** The first bytes that decided, empty where they did not matter. */
  get head(): Uint8Array {
    return this.#head;
  }

  write(piece: Uint8Array): void {
    this.#deliveredBytes += piece.length;
    for (const hash of this.#hashes) hash.update(piece);
    if (this.#keeping === 'no' || piece.length === 0) return;
    const size = this.#keptCount + piece.length;
    if (size > this.#plan.keptBytes.maxFileBytes || !this.#plan.keptBytes.take(piece.length)) {
      this.#decide();
      this.#giveUp(Math.max(size, this.#plan.declaredBytes));
      return;
    }
    // The piece is valid only during the call.
    this.#pieces.push(new Uint8Array(piece));
    this.#keptCount = size;
    if (this.#keeping === 'undecided' && size >= this.#plan.headBytes) this.#decide();
  }

  end(): void {
    if (this.#keeping === 'undecided') this.#decide();
    this.#digests = this.#hashes.map(
      (hash, index): Digest => `${this.#plan.algorithms[index] ?? 'md5'}:${hash.digest('hex')}`,
    );
    this.#hashes = [];
    this.#hasEnded = true;
  }

  outcome(): BodyOutcome {
    const { declaredBytes } = this.#plan;
    if (!this.isNeeded && this.#limit === undefined)
      return { sizeBytes: declaredBytes, digests: NO_DIGESTS };
    const trouble = this.#trouble();
    return {
      sizeBytes: this.#hasEnded ? this.#deliveredBytes : declaredBytes,
      // Empty for a body that was cut off: it has no digest worth comparing.
      digests: this.#digests,
      ...(this.#keeping === 'yes' && this.#hasEnded && { bytes: this.#join() }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  #trouble(): BodyOutcome['trouble'] {
    if (this.#limit !== undefined) return { message: this.#limit, gap: 'limit' };
    if (!this.#hasEnded) return { message: 'the body is cut off', gap: 'unreadable' };
    const { declaredBytes } = this.#plan;
    if (this.#deliveredBytes === declaredBytes) return undefined;
    return {
      message: `${String(declaredBytes)} bytes were announced and ${String(this.#deliveredBytes)} delivered`,
      gap: 'unreadable',
    };
  }

  /** The first bytes are there, or there are no more. */
  #decide(): void {
    if (this.#keeping !== 'undecided') return;
    this.#head = this.#join().slice(0, this.#plan.headBytes);
    if (this.#plan.isWantedByHead(this.#head)) {
      this.#keeping = 'yes';
      if (this.#plan.declaredBytes > this.#plan.keptBytes.maxFileBytes) {
        this.#giveUp(this.#plan.declaredBytes);
      }
    } else {
      this.#keeping = 'no';
      this.#drop();
    }
  }

  #giveUp(sizeBytes: number): void {
    if (this.#keeping === 'no') return;
    const { maxFileBytes } = this.#plan.keptBytes;
    this.#limit =
      sizeBytes > maxFileBytes
        ? `too large to be read: ${String(sizeBytes)} bytes, of which ${String(maxFileBytes)} are allowed`
        : `not read: its layer holds more than ${String(maxFileBytes * FULL_FILES_A_LAYER)} bytes of files to be read`;
    this.#keeping = 'no';
    this.#drop();
  }

  #drop(): void {
    this.#plan.keptBytes.giveBack(this.#keptCount);
    this.#pieces = [];
    this.#keptCount = 0;
  }

  #join(): Uint8Array {
    const [only] = this.#pieces;
    if (this.#pieces.length === 1 && only !== undefined) return only;
    const whole = new Uint8Array(this.#keptCount);
    let offset = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [whole];
    return whole;
  }
}

const NOTHING = new Uint8Array(0);
const NO_DIGESTS: readonly Digest[] = [];
