/**
 * An inventory's look-ups in the advisories: each package name once, whatever the number of
 * packages built from it.
 */

import { compareKeys, compareText } from '../../core/base/compare.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { thirdPartyVendor } from '../../core/model/distro/vendor.ts';
import { noSystemPackages, unknownSystem } from './gaps.ts';
import { matcherOf } from './list.ts';
import type { Lookup } from './matcher.ts';

/**
 * Whether a package belongs to an operating system or to a language, as `--pkg-types` names them.
 */
export type PackageType = 'os' | 'library';

/** One package that asks, and how. */
export interface PackageLookup {
  readonly pkg: Package;
  readonly lookup: Lookup;
  /**
   * The package is not among those that are matched: only what is said about it as an owner is
   * asked.
   */
  readonly isOnlyOwner?: true;
}

/** All questions on one ecosystem or release. */
export interface NeedLookups {
  readonly need: AdvisoryNeed;
  /** By the name looked up; names and askers in the order of package ids. */
  readonly byName: ReadonlyMap<string, readonly PackageLookup[]>;
}

/** The look-ups that an inventory needs. */
export interface Lookups {
  /** By ecosystem and release. */
  readonly needs: readonly NeedLookups[];
  /** Systems that nothing is known of, and what is left to the advisories of the system. */
  readonly diagnostics: readonly Diagnostic[];
  /** Ids of packages of the system that ship packages of languages. */
  readonly owners: ReadonlySet<string>;
  /** Packages of the system that its distribution did not build; by id. */
  readonly foreign: ReadonlyMap<string, Package>;
  /**
   * The packages of the types asked for, whether or not they can be looked up, in the order of
   * their ids.
   */
  readonly packages: readonly Package[];
}

/** Returns the lookups of the packages of an inventory that are of some types. */
export function planLookups(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): Lookups {
  const chosen = choosePackages(inventory, types);
  const packages = chosen.packages.toSorted((a, b) => compareText(a.id, b.id));
  const needs = new Map<string, { need: AdvisoryNeed; byName: Map<string, PackageLookup[]> }>();
  const unknown: Package[] = [];
  const foreign = new Map<string, Package>();
  for (const pkg of packages) {
    const lookups = matcherOf(pkg).lookups(pkg, inventory);
    if (isOfSystem(pkg) && thirdPartyVendor(pkg) !== undefined) foreign.set(pkg.id, pkg);
    else if (lookups.length === 0) unknown.push(pkg);
    for (const lookup of lookups) ask(needs, { pkg, lookup });
  }
  for (const pkg of chosen.onlyOwners) {
    const lookups = matcherOf(pkg).lookups(pkg, inventory);
    for (const lookup of lookups) ask(needs, { pkg, lookup, isOnlyOwner: true });
  }
  return {
    needs: sorted(needs),
    diagnostics: unknownSystems(inventory, unknown, types),
    owners: chosen.owners,
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

/**
 * Returns the advisories that must be loaded to match an inventory, each need once, by ecosystem
 * and release.
 */
export function needsOf(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): readonly AdvisoryNeed[] {
  const needs = new Map<string, AdvisoryNeed>();
  const known = new Set<Ecosystem>();
  const { packages, onlyOwners } = choosePackages(inventory, types);
  for (const pkg of [...packages, ...onlyOwners]) {
    if (known.has(pkg.ecosystem)) continue;
    const matcher = matcherOf(pkg);
    if (matcher.needsEcosystemOnly === true) known.add(pkg.ecosystem);
    for (const { need } of matcher.lookups(pkg, inventory)) needs.set(needKey(need), need);
  }
  return sorted(needs);
}

/** The packages of an inventory that are asked about. */
interface ChosenPackages {
  readonly packages: readonly Package[];
  /** Ids of the packages that ship some of them. */
  readonly owners: ReadonlySet<string>;
  /**
   * Owners that the types leave out: the answer about what they ship does not depend on the types.
   */
  readonly onlyOwners: readonly Package[];
}

function choosePackages(inventory: Inventory, types: readonly PackageType[]): ChosenPackages {
  const packages: Package[] = [];
  const owners = new Set<string>();
  for (const pkg of inventory.packages) {
    if (!types.includes(isOfSystem(pkg) ? 'os' : 'library')) continue;
    packages.push(pkg);
    if (pkg.ownedBy !== undefined) owners.add(pkg.ownedBy);
  }
  const isComplete = types.includes('os') || owners.size === 0;
  const onlyOwners = isComplete ? [] : inventory.packages.filter(({ id }) => owners.has(id));
  return { packages, owners, onlyOwners };
}

function isOfSystem({ ecosystem }: Package): boolean {
  return ECOSYSTEMS[ecosystem].kind === 'os';
}

function needKey({ ecosystem, release = '' }: AdvisoryNeed): string {
  return `${ecosystem} ${release}`;
}

/**
 * A named system is a gap where no package of it was found, whether or not advisories are known for
 * it: then its package database is missing or unreadable.
 */
function unknownSystems(
  { distro, packages }: Inventory,
  unknown: readonly Package[],
  types: readonly PackageType[],
): readonly Diagnostic[] {
  const asksForSystem = distro !== undefined && types.includes('os');
  const isAdvised = distro !== undefined && advisoryNeed(distro) !== undefined;
  const rows: Diagnostic[] = [];
  if (unknown.length > 0 || (asksForSystem && !isAdvised)) {
    rows.push(unknownSystem(distro, unknown));
  }
  if (asksForSystem && isAdvised && !packages.some(isOfSystem)) {
    rows.push(noSystemPackages(distro));
  }
  return rows;
}

/** Returns the values in the order of their keys. */
function sorted<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].sort(compareKeys).map(([, value]) => value);
}
