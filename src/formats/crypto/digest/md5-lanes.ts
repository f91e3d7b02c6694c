/**
 * MD5 of many bodies: eight at once where `md5-wasm.ts` runs, else one after another. Small bodies
 * are gathered while they stream by, large ones are read once more where they lie.
 */

import { createHash, type Hash } from 'node:crypto';
import type { SeekableBody } from '../../../core/model/artifact/artifact.ts';
import {
  BATCH_AT,
  BATCH_BYTES,
  blocksOf,
  releaseMemory,
  MAX_PADDING_BYTES,
  acquireMemory,
  WINDOW_BYTES,
  windowAt,
  type LaneBody,
  type LaneMemory,
  type BlockSpan,
} from './md5-memory.ts';
import { BLOCK_BYTES } from './md5-wasm.ts';

/** A digest whose bytes come in pieces. */
export interface RunningDigest {
  update(piece: Uint8Array): void;
  /** Ends the body; no more bytes come. */
  end(): void;
  /** Returns the digest in lowercase hexadecimal; called after `end`. */
  hex(): string;
}

/** Larger bodies would leave the other lanes idle before a batch is done. */
export const MAX_GATHERED_BYTES = 2 * 1024 * 1024;

/** Making the module takes as long as digesting so many bytes one after another. */
const MIN_LANES_BYTES = 8 * 1024 * 1024;
/** After so many bytes of one body others may have their turn: some milliseconds. */
const TURN_BYTES = 16 * 1024 * 1024;
const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e';

/** The digests of one layer's bodies, which come one after another. */
export class Md5Lanes {
  #memory: LaneMemory | undefined;
  /** Offset of the next body. */
  #end = BATCH_AT;
  #open: GatheredBody | undefined;
  readonly #gathered: GatheredBody[] = [];
  readonly #lying: LyingBody[] = [];

  /**
   * Takes the next body in pieces; one that was not ended is let go. `sizeBytes` may turn out to be
   * wrong.
   */
  begin(sizeBytes: number): RunningDigest {
    return new GatheredBody(this, sizeBytes);
  }

  /**
   * Returns the digest of a body that is read later: in {@link Md5Lanes.steps}, or when it is asked
   * for.
   */
  lying(bytes: SeekableBody): RunningDigest {
    const body = new LyingBody(this, bytes);
    this.#lying.push(body);
    return body;
  }

  /** Takes all digests that are left; between the steps others may have their turn. */
  *steps(): Generator<void> {
    yield* this.#run(this.#takeAll());
  }

  /** Does the same in one step. */
  settle(): void {
    drain(this.#run(this.#takeAll()));
  }

  /** Closes the lanes; nothing more is digested. */
  close(): void {
    if (this.#memory !== undefined) releaseMemory(this.#memory);
    this.#memory = undefined;
  }

  /**
   * Reserves room for a body; `undefined` if it is too large. What is gathered is digested where
   * there is none.
   */
  reserve(body: GatheredBody, sizeBytes: number): Uint8Array | undefined {
    if (sizeBytes > MAX_GATHERED_BYTES) return undefined;
    if (this.#open !== undefined) this.#end = this.#open.start;
    const needed = sizeBytes + MAX_PADDING_BYTES;
    if (this.#end + needed > BATCH_AT + BATCH_BYTES) {
      drain(this.#run(this.#gathered.splice(0)));
      this.#end = BATCH_AT;
    }
    this.#open = body;
    body.start = this.#end;
    this.#end += blocksOf(sizeBytes) * BLOCK_BYTES;
    this.#memory ??= acquireMemory();
    return this.#memory.bytes;
  }

  gather(body: GatheredBody): void {
    this.#open = undefined;
    this.#gathered.push(body);
  }

  /** Releases a reservation, whose body is digested in another way. */
  release(body: GatheredBody): void {
    if (this.#open !== body) return;
    this.#open = undefined;
    this.#end = body.start;
  }

  #takeAll(): OwnBody[] {
    const all = [...this.#lying.splice(0), ...this.#gathered.splice(0)];
    this.#end = BATCH_AT;
    return all;
  }

  *#run(bodies: OwnBody[]): Generator<void> {
    if (bodies.length === 0) return;
    bodies.sort((a, b) => b.sizeBytes - a.sizeBytes);
    let left = bodies.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const memory = (this.#memory ??= acquireMemory());
    const canRun = left >= MIN_LANES_BYTES ? memory.start() : memory.isStarted;
    let first = 0;
    for (const body of bodies) {
      // With less than two lanes at work one after another is faster.
      if (canRun && body.sizeBytes * 2 <= left) break;
      body.digestAlone(memory);
      left -= body.sizeBytes;
      first += 1;
      if (body.sizeBytes > TURN_BYTES) yield;
    }
    if (first < bodies.length) yield* memory.digest(bodies.slice(first));
  }
}

interface OwnBody extends LaneBody {
  readonly sizeBytes: number;
  digestAlone(memory: LaneMemory): void;
}

class GatheredBody implements OwnBody, RunningDigest {
  /** In the memory of the lanes. */
  start = 0;
  readonly #lanes: Md5Lanes;
  readonly #reservedBytes: number;
  #bytes: Uint8Array | undefined;
  #filledBytes = 0;
  #isTaken = false;
  /** The hash of a body that is too large. */
  #hash: Hash | undefined;
  #hex: string | undefined;

  constructor(lanes: Md5Lanes, sizeBytes: number) {
    this.#lanes = lanes;
    this.#reservedBytes = sizeBytes;
  }

  get sizeBytes(): number {
    return this.#filledBytes;
  }

  update(piece: Uint8Array): void {
    if (piece.length === 0) return;
    if (this.#bytes === undefined && this.#hash === undefined) {
      this.#bytes = this.#lanes.reserve(this, this.#reservedBytes);
    }
    if (this.#hash === undefined && this.#filledBytes + piece.length > this.#reservedBytes) {
      this.#leave();
    }
    if (this.#bytes === undefined) (this.#hash ??= createHash('md5')).update(piece);
    else this.#bytes.set(piece, this.start + this.#filledBytes);
    this.#filledBytes += piece.length;
  }

  end(): void {
    if (this.#bytes !== undefined) {
      this.#bytes = undefined;
      this.#lanes.gather(this);
    } else this.#hex = this.#hash?.digest('hex') ?? EMPTY;
    this.#hash = undefined;
  }

  hex(): string {
    if (this.#hex === undefined) this.#lanes.settle();
    return known(this.#hex);
  }

  next(memory: LaneMemory): BlockSpan | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    memory.pad(this.start, this.#filledBytes, this.#filledBytes);
    return { start: this.start, blockCount: blocksOf(this.#filledBytes) };
  }

  done(hex: string): void {
    this.#hex = hex;
  }

  digestAlone({ bytes }: LaneMemory): void {
    const body = bytes.subarray(this.start, this.start + this.#filledBytes);
    this.#hex = createHash('md5').update(body).digest('hex');
  }

  /** Leaves the lanes, because more bytes come than were announced. */
  #leave(): void {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    this.#hash = createHash('md5');
    if (bytes === undefined) return;
    this.#hash.update(bytes.subarray(this.start, this.start + this.#filledBytes));
    this.#lanes.release(this);
  }
}

class LyingBody implements OwnBody, RunningDigest {
  readonly #lanes: Md5Lanes;
  readonly #lying: SeekableBody;
  #offset = 0;
  #hasEnded = false;
  #hex: string | undefined;

  constructor(lanes: Md5Lanes, lying: SeekableBody) {
    this.#lanes = lanes;
    this.#lying = lying;
  }

  get sizeBytes(): number {
    return this.#lying.sizeBytes;
  }

  update(): void {
    // It is read in place.
  }

  end(): void {
    // As above.
  }

  hex(): string {
    if (this.#hex === undefined) this.#lanes.settle();
    return known(this.#hex);
  }

  next(memory: LaneMemory, lane: number): BlockSpan | undefined {
    if (this.#hasEnded) return undefined;
    const start = windowAt(lane);
    const lengthBytes = this.#read(memory.bytes.subarray(start, start + WINDOW_BYTES));
    if (lengthBytes === WINDOW_BYTES) return { start, blockCount: WINDOW_BYTES / BLOCK_BYTES };
    this.#hasEnded = true;
    this.#lying.verify();
    memory.pad(start, lengthBytes, this.#offset);
    return { start, blockCount: blocksOf(lengthBytes) };
  }

  done(hex: string): void {
    this.#hex = hex;
  }

  digestAlone({ bytes }: LaneMemory): void {
    const hash = createHash('md5');
    const window = bytes.subarray(windowAt(0), BATCH_AT);
    for (let count = this.#read(window); count > 0; count = this.#read(window)) {
      hash.update(window.subarray(0, count));
    }
    this.#lying.verify();
    this.#hex = hash.digest('hex');
  }

  #read(into: Uint8Array): number {
    const count = this.#lying.readInto(into, this.#offset);
    this.#offset += count;
    return count;
  }
}

/** Returns a digest; after a reading that threw there is none. */
function known(hex: string | undefined): string {
  if (hex === undefined) throw new Error('a digest was not taken');
  return hex;
}

/** Takes all steps without a pause. */
function drain(steps: Generator<void>): void {
  while (steps.next().done !== true);
}
