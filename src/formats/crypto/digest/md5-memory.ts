/**
 * The memory in which MD5 of eight bodies is taken at once, and the lanes that work on it.
 *
 * Source: RFC 1321, sections 3.1 and 3.2 (padding) and 3.3 (first state).
 */

import { createHash } from 'node:crypto';
import { BLOCK_BYTES, LANES, md5Module, SCRATCH_BYTES, STATE_WORDS } from './md5-wasm.ts';

/** Bodies of a batch together. Twice as much was no faster. */
export const BATCH_BYTES = 16 * 1024 * 1024;
/**
 * Window of a body that is read in place: eight of them fit into the cache of a processor's core.
 */
export const WINDOW_BYTES = 64 * 1024;
/** The mark of the end and the length, and what fills the block up. */
export const MAX_PADDING_BYTES = BLOCK_BYTES + 8;
const LENGTH_BYTES = 8;
const WORD_VALUES = 2 ** 32;
/** After so many bytes others may have their turn: a few milliseconds. */
const TURN_BYTES = 16 * 1024 * 1024;

const FIRST_STATE: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

const STATES_AT = SCRATCH_BYTES;
const POINTERS_AT = STATES_AT + LANES * STATE_WORDS * 4;
const WINDOWS_AT = POINTERS_AT + LANES * 4;
const WINDOW_STRIDE = WINDOW_BYTES + 2 * BLOCK_BYTES;
/** Offset of the batch in the memory. */
export const BATCH_AT = WINDOWS_AT + LANES * WINDOW_STRIDE;
const PAGE_BYTES = 64 * 1024;
const MEMORY_PAGES = Math.ceil((BATCH_AT + BATCH_BYTES) / PAGE_BYTES);

/** A body whose digest is taken with those of others. */
export interface LaneBody {
  /** Puts its next blocks in order; `undefined` behind the last. */
  next(memory: LaneMemory, lane: number): BlockSpan | undefined;
  done(hex: string): void;
}

/** A run of MD5 blocks of 64 bytes in the memory that is shared with the hash function. */
export interface BlockSpan {
  readonly start: number;
  readonly blockCount: number;
}

type DigestBlocks = (states: number, pointers: number, blockCount: number) => void;

/** The memory of the lanes with the code that works on it. */
export class LaneMemory {
  readonly bytes: Uint8Array;
  readonly #memory: { readonly buffer: ArrayBuffer };
  readonly #view: DataView;
  readonly #digest = Buffer.alloc(STATE_WORDS * 4);
  #digestBlocks: DigestBlocks | 'none' | undefined;

  constructor() {
    this.#memory = new wasm.Memory({ initial: MEMORY_PAGES });
    this.bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#memory.buffer);
  }

  get isStarted(): boolean {
    return this.#digestBlocks !== undefined && this.#digestBlocks !== 'none';
  }

  /**
   * Makes the code, unless that was done; false where it does not run here, or does not digest as
   * `node:crypto` does.
   */
  start(): boolean {
    if (this.#digestBlocks === undefined) {
      try {
        const imports = { env: { memory: this.#memory } };
        const { exports } = new wasm.Instance(new wasm.Module(md5Module()), imports);
        this.#digestBlocks = (exports as { readonly digest: DigestBlocks }).digest;
        if (!this.#isRight()) this.#digestBlocks = 'none';
      } catch {
        // A processor without vectors of the kind, or a Node that must not make code.
        this.#digestBlocks = 'none';
      }
    }
    return this.isStarted;
  }

  /**
   * Writes what RFC 1321 wants behind the last bytes of a message of `sizeBytes`, of which
   * `lengthBytes` lie here.
   */
  pad(start: number, lengthBytes: number, sizeBytes: number): void {
    const end = start + blocksOf(lengthBytes) * BLOCK_BYTES;
    this.bytes.fill(0, start + lengthBytes, end);
    this.bytes[start + lengthBytes] = 0x80;
    this.#view.setUint32(end - LENGTH_BYTES, (sizeBytes * 8) % WORD_VALUES, true);
    this.#view.setUint32(end - LENGTH_BYTES / 2, Math.floor((sizeBytes * 8) / WORD_VALUES), true);
  }

  /** Passes each body its digest; bodies begin in the given order. */
  *digest(bodies: readonly LaneBody[]): Generator<void> {
    const lanes = Array.from({ length: LANES }, (_, index) => new Lane(index));
    const waiting = bodies.values();
    let turnBlocks = 0;
    for (;;) {
      let blockCount = 0;
      for (const lane of lanes) {
        if (lane.left === 0) this.#fill(lane, waiting);
        if (lane.left > 0 && (blockCount === 0 || lane.left < blockCount)) blockCount = lane.left;
      }
      if (blockCount === 0) return;
      this.#advance(lanes, blockCount);
      turnBlocks += blockCount * LANES;
      if (turnBlocks * BLOCK_BYTES < TURN_BYTES) continue;
      turnBlocks = 0;
      yield;
    }
  }

  /** Gives a lane the next blocks of its body, or of the next one. */
  #fill(lane: Lane, waiting: Iterator<LaneBody>): void {
    for (;;) {
      const span = lane.body?.next(this, lane.index);
      if (span !== undefined) {
        lane.at = span.start;
        lane.left = span.blockCount;
        return;
      }
      lane.body?.done(this.#hexOf(lane.index));
      const next = waiting.next();
      lane.body = next.done === true ? undefined : next.value;
      if (lane.body === undefined) return;
      this.#begin(lane.index);
    }
  }

  #advance(lanes: readonly Lane[], blockCount: number): void {
    for (const lane of lanes) {
      // Idle lanes digest whatever lies at the start of the memory.
      this.#view.setUint32(POINTERS_AT + 4 * lane.index, lane.left > 0 ? lane.at : 0, true);
      if (lane.left === 0) continue;
      lane.left -= blockCount;
      lane.at += blockCount * BLOCK_BYTES;
    }
    if (typeof this.#digestBlocks === 'function') {
      this.#digestBlocks(STATES_AT, POINTERS_AT, blockCount);
    }
  }

  #begin(lane: number): void {
    for (let word = 0; word < STATE_WORDS; word += 1) {
      this.#view.setUint32(stateAt(lane, word), FIRST_STATE[word] ?? 0, true);
    }
  }

  #hexOf(lane: number): string {
    for (let word = 0; word < STATE_WORDS; word += 1) {
      this.#digest.writeInt32LE(this.#view.getInt32(stateAt(lane, word), true), 4 * word);
    }
    return this.#digest.toString('hex');
  }

  /** Checks messages of several lengths, more of them than there are lanes. */
  #isRight(): boolean {
    const bodies = SAMPLE_BYTES.map((sizeBytes) => new Sample(Buffer.alloc(sizeBytes, 'message')));
    while (this.digest(bodies).next().done !== true);
    return bodies.every((body) => body.isRight);
  }
}

const SAMPLE_BYTES = [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 20_000];

class Sample implements LaneBody {
  isRight = false;
  readonly #bytes: Buffer;
  #isTaken = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  next(memory: LaneMemory, lane: number): BlockSpan | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    const start = windowAt(lane);
    const sizeBytes = this.#bytes.length;
    memory.bytes.set(this.#bytes, start);
    memory.pad(start, sizeBytes, sizeBytes);
    return { start, blockCount: blocksOf(sizeBytes) };
  }

  done(hex: string): void {
    this.isRight = hex === createHash('md5').update(this.#bytes).digest('hex');
  }
}

class Lane {
  readonly index: number;
  body: LaneBody | undefined;
  /** Blocks that lie in order. */
  left = 0;
  at = 0;

  constructor(index: number) {
    this.index = index;
  }
}

function stateAt(lane: number, word: number): number {
  const group = lane >> 2;
  return STATES_AT + ((group * STATE_WORDS + word) * 4 + (lane & 3)) * 4;
}

/** Returns the offset of a lane's space for {@link WINDOW_BYTES} and a padding. */
export function windowAt(lane: number): number {
  return WINDOWS_AT + lane * WINDOW_STRIDE;
}

/** Returns the number of blocks of a body of this size, with its padding. */
export function blocksOf(sizeBytes: number): number {
  return Math.ceil((sizeBytes + 1 + LENGTH_BYTES) / BLOCK_BYTES);
}

/** A part of what every JavaScript has, which the types of Node leave to browsers. */
interface WebAssemblyPart {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyPart }).WebAssembly;

let idle: LaneMemory | undefined;

/** Returns the memory that was kept, or a new one: layers come one after another. */
export function acquireMemory(): LaneMemory {
  const memory = idle ?? new LaneMemory();
  idle = undefined;
  return memory;
}

/** Stores a memory for the next caller. */
export function releaseMemory(memory: LaneMemory): void {
  idle = memory;
}
