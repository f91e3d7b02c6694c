/** The dependencies between the packages of a document, in both directions. */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type { SbomComponent, SbomDocument } from './sbom-document.ts';

/** The dependencies that a document declares between its components. */
export interface SbomGraph {
  /** Returns the needs as {@link CatalogedPackage.dependsOn}: other packages of the document. */
  dependsOn(component: SbomComponent): readonly string[];
  /** Returns `undefined` where the document says nothing of dependencies. */
  relationship(component: SbomComponent): CatalogedPackage['relationship'];
}

/**
 * A package is the root where it is what the document describes; direct where the root depends on
 * it, or something that is no package and stands for a lockfile, as trivy writes; and indirect
 * where only packages depend on it.
 */
export function readSbomGraph(
  document: SbomDocument,
  packages: ReadonlyMap<SbomComponent, CatalogedPackage>,
): SbomGraph {
  const { edges } = document;
  const byRef = new Map<string, CatalogedPackage>();
  for (const [{ ref }, pkg] of packages) if (ref !== undefined) byRef.set(ref, pkg);
  const rootRefs = new Set(
    document.components.flatMap(({ ref, isSubject }) =>
      isSubject && ref !== undefined ? [ref] : [],
    ),
  );
  const direct = new Set<string>();
  const reached = new Set<string>();
  for (const [ref, targets] of edges) {
    const isFromPackage = byRef.has(ref) && !rootRefs.has(ref);
    for (const target of targets) (isFromPackage ? reached : direct).add(target);
  }
  return {
    dependsOn: ({ ref = '' }) => {
      const names = (edges.get(ref) ?? []).flatMap((target) => {
        const pkg = byRef.get(target);
        return pkg === undefined
          ? []
          : [pkg.version === '' ? pkg.name : `${pkg.name}@${pkg.version}`];
      });
      return [...new Set(names)];
    },
    relationship: ({ ref, isSubject }) => {
      if (isSubject) return 'root';
      if (ref === undefined) return undefined;
      if (direct.has(ref)) return 'direct';
      return reached.has(ref) ? 'indirect' : undefined;
    },
  };
}
