/** The advisory base as a scan sees it. */

import type { Context } from '../base/context.ts';
import type { AdvisoryNeed, AdvisoryReader } from '../model/advisory.ts';

/** Opens what a scan needs, fetching it first where that is allowed. */
export interface AdvisoryBase {
  open(needs: readonly AdvisoryNeed[], context: Context): Promise<AdvisoryReader>;
}
