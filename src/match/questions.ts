/** What an inventory asks of the advisories: each package name once, whatever the number of packages built from it. */

import type { AdvisoryNeed } from '../model/advisory.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Inventory, Package } from '../model/package.ts';
import { unknownSystem } from './gaps.ts';
import { MATCHERS } from './list.ts';
import type { Lookup } from './matcher.ts';

export type PackageType = 'os' | 'library';

/** One package that asks, and how. */
export interface Asker {
  readonly pkg: Package;
  readonly lookup: Lookup;
}

/** All questions on one ecosystem or release. */
export interface NeedQuestions {
  readonly need: AdvisoryNeed;
  /** By the name looked up, sorted; askers by package id. */
  readonly byName: ReadonlyMap<string, readonly Asker[]>;
}

export interface Questions {
  /** By ecosystem and release. */
  readonly needs: readonly NeedQuestions[];
  /** Systems that nothing is known of. */
  readonly diagnostics: readonly Diagnostic[];
  /** Packages of the types asked for, whether or not they can be looked up. */
  readonly packageCount: number;
}

export function questionsOf(
  inventory: Inventory,
  types: readonly PackageType[] = ['os', 'library'],
): Questions {
  const packages = inventory.packages
    .filter((pkg) => types.includes(ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library'))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const needs = new Map<string, { need: AdvisoryNeed; byName: Map<string, Asker[]> }>();
  const unknown: Package[] = [];
  for (const pkg of packages) {
    const matcher = MATCHERS.find((candidate) => candidate.accepts(pkg));
    const lookups = matcher?.lookups(pkg, inventory) ?? [];
    if (lookups.length === 0) unknown.push(pkg);
    for (const lookup of lookups) {
      const key = `${lookup.need.ecosystem} ${lookup.need.release ?? ''}`;
      const known = needs.get(key) ?? { need: lookup.need, byName: new Map<string, Asker[]>() };
      needs.set(key, known);
      const askers = known.byName.get(lookup.name) ?? [];
      askers.push({ pkg, lookup });
      known.byName.set(lookup.name, askers);
    }
  }
  return {
    needs: sorted(needs).map(([, { need, byName }]) => ({ need, byName: new Map(sorted(byName)) })),
    diagnostics: unknownSystems(inventory, unknown, types),
    packageCount: packages.length,
  };
}

/**
 * A named system without known advisories is a gap even where no package of it was found: then it is its package
 * database that nobody can read.
 */
function unknownSystems(
  { distro }: Inventory,
  unknown: readonly Package[],
  types: readonly PackageType[],
): readonly Diagnostic[] {
  const isStrange = distro !== undefined && advisoryNeed(distro) === undefined;
  if (unknown.length === 0 && !(isStrange && types.includes('os'))) return [];
  return [unknownSystem(distro, unknown)];
}

function sorted<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
