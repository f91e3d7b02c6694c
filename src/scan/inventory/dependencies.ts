/**
 * Resolves the names of dependencies to packages of the inventory.
 *
 * Files of packages name what they need by name, or by `name@version`. Each place of a package is
 * resolved by itself:
 *
 * - An installed Node package is resolved as Node does: the nearest `node_modules` directory upward
 *   that has the name, with symbolic links followed. Source: Node.js documentation, "Modules:
 *   CommonJS modules", "Loading from node_modules folders".
 * - Any other place means a package of the same file; else one whose file lies beside its own;
 *   else, when the package is installed, any package of that name in its ecosystem.
 *
 * Where a name still means several packages, those of the same architecture count. Names that lead
 * nowhere are left out.
 */

import { directoryOf } from '../../core/base/artifact-path.ts';
import { appendTo } from '../../core/base/maps.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { PackageOccurrence } from '../../core/model/package/package-occurrence.ts';
import type { PackageDraft } from './merge-packages.ts';
import { NodeModules, type InstalledNodePackage, type ResolvePath } from './node-modules.ts';

/** A package, and the occurrences it was merged from. */
interface MergedPackage {
  readonly pkg: PackageDraft;
  readonly claims: readonly PackageOccurrence[];
}

/**
 * Sets {@link Package.dependsOn} of each package to the sorted ids of its dependencies. Ids must be
 * set before.
 */
export function resolveDependencies(
  merged: readonly MergedPackage[],
  resolvePath: ResolvePath,
): void {
  if (!merged.some(({ pkg }) => pkg.dependsOn.length > 0)) return;
  const names = new PackageNames(merged);
  const nodeModules = installedNodeModules(merged, resolvePath);
  for (const { pkg, claims } of merged) {
    if (pkg.dependsOn.length === 0) continue;
    const ids: string[] = [];
    for (const claim of claims) {
      const installed = isInstalledNodePackage(claim) ? nodeModules : undefined;
      for (const wanted of claim.cataloged.dependsOn ?? []) {
        const found =
          installed?.find(wanted, claim) ?? alike(pkg, names.find(wanted, { pkg, claim }));
        for (const { id } of found) if (id !== pkg.id) ids.push(id);
      }
    }
    pkg.dependsOn = ids.length < 2 ? ids : [...new Set(ids)].sort();
  }
}

const NODE_PACKAGE = 'npm/node-package';

function isInstalledNodePackage({ foundBy, presence }: PackageOccurrence): boolean {
  return foundBy === NODE_PACKAGE && presence === 'installed';
}

/** Returns the installed Node packages; `undefined` when there are none. */
function installedNodeModules(
  merged: readonly MergedPackage[],
  resolvePath: ResolvePath,
): NodeModules | undefined {
  const installed: InstalledNodePackage[] = [];
  for (const { pkg, claims } of merged) {
    for (const claim of claims) if (isInstalledNodePackage(claim)) installed.push({ pkg, claim });
  }
  return installed.length === 0 ? undefined : new NodeModules(installed, resolvePath);
}

const NONE: readonly never[] = [];
const ARCHITECTURE = 'arch';

/** Several packages of one name and version differ by architecture. */
function alike(pkg: PackageDraft, found: readonly PackageDraft[]): readonly PackageDraft[] {
  if (found.length < 2) return found;
  const architecture = pkg.qualifiers.get(ARCHITECTURE);
  const same = found.filter(({ qualifiers }) => qualifiers.get(ARCHITECTURE) === architecture);
  return same.length > 0 ? same : found;
}

/** The package and the claim that name a dependency. */
interface Asking {
  readonly pkg: PackageDraft;
  readonly claim: PackageOccurrence;
}

/**
 * The packages of an inventory by ecosystem and name, and by `name@version` where that was asked
 * for.
 */
class PackageNames {
  readonly #byEcosystem = new Map<Package['ecosystem'], Map<string, PackageDraft[]>>();

  constructor(merged: readonly MergedPackage[]) {
    for (const { pkg } of merged) {
      let byName = this.#byEcosystem.get(pkg.ecosystem);
      if (byName === undefined) {
        byName = new Map<string, PackageDraft[]>();
        this.#byEcosystem.set(pkg.ecosystem, byName);
      }
      appendTo(byName, pkg.name, pkg);
    }
  }

  find(wanted: string, { pkg, claim }: Asking): readonly PackageDraft[] {
    const named = this.#candidates(wanted, pkg.ecosystem);
    const [only] = named;
    if (only === undefined) return NONE;
    const { path } = claim.location;
    if (named.length === 1 && isNamedIn(only, path)) return named;
    const isNear = nearness(named, path);
    if (isNear !== undefined) return named.filter(isNear);
    return claim.presence === 'declared' ? NONE : named;
  }

  #candidates(wanted: string, ecosystem: Package['ecosystem']): readonly PackageDraft[] {
    const byName = this.#byEcosystem.get(ecosystem);
    const named = byName?.get(wanted);
    if (named !== undefined) return named;
    const at = wanted.lastIndexOf('@');
    if (at <= 0 || byName === undefined) return NONE;
    const version = wanted.slice(at + 1);
    const versions = byName.get(wanted.slice(0, at)) ?? NONE;
    const found = versions.filter((candidate) => candidate.version === version);
    // Many packages ask for the same one.
    byName.set(wanted, found);
    return found;
  }
}

function isNamedIn({ locations }: PackageDraft, path: string): boolean {
  return locations[0].path === path || locations.some((place) => place.path === path);
}

type Test = (pkg: PackageDraft) => boolean;

/**
 * Returns the closest relation to a path that one of the packages has: named in the same file, in a
 * file of the same directory, or in one of a sibling directory (`x-1.0.dist-info` beside
 * `y-2.0.dist-info`). Returns `undefined` where none has any.
 */
function nearness(packages: readonly PackageDraft[], path: string): Test | undefined {
  const directory = directoryOf(path);
  const store = directoryOf(directory);
  const tests: readonly Test[] = [
    (pkg) => isNamedIn(pkg, path),
    ({ locations }) => locations.some((place) => directoryOf(place.path) === directory),
    ({ locations }) =>
      store !== '' && locations.some((place) => directoryOf(directoryOf(place.path)) === store),
  ];
  return tests.find((test) => packages.some(test));
}
