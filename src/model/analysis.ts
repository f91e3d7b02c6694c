/** What the layers of one artifact hold together, before anything is known of advisories. */

import type { Diagnostic } from './finding.ts';
import type { Inventory } from './package.ts';

/** What was found out about one artifact: plain data, so that it can be kept and judged again without its layers. */
export interface Analysis {
  readonly inventory: Inventory;
  /** In order of discovery. */
  readonly diagnostics: readonly Diagnostic[];
}
