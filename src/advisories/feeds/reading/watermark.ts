/**
 * The progress of a feed's records: gathered record by record, so that memory does not grow with
 * the feed.
 */

import { createHash } from 'node:crypto';
import type { FeedWatermark } from '../feed.ts';

/** Collects the newest instant of the records of a set, from which the next fetch continues. */
export class WatermarkBuilder {
  #newestMs = Number.NEGATIVE_INFINITY;
  #newest: string[] = [];
  #recordCount = 0;

  /** @param modifiedMs milliseconds since the Unix epoch */
  add(id: string, modifiedMs: number): void {
    this.#recordCount += 1;
    if (modifiedMs > this.#newestMs) {
      this.#newestMs = modifiedMs;
      this.#newest = [];
    }
    if (modifiedMs === this.#newestMs) this.#newest.push(id);
  }

  /** Returns `undefined` without any record. */
  mark(): FeedWatermark | undefined {
    if (this.#recordCount === 0) return undefined;
    return {
      newestAt: new Date(this.#newestMs).toISOString(),
      newestIds: digestOfIds(this.#newest),
      recordCount: this.#recordCount,
    };
  }
}

/** Returns the digest of ids for {@link FeedWatermark.newestIds}; their order does not matter. */
export function digestOfIds(ids: readonly string[]): string {
  const hash = createHash('sha256');
  for (const id of [...ids].sort()) hash.update(`${id}\n`);
  return hash.digest('hex');
}
