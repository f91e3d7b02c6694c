/** The contract of a feed: fetching and reading are apart, so that all reading is tested offline on saved members. */

import type { Context } from '../base/context.ts';
import type { Advisory, AdvisoryNeed } from '../model/advisory.ts';

/** One member of a publisher's feed, never a whole archive. */
export interface FeedDocument {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Feed {
  readonly id: string;
  /** SPDX expression for the data, shown beside every advisory taken from it. */
  readonly license: string;
  /** Members changed since the cursor for one need; yields nothing when there is nothing new. */
  fetch(
    need: AdvisoryNeed | undefined,
    cursor: string | undefined,
    context: Context,
  ): AsyncIterable<FeedDocument>;
  /** Pure. @throws ParseError; the caller quarantines the member and counts it. */
  read(document: FeedDocument): Iterable<Advisory>;
}
