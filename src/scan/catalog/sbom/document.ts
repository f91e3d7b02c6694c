/**
 * A bill of materials that is the artifact itself: `assay sbom FILE`, of every format in
 * `formats/text/sbom-format.ts`.
 *
 * All of it is a claim, and all of it counts: its statements about systems, source packages and
 * ownership are accepted like facts of the artifact. Refused: a file that is no document of a known
 * format.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addPackages } from './document-packages.ts';
import { readSbomDocument } from './read-document.ts';

export const sbomDocument: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const read = await readSbomDocument(file, result, context);
    return result.done(addPackages(read, result));
  },
};
