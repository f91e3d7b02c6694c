/**
 * A cache of packages that were decoded to find a record by its id. Thousands of ids may lie in one
 * package (a kernel has ten thousand records), and decoding it anew for each would cost their
 * square.
 */

/** Five kernels; some 100 MB at most. */
const MAX_RECORDS = 50_000;

/**
 * A cache of the packages that were used last: as many as have `maxRecords` records together, and
 * always the last one.
 */
export class PackageCache<T> {
  readonly #maxRecords: number;
  /** In order of use; the package that was used last is the last entry. */
  readonly #entries = new Map<string, { readonly value: T; readonly recordCount: number }>();
  #recordCount = 0;

  constructor(maxRecords = MAX_RECORDS) {
    this.#maxRecords = maxRecords;
  }

  /**
   * Returns the cached value of the key; if there is none, puts and returns the value that `decode`
   * returns.
   */
  get(key: string, decode: () => { readonly value: T; readonly recordCount: number }): T {
    const cached = this.#entries.get(key);
    if (cached !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, cached);
      return cached.value;
    }
    const decoded = decode();
    this.#entries.set(key, decoded);
    this.#recordCount += decoded.recordCount;
    for (const [oldest, { recordCount }] of this.#entries) {
      if (oldest === key || this.#recordCount <= this.#maxRecords) break;
      this.#entries.delete(oldest);
      this.#recordCount -= recordCount;
    }
    return decoded.value;
  }
}
