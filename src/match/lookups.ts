/** What an inventory asks of the advisories: each package name once, whatever the number of packages built from it. */

import { compareKeys, compareText } from '../base/compare.ts';
import { appendTo } from '../base/maps.ts';
import type { AdvisoryNeed } from '../model/advisory.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Inventory, Package } from '../model/package.ts';
import { thirdPartyVendor } from '../model/vendor.ts';
import { noSystemPackages, unknownSystem } from './gaps.ts';
import { MATCHERS } from './list.ts';
import type { Lookup, Matcher } from './matcher.ts';

export type PackageType = 'os' | 'library';

/** One package that asks, and how. */
export interface PackageLookup {
  readonly pkg: Package;
  readonly lookup: Lookup;
  /** The package is not among those that are matched: only what is said about it as an owner is asked. */
  readonly isOnlyOwner?: true;
}

/** All questions on one ecosystem or release. */
export interface NeedLookups {
  readonly need: AdvisoryNeed;
  /** By the name looked up; names and askers in the order of package ids. */
  readonly byName: ReadonlyMap<string, readonly PackageLookup[]>;
}

export interface Lookups {
  /** By ecosystem and release. */
  readonly needs: readonly NeedLookups[];
  /** Systems that nothing is known of, and what is left to the advisories of the system. */
  readonly diagnostics: readonly Diagnostic[];
  /** Ids of packages of the system that ship packages of languages. */
  readonly owners: ReadonlySet<string>;
  /** Packages of the system that its distribution did not build; by id. */
  readonly foreign: ReadonlyMap<string, Package>;
  /** The packages of the types asked for, whether or not they can be looked up, in the order of their ids. */
  readonly packages: readonly Package[];
}

export function planLookups(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): Lookups {
  const packages = packagesOf(inventory, types).toSorted((a, b) => compareText(a.id, b.id));
  const owners = new Set(packages.flatMap(({ ownedBy }) => ownedBy ?? []));
  const needs = new Map<string, { need: AdvisoryNeed; byName: Map<string, PackageLookup[]> }>();
  const unknown: Package[] = [];
  const foreign = new Map<string, Package>();
  for (const pkg of packages) {
    const lookups = lookupsOf(pkg, inventory);
    if (isForeign(pkg)) foreign.set(pkg.id, pkg);
    else if (lookups.length === 0) unknown.push(pkg);
    for (const lookup of lookups) ask(needs, { pkg, lookup });
  }
  for (const pkg of ownersBeside(inventory, types, owners)) {
    for (const lookup of lookupsOf(pkg, inventory)) ask(needs, { pkg, lookup, isOnlyOwner: true });
  }
  return {
    needs: sorted(needs),
    diagnostics: unknownSystems(inventory, unknown, types),
    owners,
    foreign,
    packages,
  };
}

function ask(
  needs: Map<string, { need: AdvisoryNeed; byName: Map<string, PackageLookup[]> }>,
  asker: PackageLookup,
): void {
  const { need, name } = asker.lookup;
  const key = needKey(need);
  const known = needs.get(key) ?? { need, byName: new Map<string, PackageLookup[]>() };
  needs.set(key, known);
  appendTo(known.byName, name, asker);
}

function isForeign(pkg: Package): boolean {
  return ECOSYSTEMS[pkg.ecosystem].kind === 'os' && thirdPartyVendor(pkg) !== undefined;
}

/** Owners that `--pkg-types` leaves out: the answer about what they ship does not depend on it. */
function ownersBeside(
  { packages }: Inventory,
  types: readonly PackageType[],
  owners: ReadonlySet<string>,
): readonly Package[] {
  return types.includes('os') || owners.size === 0
    ? []
    : packages.filter(({ id }) => owners.has(id));
}

/** What must be loaded to match an inventory, each need once, by ecosystem and release. */
export function needsOf(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): readonly AdvisoryNeed[] {
  const needs = new Map<string, AdvisoryNeed>();
  const known = new Set<Ecosystem>();
  const packages = packagesOf(inventory, types);
  const owners = new Set(packages.flatMap(({ ownedBy }) => ownedBy ?? []));
  for (const pkg of [...packages, ...ownersBeside(inventory, types, owners)]) {
    if (known.has(pkg.ecosystem)) continue;
    const matcher = matcherOf(pkg);
    if (matcher?.needsEcosystemOnly === true) known.add(pkg.ecosystem);
    for (const { need } of matcher?.lookups(pkg, inventory) ?? []) needs.set(needKey(need), need);
  }
  return sorted(needs);
}

function packagesOf(inventory: Inventory, types: readonly PackageType[]): readonly Package[] {
  return inventory.packages.filter((pkg) =>
    types.includes(ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library'),
  );
}

function lookupsOf(pkg: Package, inventory: Inventory): readonly Lookup[] {
  return matcherOf(pkg)?.lookups(pkg, inventory) ?? [];
}

function matcherOf(pkg: Package): Matcher | undefined {
  return MATCHERS.find((matcher) => matcher.accepts(pkg));
}

function needKey({ ecosystem, release = '' }: AdvisoryNeed): string {
  return `${ecosystem} ${release}`;
}

/**
 * A named system is a gap where no package of it was found, whether or not advisories are known for it: then its
 * package database is gone, or nobody can read it.
 */
function unknownSystems(
  { distro, packages }: Inventory,
  unknown: readonly Package[],
  types: readonly PackageType[],
): readonly Diagnostic[] {
  const need = distro && advisoryNeed(distro);
  const isStrange = distro !== undefined && need === undefined;
  const rows: Diagnostic[] = [];
  if (unknown.length > 0 || (isStrange && types.includes('os'))) {
    rows.push(unknownSystem(distro, unknown));
  }
  const isBare = !packages.some((pkg) => ECOSYSTEMS[pkg.ecosystem].kind === 'os');
  if (distro !== undefined && need !== undefined && isBare && types.includes('os')) {
    rows.push(noSystemPackages(distro));
  }
  return rows;
}

/** The values in the order of their keys. */
function sorted<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].sort(compareKeys).map(([, value]) => value);
}
