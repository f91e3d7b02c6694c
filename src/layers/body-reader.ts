/** Takes the body of one file as it streams by: keeps it, digests it, or both, within bounds. */

import { createHash, type Hash } from 'node:crypto';
import type { BodySink, Digest } from '../model/artifact.ts';
import type { GapKind } from '../model/finding.ts';
import type { BodyStore } from './body-store.ts';
import type { DigestAlgorithm } from './digest-plan.ts';
import { Excerpt } from './excerpt.ts';
import { KeptBody, type KeptBytes } from './kept-body.ts';
import { MarkerSearch } from './marker-search.ts';

/** How many times the largest file in memory one in the store may be: 2 GiB with the default limits. */
const STORED_FACTOR = 16;

export interface BodyPlan {
  readonly declaredBytes: number;
  readonly keptBytes: KeptBytes;
  /** For bodies that are too large for memory; absent: all stay there. */
  readonly store?: BodyStore;
  /** Whether the body is kept whatever its first bytes are. */
  readonly isWanted: boolean;
  /** An excerpt behind these texts is wanted, whether or not the body is; its size is not bounded by that of the body. */
  readonly anchors?: readonly string[];
  /** How many first bytes may make it wanted; 0 when they do not matter. */
  readonly headBytes: number;
  /**
   * What the first bytes say: `undefined` that nobody wants the body for them, else of which texts it must hold one to be
   * wanted; an empty list wants it as it is.
   */
  readonly judgeHead: (head: Uint8Array) => readonly string[] | undefined;
  /** Digests to take; none leaves the body unread where nobody wants it. */
  readonly algorithms: readonly DigestAlgorithm[];
}

/** What came of a body. */
export interface BodyOutcome {
  /** Bytes delivered; the declared size where the body was not looked at. */
  readonly sizeBytes: number;
  /** Absent when it was not wanted, or could not be kept. An excerpt where no more than that was wanted. */
  readonly body?: KeptBody;
  readonly digests: readonly Digest[];
  readonly trouble?: { readonly message: string; readonly gap: GapKind };
}

export class BodyReader implements BodySink {
  readonly #plan: BodyPlan;
  /** Let go at the end of the body: a layer of fifty thousand files would keep as many contexts of the library. */
  #hashes: readonly Hash[];
  #digests: readonly Digest[] = NO_DIGESTS;
  #body: KeptBody | undefined;
  #deliveredBytes = 0;
  /** `perhaps`: its first bytes are not all there, or what it must hold was not found yet. */
  #isWanted: 'yes' | 'no' | 'perhaps';
  #head: Uint8Array = NOTHING;
  #isJudged = false;
  #search: MarkerSearch | undefined;
  #excerpt: Excerpt | undefined;
  #excerptBody: KeptBody | undefined;
  #limit: string | undefined;
  #excerptLimit: string | undefined;
  #hasEnded = false;

  constructor(plan: BodyPlan) {
    this.#plan = plan;
    this.#hashes = plan.algorithms.map((algorithm) => createHash(algorithm));
    this.#isWanted = plan.isWanted ? 'yes' : plan.headBytes > 0 ? 'perhaps' : 'no';
    this.#isJudged = plan.headBytes === 0;
    if (plan.anchors !== undefined) this.#excerpt = new Excerpt(plan.anchors);
    if (this.#isWanted === 'no') return;
    this.#body = new KeptBody(plan.keptBytes, plan.store);
    if (plan.declaredBytes > this.#maxBytes) this.#giveUp(plan.declaredBytes);
  }

  /** Whether the body must be read at all. */
  get isNeeded(): boolean {
    const { algorithms, anchors } = this.#plan;
    return this.#isWanted !== 'no' || algorithms.length > 0 || anchors !== undefined;
  }

  /** The first bytes, as many as decide; empty where they do not matter. */
  get head(): Uint8Array {
    return this.#head;
  }

  /** What was found of the texts that the body must hold. */
  get found(): ReadonlySet<string> {
    return this.#search?.found ?? NOT_FOUND;
  }

  write(piece: Uint8Array): void {
    this.#deliveredBytes += piece.length;
    for (const hash of this.#hashes) hash.update(piece);
    this.#excerpt?.push(piece);
    if (this.#isWanted === 'no' || piece.length === 0) return;
    if (!this.#isJudged) this.#takeHead(piece);
    this.#search?.push(piece);
    if (this.#search !== undefined && this.#search.found.size > 0) this.#isWanted = 'yes';
    const body = this.#body;
    if (body === undefined) return;
    const sizeBytes = body.sizeBytes + piece.length;
    if (sizeBytes > this.#maxBytes || !body.append(piece)) {
      this.#giveUp(Math.max(sizeBytes, this.#plan.declaredBytes));
    }
  }

  end(): void {
    if (!this.#isJudged) this.#judge();
    if (this.#isWanted === 'perhaps') this.#refuse();
    this.#endExcerpt();
    this.#digests = this.#hashes.map(
      (hash, index): Digest => `${this.#plan.algorithms[index] ?? 'md5'}:${hash.digest('hex')}`,
    );
    this.#hashes = [];
    this.#hasEnded = true;
  }

  outcome(): BodyOutcome {
    const { declaredBytes } = this.#plan;
    if (!this.isNeeded) return { sizeBytes: declaredBytes, digests: NO_DIGESTS };
    const trouble = this.#trouble();
    const kept = this.#isWanted === 'yes' ? this.#body : this.#excerptBody;
    const body = this.#hasEnded ? kept : undefined;
    return {
      sizeBytes: this.#hasEnded ? this.#deliveredBytes : declaredBytes,
      // Empty for a body that was cut off: it has no digest worth comparing.
      digests: this.#digests,
      ...(body !== undefined && { body }),
      ...(trouble !== undefined && { trouble }),
    };
  }

  /** What is wanted by name is read as a whole; for the others it is enough to find one's way in it. */
  get #maxBytes(): number {
    const { isWanted, keptBytes, store } = this.#plan;
    const factor = isWanted || store === undefined ? 1 : STORED_FACTOR;
    return keptBytes.maxFileBytes * factor;
  }

  #trouble(): BodyOutcome['trouble'] {
    const limit = this.#isWanted === 'yes' ? this.#limit : this.#excerptLimit;
    if (limit !== undefined) return { message: limit, gap: 'limit' };
    if (!this.#hasEnded) return { message: 'the body is cut off', gap: 'unreadable' };
    const { declaredBytes } = this.#plan;
    if (this.#deliveredBytes === declaredBytes) return undefined;
    return {
      message: `${String(declaredBytes)} bytes were announced and ${String(this.#deliveredBytes)} delivered`,
      gap: 'unreadable',
    };
  }

  #endExcerpt(): void {
    const excerpt = this.#excerpt;
    this.#excerpt = undefined;
    if (excerpt === undefined || this.#isWanted === 'yes') return;
    const body = new KeptBody(this.#plan.keptBytes, undefined);
    if (body.append(excerpt.bytes())) this.#excerptBody = body;
    else this.#excerptLimit = 'not read: its layer holds more than can be kept of files to be read';
  }

  #takeHead(piece: Uint8Array): void {
    const missing = this.#plan.headBytes - this.#head.length;
    this.#head = Buffer.concat([this.#head, piece.subarray(0, missing)]);
    if (this.#head.length === this.#plan.headBytes) this.#judge();
  }

  /** The first bytes are there, or there are no more. */
  #judge(): void {
    this.#isJudged = true;
    const markers = this.#plan.judgeHead(this.#head);
    if (markers === undefined) {
      if (this.#isWanted === 'perhaps') this.#refuse();
    } else if (markers.length === 0) this.#isWanted = 'yes';
    else this.#search = new MarkerSearch(markers);
  }

  #refuse(): void {
    this.#isWanted = 'no';
    this.#body?.drop();
    this.#body = undefined;
  }

  /** The body is kept no longer; whether that matters depends on what is still to come of it. */
  #giveUp(sizeBytes: number): void {
    const max = this.#maxBytes;
    this.#limit =
      sizeBytes > max
        ? `too large to be read: ${String(sizeBytes)} bytes, of which ${String(max)} are allowed`
        : 'not read: its layer holds more than can be kept of files to be read';
    this.#body?.drop();
    this.#body = undefined;
  }
}

const NOTHING: Uint8Array = new Uint8Array(0);
const NO_DIGESTS: readonly Digest[] = [];
const NOT_FOUND: ReadonlySet<string> = new Set();
