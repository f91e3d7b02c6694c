/**
 * The data of one set for one package under one id, read on demand; the same for both file forms.
 */

import type { Advisory, Rating } from '../../core/model/advisory/advisory.ts';
import type { AdvisoryText, EntryFacts } from './entry.ts';

/** An advisory as far as one package is concerned, without its texts. */
export interface PackageRecord {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly related: readonly string[];
  readonly hasDetails: boolean;
  /** The publisher's date. */
  readonly modifiedAt: string | undefined;
  /**
   * Returns the facts, another object each time. What the publisher does not date is `dataAt` old.
   */
  facts(dataAt: string): EntryFacts;
  /**
   * Returns {@link facts} and {@link text} in one object, another one each time; only for records
   * whose texts come with them.
   */
  whole?(): Advisory;
  /** Returns the ratings of the record, then those of the package. */
  allRatings(): readonly Rating[];
  text(): AdvisoryText;
}

/** An advisory as it was published, about all the packages that it names. */
export class PublishedRecord implements PackageRecord {
  readonly #advisory: Advisory;

  constructor(advisory: Advisory) {
    this.#advisory = advisory;
  }

  get id(): string {
    return this.#advisory.id;
  }

  get aliases(): readonly string[] {
    return this.#advisory.aliases;
  }

  get related(): readonly string[] {
    return this.#advisory.related ?? [];
  }

  get hasDetails(): boolean {
    return this.#advisory.details !== undefined;
  }

  get modifiedAt(): string {
    return this.#advisory.modifiedAt;
  }

  facts(): EntryFacts {
    return this.whole();
  }

  whole(): Advisory {
    return { ...this.#advisory };
  }

  allRatings(): readonly Rating[] {
    const { ratings, affected } = this.#advisory;
    return [...ratings, ...affected.flatMap((item) => item.ratings)];
  }

  text(): AdvisoryText {
    return this.#advisory;
  }
}
