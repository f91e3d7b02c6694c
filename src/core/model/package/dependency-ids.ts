/** The dependencies of the packages of an inventory, by id. */

import type { Inventory, Package } from './package.ts';

/**
 * Returns the ids that each package depends on, by its own id. Ids of packages that the inventory
 * lacks are left out.
 */
export function dependencyIds({
  packages,
}: Pick<Inventory, 'packages'>): ReadonlyMap<string, readonly string[]> {
  const known = new Set(packages.map(({ id }) => id));
  return new Map(packages.map((pkg) => [pkg.id, knownIds(pkg, known)]));
}

/** Returns a function that does the same as {@link dependencyIds} for one package. */
export function dependencyLookup({
  packages,
}: Pick<Inventory, 'packages'>): (pkg: Package) => readonly string[] {
  const known = new Set(packages.map(({ id }) => id));
  return (pkg) => knownIds(pkg, known);
}

function knownIds({ dependsOn }: Package, known: ReadonlySet<string>): readonly string[] {
  return dependsOn.every((id) => known.has(id))
    ? dependsOn
    : dependsOn.filter((id) => known.has(id));
}

/**
 * Returns the packages with dependencies among themselves only, for an inventory that others were
 * left out of.
 */
export function withoutDanglingDependencies(packages: readonly Package[]): readonly Package[] {
  const known = new Set(packages.map(({ id }) => id));
  return packages.map((pkg) => {
    const dependsOn = knownIds(pkg, known);
    return dependsOn === pkg.dependsOn ? pkg : { ...pkg, dependsOn };
  });
}
