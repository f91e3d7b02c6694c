/**
 * The scope of a lockfile's packages, computed from the project's direct dependencies and the
 * dependencies of each package.
 */

import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from './catalog-builder.ts';

/** The scope of a locked package. */
export type DependencyScope = NonNullable<CatalogedPackage['scope']>;

/**
 * The strongest first: what is needed at run time is needed at run time, whatever else wants it.
 */
const SCOPES: readonly DependencyScope[] = ['runtime', 'peer', 'optional', 'development'];

/** One package that another depends on, by its key in the file. */
export interface LockEdge {
  readonly to: string;
  /** It may be left out where it cannot be installed. */
  readonly isOptional?: boolean;
}

/** A package that the project itself asks for. */
export interface LockRoot {
  readonly to: string;
  readonly scope: DependencyScope;
}

/**
 * Returns the strongest scope in which each package is reached from the roots. A package that
 * nothing reaches has none: nothing is known of what it is for. An optional dependency of what is
 * needed for development is needed for development. Takes time linear in the edges; `edgesOf` is
 * asked once a package.
 */
export function scopesOf(
  roots: Iterable<LockRoot>,
  edgesOf: (key: string) => Iterable<LockEdge>,
): ReadonlyMap<string, DependencyScope> {
  const scopes = new Map<string, DependencyScope>();
  const pending = new Map<DependencyScope, string[]>(SCOPES.map((scope) => [scope, []]));
  for (const { to, scope } of roots) pending.get(scope)?.push(to);
  for (const scope of SCOPES) {
    const keys = pending.get(scope) ?? [];
    for (let key = keys.pop(); key !== undefined; key = keys.pop()) {
      if (scopes.has(key)) continue;
      scopes.set(key, scope);
      for (const edge of edgesOf(key)) {
        if (!scopes.has(edge.to)) pending.get(through(edge, scope))?.push(edge.to);
      }
    }
  }
  return scopes;
}

/** Packages with the mark of the file for development, and what needs what at run time. */
export interface DevelopmentGraph<Key> {
  /** All packages of the file. */
  readonly keys: Iterable<Key>;
  /** Keys that the project itself needs at run time, as far as the file lists them. */
  readonly roots: Iterable<Key>;
  readonly isDevelopment: (key: Key) => boolean;
  /**
   * Returns the run-time needs of a package: no peers, and none with a condition. It is called once
   * per package.
   */
  readonly needsOf: (key: Key) => Iterable<Key>;
}

/**
 * Returns the packages that the file marks for development alone although its own edges need them
 * at run time: from the project, or from a package without that mark. Package managers set the mark
 * by these edges, so no file of theirs has such a package. Takes time linear in the edges.
 */
export function mismarkedPackages<Key>({
  keys,
  roots,
  isDevelopment,
  needsOf,
}: DevelopmentGraph<Key>): ReadonlySet<Key> {
  const needed = new Set<Key>();
  const pending: Key[] = [];
  const take = (key: Key): void => {
    if (needed.has(key) || !isDevelopment(key)) return;
    needed.add(key);
    pending.push(key);
  };
  for (const key of roots) take(key);
  for (const key of keys) {
    if (isDevelopment(key)) continue;
    for (const to of needsOf(key)) take(to);
  }
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    for (const to of needsOf(key)) take(to);
  }
  return needed;
}

/** A package with the place of its mark. */
interface MarkedPackage {
  readonly name: string;
  readonly version: string;
  readonly line?: number | undefined;
}

/** Says that a package counts at run time, whatever mark it has. */
export function noteMismarked(
  result: CatalogBuilder,
  { name, version }: MarkedPackage,
  line: number | undefined,
): void {
  const what = version === '' ? name : `${name} ${version}`;
  result.note(`"${what}" is marked for development and needed at run time; it counts`, line);
}

/**
 * Returns the scope that counts: that of the mark, unless the package is marked for development and
 * needed, which is a note.
 */
export function correctScope<Mark extends DependencyScope | undefined>(
  result: CatalogBuilder,
  needed: ReadonlySet<string>,
  pkg: MarkedPackage,
  mark: Mark,
): Mark | 'runtime' {
  if (mark !== 'development' || !needed.has(pkg.name)) return mark;
  noteMismarked(result, pkg, pkg.line);
  return 'runtime';
}

function through(edge: LockEdge, scope: DependencyScope): DependencyScope {
  return edge.isOptional === true && scope !== 'development' ? 'optional' : scope;
}
