/**
 * Packages that a database of the system held in a lower layer and no longer holds in the end: they
 * were removed from it in a higher layer, and their files remain in the image.
 */

import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import type { VisibleResult } from '../../core/model/layer/rootfs-content.ts';

const ARCHITECTURE = 'arch';

/** A package that is gone, and the highest layer that had it. */
export interface RemovedPackage {
  readonly cataloged: CatalogedPackage;
  readonly layer: number;
}

/**
 * Returns each removed package by name and architecture once, in its last version; without its
 * manifest, since its files are gone too.
 */
export function removedPackages({ result, earlier }: VisibleResult): readonly RemovedPackage[] {
  const known = new Set(result.packages.map(keyOf));
  return earlier.flatMap(({ layer, result: before }) =>
    before.packages
      .filter((cataloged) => {
        const isGone = !known.has(keyOf(cataloged));
        known.add(keyOf(cataloged));
        return isGone;
      })
      .map(({ name, version, source, qualifiers, licenses, ecosystem, line }) => ({
        cataloged: {
          name,
          version,
          ...(source !== undefined && { source }),
          ...(qualifiers !== undefined && { qualifiers }),
          ...(licenses !== undefined && { licenses }),
          ...(ecosystem !== undefined && { ecosystem }),
          ...(line !== undefined && { line }),
        },
        layer,
      })),
  );
}

function keyOf({ name, qualifiers }: CatalogedPackage): string {
  return JSON.stringify([name, qualifiers?.get(ARCHITECTURE) ?? '']);
}
