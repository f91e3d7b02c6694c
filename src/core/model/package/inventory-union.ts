/**
 * Several inventories as one: the union of their packages by identity, which is (ecosystem, name,
 * version, architecture, source package), as in a scan. The places of a package name the inputs
 * that it is in.
 */

import type { Digest, Location } from '../artifact/artifact.ts';
import { ECOSYSTEMS } from './ecosystem.ts';
import type { Distro, Inventory, Package } from './package.ts';
import { purlOf } from '../purl/purl.ts';

/** An inventory, and what the places of its packages are to be called. */
export interface NamedInventory {
  /** The name, in the form of a file path. */
  readonly name: string;
  readonly inventory: Inventory;
}

/**
 * Returns the union, in the order of first appearance. The system is that of all inputs that name
 * one; where they name several, there is none, and each package keeps its own as the qualifier
 * `distro`.
 */
export function uniteInventories(inputs: readonly NamedInventory[]): Inventory {
  const distro = commonSystem(inputs.map(({ inventory }) => inventory.distro));
  const united = new Map<string, Package>();
  for (const { name, inventory } of inputs) {
    // Inputs may give one id to different packages, so dependencies are kept by identity until the
    // new ids are known.
    const keys = new Map<string, string>();
    const named = inventory.packages.map((pkg) => {
      const own = placed(distro === undefined ? ofSystem(pkg, inventory.distro) : pkg, name);
      const key = packageIdentity(own);
      keys.set(pkg.id, key);
      return { own, key };
    });
    for (const { own, key } of named) {
      const dependsOn = own.dependsOn.flatMap((id) => keys.get(id) ?? []);
      const known = united.get(key);
      const one = { ...own, dependsOn };
      united.set(key, known === undefined ? one : joined(known, one));
    }
  }
  return {
    inventoryVersion: Math.max(0, ...inputs.map(({ inventory }) => inventory.inventoryVersion)),
    ...(distro !== undefined && { distro }),
    packages: withIds(united, distro),
  };
}

function commonSystem(systems: readonly (Distro | undefined)[]): Distro | undefined {
  const named = systems.filter((system) => system !== undefined);
  const [first] = named;
  const isSame = named.every(
    ({ id, versionId }) => id === first?.id && versionId === first.versionId,
  );
  return isSame ? first : undefined;
}

/** Packages of languages have no system of their own. */
function ofSystem(pkg: Package, distro: Distro | undefined): Package {
  if (distro === undefined || pkg.qualifiers.has('distro')) return pkg;
  if (ECOSYSTEMS[pkg.ecosystem].kind !== 'os') return pkg;
  const name = distro.versionId === '' ? distro.id : `${distro.id}-${distro.versionId}`;
  return { ...pkg, qualifiers: new Map(pkg.qualifiers).set('distro', name) };
}

function placed(pkg: Package, name: string): Package {
  const place = ({ line }: Location): Location => ({
    path: name,
    layer: 0,
    ...(line !== undefined && { line }),
  });
  const [first, ...others] = pkg.locations;
  return { ...pkg, introducedIn: 0, locations: [place(first), ...others.map(place)] };
}

/** Returns the identity of a package, as one string. */
export function packageIdentity({ ecosystem, name, version, qualifiers, source }: Package): string {
  return JSON.stringify([
    ecosystem,
    name,
    version,
    qualifiers.get('arch') ?? '',
    qualifiers.get('distro') ?? '',
    source?.name ?? name,
    source?.version ?? version,
  ]);
}

/** Joins two packages: present beats declared, and used beats needed for development only. */
function joined(a: Package, b: Package): Package {
  const isUsed = a.scope !== 'development' && a.scope !== 'optional';
  const { scope: scopeOfA, ...rest } = a;
  const scope = isUsed ? scopeOfA : b.scope;
  const [first, ...others] = a.locations;
  return {
    ...rest,
    ...(scope !== undefined && { scope }),
    qualifiers: new Map([...b.qualifiers, ...a.qualifiers]),
    presence: a.presence === 'declared' ? b.presence : a.presence,
    dependsOn: union(a.dependsOn, b.dependsOn),
    licenses: union(a.licenses, b.licenses),
    digests: union<Digest>(a.digests, b.digests),
    locations: [first, ...others, ...b.locations],
  };
}

function union<T>(a: readonly T[], b: readonly T[]): readonly T[] {
  return [...new Set([...a, ...b])];
}

/** Gives each package its id, and names its dependencies by theirs. */
function withIds(
  united: ReadonlyMap<string, Package>,
  distro: Distro | undefined,
): readonly Package[] {
  const taken = new Map<string, number>();
  const idOf = new Map<string, string>();
  for (const [key, pkg] of united) {
    const purl = purlOf(pkg, distro);
    const count = (taken.get(purl) ?? 0) + 1;
    taken.set(purl, count);
    idOf.set(key, count === 1 ? purl : `${purl}#${String(count)}`);
  }
  const ids = new Set(idOf.values());
  return [...united].map(([key, pkg]) => {
    const { ownedBy, ...rest } = pkg;
    const id = idOf.get(key) ?? pkg.id;
    const dependsOn = pkg.dependsOn
      .flatMap((dependency) => idOf.get(dependency) ?? [])
      .filter((dependency) => dependency !== id)
      .sort();
    const named = { ...rest, id, dependsOn };
    // Without the package that ships it, a package of a language is asked for by itself again.
    return ownedBy === undefined || !ids.has(ownedBy) ? named : { ...named, ownedBy };
  });
}
