/** Counts what was read of one feed, what was rejected and why, and what Assay does not know. */

import type { DocumentReading, RejectedRecord } from '../../feeds/feed.ts';
import { compareText } from '../../../core/base/compare.ts';
import type { FeedSummary } from '../types.ts';

const MAX_EXAMPLES = 3;
/**
 * Systems and ecosystems that are named; a feed of made-up ones must not fill the screen, nor the
 * memory.
 */
const MAX_SKIPPED = 200;
const OTHERS = 'others';

/**
 * Counts the records of a feed that were read and rejected, with examples of the rejected ones.
 */
export class FeedTally {
  readonly #feed: string;
  readonly #license: string;
  readonly #rejected = new Map<string, { count: number; readonly examples: string[] }>();
  readonly #skipped = new Map<string, number>();
  #documentCount = 0;
  #recordCount = 0;

  constructor(feed: string, license: string) {
    this.#feed = feed;
    this.#license = license;
  }

  get recordCount(): number {
    return this.#recordCount;
  }

  /** Counts a document; its records are counted where they are used. */
  addDocument(reading: DocumentReading): void {
    this.#documentCount += 1;
    for (const rejected of reading.rejected) this.addRejected(rejected);
    for (const ecosystem of reading.skipped) {
      const isNamed = this.#skipped.has(ecosystem) || this.#skipped.size < MAX_SKIPPED;
      const key = isNamed ? ecosystem : OTHERS;
      this.#skipped.set(key, (this.#skipped.get(key) ?? 0) + 1);
    }
  }

  addRecord(): void {
    this.#recordCount += 1;
  }

  /** Counts a document of which nothing could be read. */
  addUnreadable(rejected: RejectedRecord): void {
    this.#documentCount += 1;
    this.addRejected(rejected);
  }

  /** Counts a record that cannot be read or used. */
  addRejected({ what, reason }: RejectedRecord): void {
    const known = this.#rejected.get(reason) ?? { count: 0, examples: [] };
    this.#rejected.set(reason, known);
    known.count += 1;
    if (known.examples.length < MAX_EXAMPLES) known.examples.push(what);
  }

  summary(): FeedSummary {
    return {
      feed: this.#feed,
      license: this.#license,
      documentCount: this.#documentCount,
      recordCount: this.#recordCount,
      rejected: [...this.#rejected]
        .map(([reason, { count, examples }]) => ({ reason, count, examples }))
        .sort((a, b) => b.count - a.count || compareText(a.reason, b.reason)),
      skipped: [...this.#skipped]
        .map(([ecosystem, count]) => ({ ecosystem, count }))
        .sort((a, b) => b.count - a.count || compareText(a.ecosystem, b.ecosystem)),
    };
  }
}
