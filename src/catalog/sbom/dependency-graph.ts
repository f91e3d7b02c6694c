/**
 * The dependencies of a CycloneDX document: `dependencies` lists what each component (by its `bom-ref`) depends on.
 */

import { isJsonArray, isJsonObject, readStrings, type JsonObject } from '../../format/json.ts';
import type { Cataloged } from '../../model/catalog.ts';

export interface Graph {
  /** As {@link Cataloged.dependsOn}: other packages of the document. */
  dependsOn(row: JsonObject): readonly string[];
  /** `undefined` where the document says nothing of dependencies. */
  relationship(row: JsonObject): Cataloged['relationship'];
}

/** No package has as many dependencies. */
const MAX_EDGES = 10_000;

/**
 * A package is the root where it is what the document describes; direct where the root depends on it, or something that
 * is no package and stands for a lockfile, as trivy writes; and indirect where only packages depend on it.
 */
export function readGraph(root: JsonObject, packages: ReadonlyMap<JsonObject, Cataloged>): Graph {
  const byRef = new Map<string, Cataloged>();
  for (const [row, pkg] of packages) {
    const ref = refOf(row);
    if (ref !== undefined) byRef.set(ref, pkg);
  }
  const metadata = root['metadata'];
  const subject = isJsonObject(metadata) ? metadata['component'] : undefined;
  const rootRef = isJsonObject(subject) ? refOf(subject) : undefined;
  const edges = readEdges(root);
  const direct = new Set<string>();
  const reached = new Set<string>();
  for (const [ref, targets] of edges) {
    const isFromPackage = byRef.has(ref) && ref !== rootRef;
    for (const target of targets) (isFromPackage ? reached : direct).add(target);
  }
  return {
    dependsOn: (row) => {
      const targets = edges.get(refOf(row) ?? '') ?? [];
      const names = targets.flatMap((target) => {
        const pkg = byRef.get(target);
        return pkg === undefined
          ? []
          : [pkg.version === '' ? pkg.name : `${pkg.name}@${pkg.version}`];
      });
      return [...new Set(names)];
    },
    relationship: (row) => {
      if (row === subject) return 'root';
      const ref = refOf(row);
      if (ref === undefined) return undefined;
      if (direct.has(ref)) return 'direct';
      return reached.has(ref) ? 'indirect' : undefined;
    },
  };
}

function readEdges(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, readonly string[]>();
  const list = root['dependencies'];
  for (const value of isJsonArray(list) ? list : []) {
    const { ref } = readStrings(value, ['ref']);
    const targets = isJsonObject(value) ? value['dependsOn'] : undefined;
    if (ref === undefined || !isJsonArray(targets)) continue;
    edges.set(
      ref,
      targets.slice(0, MAX_EDGES).filter((target) => typeof target === 'string'),
    );
  }
  return edges;
}

function refOf(row: JsonObject): string | undefined {
  return readStrings(row, ['bom-ref'])['bom-ref'];
}
