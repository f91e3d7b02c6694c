/**
 * What a lockfile's packages are needed for, where the file tells only what the project asks for and what each package
 * depends on.
 */

import type { Cataloged } from '../model/catalog.ts';

export type Scope = NonNullable<Cataloged['scope']>;

/** The strongest first: what is needed at run time is needed at run time, whatever else wants it. */
const SCOPES: readonly Scope[] = ['runtime', 'peer', 'optional', 'development'];

/** One package that another depends on, by its key in the file. */
export interface LockEdge {
  readonly to: string;
  /** It may be left out where it cannot be installed. */
  readonly isOptional?: boolean;
}

/** A package that the project itself asks for. */
export interface LockRoot {
  readonly to: string;
  readonly scope: Scope;
}

/**
 * The strongest scope in which each package is reached from the roots. A package that nothing reaches has none: nothing
 * is known of what it is for. An optional dependency of what is needed for development is needed for development. Takes
 * time linear in the edges; `edgesOf` is asked once a package.
 */
export function scopesOf(
  roots: Iterable<LockRoot>,
  edgesOf: (key: string) => Iterable<LockEdge>,
): ReadonlyMap<string, Scope> {
  const scopes = new Map<string, Scope>();
  const pending = new Map<Scope, string[]>(SCOPES.map((scope) => [scope, []]));
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

function through(edge: LockEdge, scope: Scope): Scope {
  return edge.isOptional === true && scope !== 'development' ? 'optional' : scope;
}
