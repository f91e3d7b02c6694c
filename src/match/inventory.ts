/** Pairs a whole inventory with the advisories: the entry of this room. */

import type { Advisory, AdvisoryNeed, AdvisoryReader, Coverage } from '../model/advisory.ts';
import type { Diagnostic, VulnerabilityFinding } from '../model/finding.ts';
import type { Inventory } from '../model/package.ts';

export interface MatchOptions {
  /** `--vuln-severity-source`: whose rating is shown, in order of trust; empty for the default order. */
  readonly severitySources: readonly string[];
  /** `--pkg-types`: packages of other types are neither matched nor counted. Absent: both. */
  readonly packageTypes?: readonly ('os' | 'library')[];
}

export interface MatchOutcome {
  readonly findings: readonly VulnerabilityFinding[];
  /** Merged advisories, under the id that findings use. */
  readonly advisories: ReadonlyMap<string, Advisory>;
  readonly diagnostics: readonly Diagnostic[];
  readonly coverage: readonly Coverage[];
  /** Packages for which advisory data is loaded; 0 of more than 0 means that the run cannot answer. */
  readonly coveredPackageCount: number;
  readonly packageCount: number;
}

/** What must be loaded to match an inventory, each need once. */
export function needsOf(
  _inventory: Inventory,
  _packageTypes?: readonly ('os' | 'library')[],
): readonly AdvisoryNeed[] {
  throw new Error('not written yet');
}

/** Pure: no clock, no network, usable on a stored inventory. The order of packages does not matter. */
export function matchInventory(
  _inventory: Inventory,
  _advisories: AdvisoryReader,
  _options: MatchOptions,
): MatchOutcome {
  throw new Error('not written yet');
}

/** One map of advisories for a report of several artifacts. */
export function joinAdvisories(
  _parts: Iterable<ReadonlyMap<string, Advisory>>,
): ReadonlyMap<string, Advisory> {
  throw new Error('not written yet');
}
