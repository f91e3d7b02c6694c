/** The contract of a matcher: how a kind of package is looked up in the advisories. */

import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';

/** A version of a package in the two forms that matching needs. */
export interface LookupVersion {
  /**
   * The version in a finding: the package's claimed version, or the one that its content proves.
   */
  readonly shown: string;
  /**
   * The version that is compared with the advisory: for distributions that of the source package.
   */
  readonly compared: string;
}

/** One question to the advisories. */
export interface Lookup {
  readonly need: AdvisoryNeed;
  /** The name that advisories use, in the ecosystem's own normal form. */
  readonly name: string;
  /** The claimed version first, then the evidenced one where it differs. */
  readonly versions: readonly [LookupVersion, ...LookupVersion[]];
  /** `matcher/name-used`, for the finding. */
  readonly matchedBy: string;
}

/**
 * Pairs packages with advisories. Pure: no clock, no network, usable on a stored inventory. A
 * matcher only lists the lookups of a package; `evaluate-advisory.ts` compares what they find, in
 * the same way for all. `list.ts` assigns packages to matchers.
 */
export interface Matcher {
  readonly id: string;
  /** All packages of one ecosystem ask the same need, whatever else is known of them. */
  readonly needsEcosystemOnly?: true;
  /**
   * Returns the look-ups. Empty: the advisories for the package are not known, which is a gap and
   * never a zero.
   */
  lookups(pkg: Package, inventory: Inventory): readonly Lookup[];
}
