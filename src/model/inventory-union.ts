/**
 * Several inventories as one: the union of their packages by identity, which is (ecosystem, name, version, architecture,
 * source package), as in a scan. The places of a package name the inputs that it is in.
 */

import type { Digest, Location } from './artifact.ts';
import { ECOSYSTEMS } from './ecosystem.ts';
import type { Distro, Inventory, Package } from './package.ts';
import { purlOf } from './purl.ts';

/** An inventory, and what the places of its packages are to be called. */
export interface NamedInventory {
  /** As in a file's path. */
  readonly name: string;
  readonly inventory: Inventory;
}

/**
 * The union, in the order of first appearance. The system is that of all inputs that name one; where they name several,
 * there is none, and each package keeps its own as the qualifier `distro`.
 */
export function uniteInventories(inputs: readonly NamedInventory[]): Inventory {
  const distro = commonSystem(inputs.map(({ inventory }) => inventory.distro));
  const united = new Map<string, Package>();
  for (const { name, inventory } of inputs) {
    for (const pkg of inventory.packages) {
      const own = placed(distro === undefined ? ofSystem(pkg, inventory.distro) : pkg, name);
      const key = packageIdentity(own);
      const known = united.get(key);
      united.set(key, known === undefined ? own : joined(known, own));
    }
  }
  return {
    inventoryVersion: Math.max(0, ...inputs.map(({ inventory }) => inventory.inventoryVersion)),
    ...(distro !== undefined && { distro }),
    packages: withIds([...united.values()], distro),
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

/** The identity of a package, as one string. */
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

/** Present beats declared, and what is used beats what only development needs. */
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

function withIds(packages: readonly Package[], distro: Distro | undefined): readonly Package[] {
  const taken = new Map<string, number>();
  const named = packages.map((pkg) => {
    const purl = purlOf(pkg, distro);
    const count = (taken.get(purl) ?? 0) + 1;
    taken.set(purl, count);
    return { ...pkg, id: count === 1 ? purl : `${purl}#${String(count)}` };
  });
  const ids = new Set(named.map(({ id }) => id));
  // Without the package that ships it, a package of a language is asked for by itself again.
  return named.map((pkg) => {
    const { ownedBy, ...rest } = pkg;
    return ownedBy === undefined || ids.has(ownedBy) ? pkg : rest;
  });
}
