/**
 * A set of many short texts, outside of the JavaScript heap (see `text-arena.ts`): a `Set` of as
 * many strings is filled four times more slowly, and the garbage collector looks at each of them.
 */

import { fnv1a } from './name-filter.ts';
import { TextArena } from './text-arena.ts';

const BASIS = 0x811c9dc5;
const FIRST_SLOTS = 1024;

/** Holds each of many texts once. */
export class TextSet {
  readonly #texts = new TextArena();
  /** Hash of each text. */
  #hashes = new Uint32Array(FIRST_SLOTS / 2);
  /**
   * Number of a text plus one, at the place that its hash names or behind it; 0: free. At least
   * half are free.
   */
  #slots = new Uint32Array(FIRST_SLOTS);
  /**
   * The text of the last look-up with its hash and slot: callers often add a text right after
   * looking it up.
   */
  #asked = '';
  #askedHash = 0;
  #askedSlot = -1;

  get size(): number {
    return this.#texts.count;
  }

  has(text: string): boolean {
    this.#asked = text;
    this.#askedHash = fnv1a(text, BASIS);
    this.#askedSlot = this.#slotOf(text, this.#askedHash);
    return this.#askedSlot < 0;
  }

  /** Answers whether it was not there. */
  add(text: string): boolean {
    if (this.#askedSlot < 0 || this.#asked !== text) this.has(text);
    const slot = this.#askedSlot;
    if (slot < 0) return false;
    const hash = this.#askedHash;
    this.#askedSlot = -1;
    const number = this.#texts.add(text);
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (this.size === this.#hashes.length) this.#grow();
    return true;
  }

  /** Returns the free slot for a text; negative where it is there. */
  #slotOf(text: string, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return slot;
      if (this.#hashes[number] === hash && this.#texts.at(number) === text) return -1;
    }
  }

  #grow(): void {
    const hashes = new Uint32Array(this.#hashes.length * 2);
    hashes.set(this.#hashes);
    this.#hashes = hashes;
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.size; number += 1) {
      let slot = (hashes[number] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }
}
