/** Which packages of an inventory a package means by the names that it depends on. */

import type { Inventory, Package } from './package.ts';

const ARCHITECTURE = 'arch';

/**
 * Ids of the packages that each package depends on, without itself, by its own id. A name alone can mean several
 * versions: those are taken that were recorded in the same file, and of those the ones of the same architecture, where
 * there are any. What the inventory does not have is left out.
 */
export function dependencyIds(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const idsOfPackage = dependencyLookup(inventory);
  return new Map(inventory.packages.map((pkg) => [pkg.id, idsOfPackage(pkg)]));
}

/** As {@link dependencyIds}, of a package when it is asked for. */
export function dependencyLookup({
  packages,
}: Pick<Inventory, 'packages'>): (pkg: Package) => readonly string[] {
  const byEcosystem = new Map<string, Map<string, Package[]>>();
  for (const pkg of packages) {
    const byName = byEcosystem.get(pkg.ecosystem) ?? new Map<string, Package[]>();
    byEcosystem.set(pkg.ecosystem, byName);
    const list = byName.get(pkg.name);
    if (list === undefined) byName.set(pkg.name, [pkg]);
    else list.push(pkg);
  }
  const meant = new Map<string, Meant>();
  return (pkg) => {
    const { ecosystem } = pkg;
    const own = meant.get(ecosystem) ?? new Meant(byEcosystem.get(ecosystem) ?? new Map());
    meant.set(ecosystem, own);
    return idsOf(pkg, own);
  };
}

/** What names mean in one ecosystem; each of them stands in many packages. */
class Meant {
  readonly #byName: ReadonlyMap<string, readonly Package[]>;
  readonly #known = new Map<string, readonly Package[]>();

  constructor(byName: ReadonlyMap<string, readonly Package[]>) {
    this.#byName = byName;
  }

  by(wanted: string): readonly Package[] {
    const known = this.#known.get(wanted);
    if (known !== undefined) return known;
    const found = candidates(wanted, this.#byName);
    this.#known.set(wanted, found);
    return found;
  }
}

const NONE: readonly string[] = [];

function idsOf(pkg: Package, meant: Meant): readonly string[] {
  if (pkg.dependsOn.length === 0) return NONE;
  const ids = new Set<string>();
  for (const wanted of pkg.dependsOn) {
    for (const target of narrowed(pkg, meant.by(wanted))) ids.add(target.id);
  }
  ids.delete(pkg.id);
  return [...ids].sort();
}

function candidates(
  wanted: string,
  byName: ReadonlyMap<string, readonly Package[]>,
): readonly Package[] {
  const named = byName.get(wanted);
  if (named !== undefined) return named;
  const at = wanted.lastIndexOf('@');
  if (at <= 0) return [];
  const version = wanted.slice(at + 1);
  return (byName.get(wanted.slice(0, at)) ?? []).filter((target) => target.version === version);
}

function narrowed(pkg: Package, targets: readonly Package[]): readonly Package[] {
  if (targets.length < 2) return targets;
  const paths = new Set(pkg.locations.map(({ path }) => path));
  const beside = targets.filter(({ locations }) => locations.some(({ path }) => paths.has(path)));
  const near = beside.length > 0 ? beside : targets;
  const architecture = pkg.qualifiers.get(ARCHITECTURE);
  const alike = near.filter(({ qualifiers }) => qualifiers.get(ARCHITECTURE) === architecture);
  return alike.length > 0 ? alike : near;
}
