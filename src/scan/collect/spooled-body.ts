/**
 * Bodies of files while and after they are read: in memory, in the temporary file of the layer, or
 * in the archive.
 */

import type { SeekableBody } from '../../core/model/artifact/artifact.ts';
import type { BodyStore } from './body-store.ts';
import type { MemoryBudget } from './memory-budget.ts';

/** Most package databases and lockfiles are smaller; most programs are larger. */
const MAX_MEMORY_BYTES = 1024 * 1024;

/** A body that can be read at any place. */
export interface ReadableBody {
  readonly sizeBytes: number;
  /** Reads bytes; it may return fewer at the end. */
  readAt(offset: number, lengthBytes: number): Uint8Array;
}

/** A body that grows while it streams by. */
export interface GrowingBody extends ReadableBody {
  /**
   * Takes a piece, which may change afterwards; false, and nothing taken, where there is no room.
   */
  append(piece: Uint8Array): boolean;
  /** Reads all of it in pieces, from the start. */
  pieces(): Generator<Uint8Array>;
  /** Releases what is stored of it. */
  drop(): void;
}

/** A body that is not copied: it is read from the archive again when it is needed. */
export class InPlaceBody implements GrowingBody {
  readonly #lasting: SeekableBody;
  #sizeBytes = 0;

  constructor(lasting: SeekableBody) {
    this.#lasting = lasting;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(piece: Uint8Array): boolean {
    this.#sizeBytes += piece.length;
    return true;
  }

  drop(): void {
    this.#sizeBytes = 0;
  }

  readAt(offset: number, lengthBytes: number): Uint8Array {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, this.#sizeBytes - offset)));
    if (bytes.length === 0) return bytes;
    const count = this.#lasting.readInto(bytes, offset);
    this.#lasting.verify();
    return bytes.subarray(0, count);
  }

  *pieces(): Generator<Uint8Array> {
    yield* piecesOf(this);
  }
}

/**
 * A body that is copied: to memory while it is small and there is room, else to the temporary file
 * of its layer.
 */
export class SpooledBody implements GrowingBody {
  readonly #memory: MemoryBudget;
  readonly #store: BodyStore | undefined;
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  /** Start of the body in the store, once it is there. */
  #start: number | undefined;

  /** `memory` is the budget of the layer. Without a store everything stays in memory. */
  constructor(memory: MemoryBudget, store: BodyStore | undefined) {
    this.#memory = memory;
    this.#store = store;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(piece: Uint8Array): boolean {
    if (this.#start === undefined && !this.#mayStay(piece.length)) this.#moveToStore();
    let isKept = this.#start !== undefined && this.#appendToStore(piece);
    if (!isKept && this.#start !== undefined) this.#moveToMemory(piece.length);
    if (!isKept && this.#start === undefined) isKept = this.#appendToMemory(piece);
    if (isKept) this.#sizeBytes += piece.length;
    return isKept;
  }

  drop(): void {
    if (this.#start === undefined) this.#memory.giveBack(this.#sizeBytes);
    else if (this.#store?.end === this.#start + this.#sizeBytes) this.#store.cutBackTo(this.#start);
    this.#pieces = [];
    this.#start = undefined;
    this.#sizeBytes = 0;
  }

  /** Reads bytes; it may return fewer at the end. */
  readAt(offset: number, lengthBytes: number): Uint8Array {
    const end = Math.min(this.#sizeBytes, offset + lengthBytes);
    if (offset >= end) return new Uint8Array(0);
    return this.#start === undefined || this.#store === undefined
      ? this.#join().subarray(offset, end)
      : this.#store.read(this.#start + offset, end - offset);
  }

  /** Returns whether it may stay in memory with so many bytes more. */
  #mayStay(moreBytes: number): boolean {
    const isSmall = this.#sizeBytes + moreBytes <= MAX_MEMORY_BYTES;
    return isSmall && this.#memory.artifact.hasRoomFor(moreBytes);
  }

  #appendToMemory(piece: Uint8Array): boolean {
    if (!this.#memory.hasRoomFor(piece.length)) return false;
    this.#memory.take(piece.length);
    this.#pieces.push(new Uint8Array(piece));
    return true;
  }

  /**
   * A body lies in one piece: where another one was written meanwhile there is no room for this
   * one.
   */
  #appendToStore(piece: Uint8Array): boolean {
    const { end = 0 } = this.#store ?? {};
    if (this.#start === undefined || this.#start + this.#sizeBytes !== end) return false;
    return this.#store?.append(piece) ?? false;
  }

  #moveToStore(): void {
    const store = this.#store;
    if (store === undefined) return;
    const start = store.end;
    for (const piece of this.#pieces) {
      if (store.append(piece)) continue;
      store.cutBackTo(start);
      return;
    }
    this.#memory.giveBack(this.#sizeBytes);
    this.#pieces = [];
    this.#start = start;
  }

  /** Continues a small body in memory if the store is full. */
  #moveToMemory(moreBytes: number): void {
    if (this.#sizeBytes + moreBytes > MAX_MEMORY_BYTES) return;
    const body = this.readAt(0, this.#sizeBytes);
    if (!this.#memory.hasRoomFor(body.length)) return;
    this.#memory.take(body.length);
    this.#start = undefined;
    this.#pieces = [body];
  }

  *pieces(): Generator<Uint8Array> {
    if (this.#start === undefined) yield* this.#pieces;
    else yield* piecesOf(this);
  }

  #join(): Uint8Array {
    const [only] = this.#pieces;
    if (this.#pieces.length === 1 && only !== undefined) return only;
    const whole = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [whole];
    return whole;
  }
}

/** Reads a body that is not in memory, in pieces. */
function* piecesOf(body: ReadableBody): Generator<Uint8Array> {
  for (let offset = 0; offset < body.sizeBytes; offset += MAX_MEMORY_BYTES) {
    yield body.readAt(offset, MAX_MEMORY_BYTES);
  }
}
