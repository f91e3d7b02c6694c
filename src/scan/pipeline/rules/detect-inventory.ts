/** The detectors that look at packages. */

import { appendAll } from '../../../core/base/append-all.ts';
import type { InventoryDetectorRow } from '../../../rules/detect/detector.ts';
import type { Inventory } from '../../../core/model/package/package.ts';
import type { RuleDraft, RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../../core/model/rule/rule-identity.ts';
import type { TrustFile } from '../../../trust/trust-file/trust-file.ts';

/** Returns what the detectors of some rows report about packages. */
export async function detectInventory(
  rows: readonly InventoryDetectorRow[],
  inventory: Inventory,
  trust: TrustFile | undefined,
): Promise<readonly RuleFinding[]> {
  const drafts: RuleDraft[] = [];
  for (const row of rows) {
    const detector = await row.load();
    appendAll(drafts, detector.detect(inventory, trust));
  }
  return identifyRuleFindings(drafts);
}
