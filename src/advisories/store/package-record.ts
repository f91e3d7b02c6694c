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
