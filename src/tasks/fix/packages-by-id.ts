/**
 * Packages of inventories by their ids. One inventory is asked several times during a run, and can
 * have many thousand packages.
 */

import { indexBy } from '../../core/base/maps.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';

const indexes = new WeakMap<readonly Package[], ReadonlyMap<string, Package>>();

/** Returns the packages of an inventory by their ids. */
export function packagesById({
  packages,
}: Pick<Inventory, 'packages'>): ReadonlyMap<string, Package> {
  const known = indexes.get(packages);
  if (known !== undefined) return known;
  const made = indexBy(packages, 'id');
  indexes.set(packages, made);
  return made;
}
