/**
 * Claims of files about the packages that own them, such as a library that contains its product and
 * version.
 */

import { appendTo } from '../../core/base/maps.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { FileOwners } from './file-owners.ts';
import type { IntegrityInput, LocatedClaim, Subject, Subjects } from './input.ts';

/** Returns the claims of each package that owns a file of one of its products. */
export function claimsOfOwners(
  { root }: Pick<IntegrityInput, 'root'>,
  { ofOwners }: Pick<Subjects, 'ofOwners'>,
  { matched, mismatched, named }: FileOwners,
): ReadonlyMap<Subject, readonly LocatedClaim[]> {
  const claimsOf = new Map<Subject, LocatedClaim[]>();
  for (const { at, products, claims } of ofOwners) {
    const found = root.lookUp(at.path, true);
    if (found.kind !== 'file') continue;
    const { body } = found;
    const owner = matched.get(body) ?? mismatched.get(body) ?? named.get(body);
    if (owner === undefined || !isProductOf(owner.pkg, products)) continue;
    for (const claim of claims) appendTo(claimsOf, owner, { ...claim, at });
  }
  return claimsOf;
}

/**
 * Returns whether a package is built from one of the products; it may also carry libraries of other
 * products.
 */
export function isProductOf({ name, source }: Package, products: readonly string[]): boolean {
  return products.includes(name) || (source !== undefined && products.includes(source.name));
}
