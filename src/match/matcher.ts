/** The contract of a matcher. */

import type { AdvisoryReader } from '../model/advisory.ts';
import type { Diagnostic, VulnerabilityFinding } from '../model/finding.ts';
import type { Inventory, Package } from '../model/package.ts';

/** Pairs packages with advisories. Pure: no clock, no network, usable on a stored inventory. */
export interface Matcher {
  readonly id: string;
  accepts(pkg: Package): boolean;
  match(
    pkg: Package,
    inventory: Inventory,
    advisories: AdvisoryReader,
  ): Iterable<VulnerabilityFinding | Diagnostic>;
}
