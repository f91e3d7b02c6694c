/**
 * The dependencies in relationships of SPDX. Those of SPDX 2 in capitals; SPDX 3 is rewritten into
 * them.
 *
 * Source: SPDX 2.3, clause 11.1. `CONTAINS` counts as well: trivy and syft hang packages below
 * images and lockfiles with it, and what a package contains it needs.
 */

import { appendTo } from '../../../core/base/maps.ts';
import { EdgeList } from './sbom-document.ts';

/** A relationship between two elements of an SPDX document, by their ids. */
export interface SpdxRelationship {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

/** The relationships of an SPDX document as edges from a package to what it depends on. */
export interface SpdxGraph {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  /** The described elements. */
  readonly subjects: Set<string>;
  /** CycloneDX's words for scopes, by element. */
  readonly scopes: ReadonlyMap<string, string>;
}

/** `A X_DEPENDENCY_OF B`: what the dependency is for. */
const DEPENDENCY_OF: ReadonlyMap<string, string> = new Map([
  ['BUILD_DEPENDENCY_OF', 'excluded'],
  ['DEPENDENCY_OF', ''],
  ['DEV_DEPENDENCY_OF', 'excluded'],
  ['DEV_TOOL_OF', 'excluded'],
  ['OPTIONAL_DEPENDENCY_OF', 'optional'],
  ['PROVIDED_DEPENDENCY_OF', ''],
  ['RUNTIME_DEPENDENCY_OF', 'required'],
  ['TEST_DEPENDENCY_OF', 'excluded'],
]);

const EXCLUDED = 'excluded';

/** Order of scopes: of several scopes of one element the strongest use counts. */
const STRONGEST = ['required', '', 'optional', EXCLUDED];

/**
 * Builds the dependency graph of an SPDX document. Inverse relationships are turned around, and
 * edges are bounded. What an element depends on is not excluded if the element is not, whatever else
 * it is used for.
 */
export function spdxGraph(relationships: Iterable<SpdxRelationship>): SpdxGraph {
  const list = new EdgeList();
  const subjects = new Set<string>();
  const scopes = new Map<string, string>();
  const needs = new Map<string, string[]>();
  for (const { from, to, type } of relationships) {
    const scope = DEPENDENCY_OF.get(type);
    if (scope !== undefined) {
      list.add(to, from);
      const known = scopes.get(from);
      const isStronger = known === undefined || STRONGEST.indexOf(scope) < STRONGEST.indexOf(known);
      if (isStronger) scopes.set(from, scope);
    } else if (type === 'DEPENDS_ON') {
      list.add(from, to);
      appendTo(needs, from, to);
    } else if (type === 'CONTAINS') list.add(from, to);
    else if (type === 'CONTAINED_BY') list.add(to, from);
    else if (type === 'DESCRIBES') subjects.add(to);
    else if (type === 'DESCRIBED_BY') subjects.add(from);
  }
  includeNeeded(scopes, needs);
  return { edges: list.edges, subjects, scopes };
}

/** Removes the scope of excluded elements that an element which is not excluded needs. */
function includeNeeded(
  scopes: Map<string, string>,
  needs: ReadonlyMap<string, readonly string[]>,
): void {
  const included = [...needs.keys()].filter((ref) => scopes.get(ref) !== EXCLUDED);
  for (let ref = included.pop(); ref !== undefined; ref = included.pop()) {
    for (const needed of needs.get(ref) ?? []) {
      if (scopes.get(needed) !== EXCLUDED) continue;
      scopes.delete(needed);
      included.push(needed);
    }
  }
}

/**
 * Returns whether the document is about this element: one that describes several is a list, and
 * about none of them.
 */
export function isSubject({ subjects }: SpdxGraph, ref: string): boolean {
  return subjects.size === 1 && subjects.has(ref);
}
