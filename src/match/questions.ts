/** What an inventory asks of the advisories: each package name once, whatever the number of packages built from it. */

import type { AdvisoryNeed } from '../model/advisory.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS, type Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Inventory, Package } from '../model/package.ts';
import { foreignVendor } from '../model/vendor.ts';
import { foreignPackages, noSystemPackages, unknownSystem } from './gaps.ts';
import { MATCHERS } from './list.ts';
import type { Lookup, Matcher } from './matcher.ts';

export type PackageType = 'os' | 'library';

/** One package that asks, and how. */
export interface Asker {
  readonly pkg: Package;
  readonly lookup: Lookup;
}

/** All questions on one ecosystem or release. */
export interface NeedQuestions {
  readonly need: AdvisoryNeed;
  /** By the name looked up; names and askers in the order of package ids. */
  readonly byName: ReadonlyMap<string, readonly Asker[]>;
}

export interface Questions {
  /** By ecosystem and release. */
  readonly needs: readonly NeedQuestions[];
  /** Systems that nothing is known of, and what is left to the advisories of the system. */
  readonly diagnostics: readonly Diagnostic[];
  /** Packages of the types asked for, whether or not they can be looked up; without those of other packages. */
  readonly packageCount: number;
}

export function questionsOf(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): Questions {
  const ofTypes = packagesOf(inventory, types);
  const packages = ofTypes.filter(isAsked).sort((a, b) => (a.id < b.id ? -1 : 1));
  const needs = new Map<string, { need: AdvisoryNeed; byName: Map<string, Asker[]> }>();
  const unknown: Package[] = [];
  for (const pkg of packages) {
    const lookups = lookupsOf(pkg, inventory);
    if (lookups.length === 0) unknown.push(pkg);
    for (const lookup of lookups) {
      const key = needKey(lookup.need);
      const known = needs.get(key) ?? { need: lookup.need, byName: new Map<string, Asker[]>() };
      needs.set(key, known);
      const askers = known.byName.get(lookup.name);
      if (askers === undefined) known.byName.set(lookup.name, [{ pkg, lookup }]);
      else askers.push({ pkg, lookup });
    }
  }
  return {
    needs: sorted(needs),
    diagnostics: [
      ...unknownSystems(inventory, unknown, types),
      ...shippedNotes(ofTypes.length - packages.length),
    ],
    packageCount: packages.length,
  };
}

/** What must be loaded to match an inventory, each need once, by ecosystem and release. */
export function needsOf(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): readonly AdvisoryNeed[] {
  const needs = new Map<string, AdvisoryNeed>();
  const known = new Set<Ecosystem>();
  for (const pkg of packagesOf(inventory, types)) {
    if (!isAsked(pkg) || known.has(pkg.ecosystem)) continue;
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

/** What a package of the system ships is matched as that package: its advisories know what the system has patched. */
function isAsked({ ownedBy }: Package): boolean {
  return ownedBy === undefined;
}

function shippedNotes(count: number): readonly Diagnostic[] {
  if (count === 0) return [];
  const what = count === 1 ? '1 package of a language is' : `${count} packages of languages are`;
  const message = `${what} shipped by packages of the system, and matched as those: the bytes are the ones in their manifests`;
  return [{ stage: 'match', message }];
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
  const foreign = unknown.filter((pkg) => foreignVendor(pkg) !== undefined);
  const strange = unknown.filter((pkg) => foreignVendor(pkg) === undefined);
  if (strange.length > 0 || (isStrange && types.includes('os'))) {
    rows.push(unknownSystem(distro, strange));
  }
  if (foreign.length > 0) rows.push(foreignPackages(foreign));
  const isBare = !packages.some((pkg) => ECOSYSTEMS[pkg.ecosystem].kind === 'os');
  if (distro !== undefined && need !== undefined && isBare && types.includes('os')) {
    rows.push(noSystemPackages(distro));
  }
  return rows;
}

/** The values in the order of their keys. */
function sorted<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}
