/**
 * A bill of materials anywhere in an image, under a name that tools give to such files. Whether it
 * is one is decided by its content: a file of another kind under such a name is left alone. What it
 * claims counts as in `embedded.ts`.
 *
 * Source: CycloneDX, "Recognized file patterns" (`bom.json`, `bom.xml`, `*.cdx.json`, `*.cdx.xml`);
 * SPDX 2.3, "Media types and file names" (`*.spdx`, `*.spdx.json`); the documentation of syft's
 * SBOM cataloger and of trivy for others (`*.syft.json`, `*.sbom.json`).
 */

import { SBOM_HEAD_BYTES, detectSbomFormat } from '../../../formats/text/sbom-format.ts';
import { isUnresolvedFixture } from '../../../core/model/finding/fixture-path.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { embeddedSbom } from './embedded.ts';

/** The subject of the rule on fixtures: packages that a document declares. */
const DECLARED = { kind: 'image', presence: 'declared' } as const;

export const namedSbom: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const form = detectSbomFormat(await file.readAt(0, Math.min(file.sizeBytes, SBOM_HEAD_BYTES)));
    // `json` is any object: generators write what kind of document it is before its lists.
    if (form === undefined || form === 'json') return result.done();
    if (isUnresolvedFixture(file.path, DECLARED)) {
      result.note('ignored: this bill of materials is a test input of an installed package');
      return result.done();
    }
    return embeddedSbom.read(file, siblings, context);
  },
};
