/**
 * A bill of materials that lies inside an image: one file a package in Wolfi and Chainguard
 * (`/var/lib/db/sbom`), the programs of Bitnami's images (`.spdx-NAME.spdx`), and whatever else is
 * put into `/usr/share/sbom`.
 *
 * The maker of the image wrote it, so it claims packages and proves nothing: its statements about
 * the system, evidence levels and ownership are not used. It only adds to other results: if it
 * cannot be read, or names packages without advisories, that is a note.
 */

import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addPackages } from './document-packages.ts';
import { readSbomDocument } from './read-document.ts';

/** Keys of {@link CatalogedPackage} that only a look at the thing itself could fill. */
const NOT_BELIEVED: ReadonlySet<string> = new Set<keyof CatalogedPackage>([
  'evidencedVersion',
  'maintainer',
  'ownedBy',
  'relationship',
]);

export const embeddedSbom: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    addPackages(await readSbomDocument(file, result, context), result);
    const read = result.done();
    return { ...read, packages: read.packages.map(asClaim) };
  },
};

function asClaim(pkg: CatalogedPackage): CatalogedPackage {
  return Object.fromEntries(
    Object.entries(pkg).filter(([key]) => !NOT_BELIEVED.has(key)),
  ) as unknown as CatalogedPackage;
}
