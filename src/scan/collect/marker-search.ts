/** Searches a body for texts, which may extend across its pieces. */

/** The search in one body. */
export class MarkerSearch {
  /** The texts that were found. */
  readonly found = new Set<string>();
  #missing: readonly { readonly text: string; readonly bytes: Buffer }[];
  readonly #tailBytes: number;
  #tail: Buffer = Buffer.alloc(0);

  /** One character of a marker is one byte. */
  constructor(markers: readonly string[]) {
    this.#missing = markers.map((text) => ({ text, bytes: Buffer.from(text, 'latin1') }));
    this.#tailBytes = Math.max(0, ...this.#missing.map(({ bytes }) => bytes.length - 1));
  }

  push(piece: Uint8Array): void {
    if (this.#missing.length === 0 || piece.length === 0) return;
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    // Texts across the border of two pieces.
    const seam = Buffer.concat([this.#tail, bytes.subarray(0, this.#tailBytes)]);
    for (const { text, bytes: marker } of this.#missing) {
      if (seam.includes(marker) || bytes.includes(marker)) this.found.add(text);
    }
    if (this.found.size > 0) {
      this.#missing = this.#missing.filter(({ text }) => !this.found.has(text));
    }
    const last = bytes.length >= this.#tailBytes ? bytes : seam;
    this.#tail = Buffer.from(last.subarray(Math.max(0, last.length - this.#tailBytes)));
  }
}
