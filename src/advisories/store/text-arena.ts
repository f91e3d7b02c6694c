/**
 * Many short texts in few large buffers: outside of the JavaScript heap they cost their own bytes
 * and nothing more, and the garbage collector does not look at them.
 */

const CHUNK_BYTES = 4 * 1024 * 1024;
/** UTF-16 units become at most so many bytes of UTF-8. */
const MAX_UNIT_BYTES = 3;

/** Holds many texts in a few buffers, by number. */
export class TextArena {
  #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  #places = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Adds a text; returns its number, from 0. */
  add(text: string): number {
    const room = text.length * MAX_UNIT_BYTES;
    if (this.#used + room > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, room)));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    const lengthBytes = this.#chunks[chunk]?.write(text, this.#used) ?? 0;
    if (this.#count === this.#lengths.length) this.#grow();
    this.#places[this.#count] = chunk * 2 ** 32 + this.#used;
    this.#lengths[this.#count] = lengthBytes;
    this.#used += lengthBytes;
    this.#count += 1;
    return this.#count - 1;
  }

  at(number: number): string {
    const place = this.#places[number] ?? 0;
    const start = place % 2 ** 32;
    const chunk = this.#chunks[Math.floor(place / 2 ** 32)];
    return chunk?.toString('utf8', start, start + (this.#lengths[number] ?? 0)) ?? '';
  }

  clear(): void {
    this.#chunks = [];
    this.#used = CHUNK_BYTES;
    this.#count = 0;
  }

  #grow(): void {
    const places = new Float64Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
    const lengths = new Uint32Array(this.#lengths.length * 2);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }
}
