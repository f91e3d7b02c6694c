/**
 * Bytes that arrive in pieces, read in other pieces: for headers and trailers between long
 * stretches of data.
 */

import { asBuffer } from './as-buffer.ts';

/** Takes bytes from the front of an input that is read only as far as needed. */
export class ByteQueue {
  readonly #input: AsyncIterator<Uint8Array>;
  #front: Buffer = Buffer.alloc(0);
  #ahead: Promise<IteratorResult<Uint8Array>> | undefined;

  constructor(input: AsyncIterable<Uint8Array>) {
    this.#input = input[Symbol.asyncIterator]();
  }

  /**
   * Returns all bytes at hand, which are at least `lengthBytes` unless the input ends; they stay in
   * the queue.
   */
  async peek(lengthBytes: number): Promise<Buffer> {
    while (this.#front.length < lengthBytes && (await this.#read()));
    return this.#front;
  }

  /** Returns exactly that many bytes, `undefined` where the input ends before. */
  async take(lengthBytes: number): Promise<Buffer | undefined> {
    if ((await this.peek(lengthBytes)).length < lengthBytes) return undefined;
    const taken = this.#front.subarray(0, lengthBytes);
    this.drop(lengthBytes);
    return taken;
  }

  /** Returns the next bytes in the piece they came in, `undefined` at the end. */
  async next(): Promise<Buffer | undefined> {
    const all = await this.peek(1);
    if (all.length === 0) return undefined;
    this.#front = Buffer.alloc(0);
    return all;
  }

  /**
   * Begins to read the next piece before anybody asks for it. What fails then is thrown when it is
   * asked for.
   */
  readAhead(): void {
    if (this.#ahead !== undefined) return;
    this.#ahead = this.#input.next();
    this.#ahead.catch(() => undefined);
  }

  /** Forgets bytes that were peeked at. */
  drop(lengthBytes: number): void {
    this.#front = this.#front.subarray(lengthBytes);
  }

  /** Puts back the end of the piece that {@link ByteQueue.next} gave last. */
  putBack(rest: Buffer): void {
    this.#front = rest;
  }

  /**
   * Passes over everything up to and with `byte`; false where it is not among the next `maxBytes`.
   */
  async skipPast(byte: number, maxBytes: number): Promise<boolean> {
    for (let passed = 0; passed < maxBytes;) {
      const bytes = await this.peek(1);
      if (bytes.length === 0) return false;
      const at = bytes.indexOf(byte);
      this.drop(at < 0 ? bytes.length : at + 1);
      if (at >= 0) return true;
      passed += bytes.length;
    }
    return false;
  }

  async #read(): Promise<boolean> {
    const next = await (this.#ahead ?? this.#input.next());
    this.#ahead = undefined;
    if (next.done === true) return false;
    const piece = asBuffer(next.value);
    this.#front = this.#front.length === 0 ? piece : Buffer.concat([this.#front, piece]);
    return true;
  }
}
