/**
 * How much the wanted files of one artifact take in memory together, over all layers that are read at the same time. It
 * only counts: a body that has no room here goes to the store, and where there is no store it stays in memory all the
 * same, because not reading it would hide what is in it.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#maxBytes;
  }

  take(bytes: number): void {
    this.#usedBytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}
