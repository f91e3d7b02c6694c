/** The advisory base as a scan sees it. */

import type { Context } from '../../core/base/context.ts';
import type { AdvisoryNeed, AdvisoryReader } from '../../core/model/advisory/advisory.ts';

/** Opens what a scan needs, fetching it first where that is allowed. */
export interface AdvisoryBase {
  open(needs: readonly AdvisoryNeed[], context: Context): Promise<AdvisoryReader>;
  /**
   * Runs {@link AdvisoryBase.open} in two steps; absent where the first step has no use of its own.
   * Throws as `open` does.
   */
  prepare?(needs: readonly AdvisoryNeed[], context: Context): Promise<PreparedBase>;
}

/** A base that holds what can be had for some needs. */
export interface PreparedBase {
  /**
   * Returns the state of the reader that would be opened now (`AdvisoryReader.state`), for less
   * than opening it. Throws as `open` does for data that is too old.
   */
  state(): string | undefined;
  open(): Promise<AdvisoryReader>;
  /**
   * Returns whether ratings of these vulnerabilities would be fetched now; for less than opening.
   * Absent: never.
   */
  areRatingsDue?(ids: readonly string[]): boolean;
}
