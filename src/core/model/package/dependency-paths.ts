/** Shortest dependency paths: the way from a project's direct dependency to a transitive one. */

import { appendTo, indexBy } from '../../base/maps.ts';
import { dependencyIds, dependencyLookup } from './dependency-ids.ts';
import { ECOSYSTEMS } from './ecosystem.ts';
import type { Inventory, Package } from './package.ts';

/** Ways through the dependencies of one inventory. */
export interface DependencyPaths {
  /**
   * Returns the ids of packages on the shortest way to a package, without it: first one that is
   * asked for directly, last one that depends on it. Empty for what is direct itself, and where no
   * way is known. Of equally short ways the first by ids; of one that is longer than any honest one
   * its end.
   */
  wayTo(id: string): readonly string[];
  /** Returns the ids of all packages that depend on a package, sorted. */
  dependentsOf(id: string): readonly string[];
}

/**
 * The longest ways seen have some twenty; each finding has its own, so that a chain of a hundred
 * thousand must not count.
 */
const MAX_STEPS = 100;

const NONE: readonly string[] = [];

/**
 * Returns the dependency paths of an inventory. Pure. Systems install whatever their packages need
 * and do not record which were requested, so only language packages have paths. Cycles are walked
 * once.
 */
export function indexDependencyPaths(inventory: Inventory): DependencyPaths {
  const packages = inventory.packages.filter(({ ecosystem }) => isOfLanguage(ecosystem));
  let dependents: ReadonlyMap<string, readonly string[]> | undefined;
  const before = shortest(packages);
  return {
    wayTo: (id) => {
      const way: string[] = [];
      let at = before.get(id);
      while (at !== undefined && way.length < MAX_STEPS) {
        way.push(at);
        at = before.get(at);
      }
      return way.reverse();
    },
    dependentsOf: (id) =>
      (dependents ??= reversed(dependencyIds({ ...inventory, packages }))).get(id) ?? NONE,
  };
}

function isOfLanguage(ecosystem: Package['ecosystem']): boolean {
  return ECOSYSTEMS[ecosystem].kind === 'language';
}

/**
 * Maps each reachable package to the one before it on the shortest path; the first packages of
 * paths are absent.
 */
function shortest(packages: readonly Package[]): ReadonlyMap<string, string> {
  const idsOf = dependencyLookup({ packages });
  const asked: string[] = [];
  for (const pkg of packages) {
    if (pkg.relationship === 'direct') asked.push(pkg.id);
    // What a project's own manifest names is asked for by it.
    else if (pkg.relationship === 'root') for (const id of idsOf(pkg)) asked.push(id);
  }
  const seen = new Set(asked.sort());
  const before = new Map<string, string>();
  // Where everything is asked for, there is no way to anything.
  if (seen.size === packages.length) return before;
  const byId = indexBy(packages, 'id');
  let edge: readonly string[] = [...seen];
  while (edge.length > 0) {
    const next: string[] = [];
    for (const id of edge) {
      const pkg = byId.get(id);
      for (const one of pkg === undefined ? NONE : idsOf(pkg)) {
        if (seen.has(one)) continue;
        seen.add(one);
        before.set(one, id);
        next.push(one);
      }
    }
    edge = next.sort();
  }
  return before;
}

function reversed(
  needed: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const dependents = new Map<string, string[]>();
  for (const id of [...needed.keys()].sort()) {
    for (const one of needed.get(id) ?? NONE) appendTo(dependents, one, id);
  }
  return dependents;
}
