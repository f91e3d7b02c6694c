/**
 * Packages that were decoded to find a record by its id. Thousands of ids may lie in one package (a kernel has ten
 * thousand records), and decoding it anew for each would cost their square.
 */

/** Five kernels; some 100 MB at most. */
const MAX_RECORDS = 50_000;

/** Keeps the packages that were asked for last, as many as have `maxRecords` together, and always the last one. */
export class PackageCache<T> {
  readonly #maxRecords: number;
  /** The one that was asked for last stands last. */
  readonly #kept = new Map<string, { readonly value: T; readonly recordCount: number }>();
  #recordCount = 0;

  constructor(maxRecords = MAX_RECORDS) {
    this.#maxRecords = maxRecords;
  }

  /** What is kept under the key, else what `decode` gives. */
  of(key: string, decode: () => { readonly value: T; readonly recordCount: number }): T {
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known.value;
    }
    const decoded = decode();
    this.#kept.set(key, decoded);
    this.#recordCount += decoded.recordCount;
    for (const [oldest, { recordCount }] of this.#kept) {
      if (oldest === key || this.#recordCount <= this.#maxRecords) break;
      this.#kept.delete(oldest);
      this.#recordCount -= recordCount;
    }
    return decoded.value;
  }
}
