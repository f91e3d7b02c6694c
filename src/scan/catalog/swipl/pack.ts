/**
 * Packs that SWI-Prolog installed: `pack/NAME/pack.pl`.
 *
 * Source: the SWI-Prolog manual, "Structure of a pack": the file holds facts, of which
 * `name(NAME).` and `version('VERSION').` are required, and the folder has the pack's name. Files
 * of that name elsewhere, and those with neither fact, give nothing, because other programs of
 * Prolog may be called so; one without the other is a gap, and so is what is no Prolog to its end.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readPrologFacts } from './prolog-facts.ts';

/** A few hundred bytes are usual. */
const MAX_BYTES = 4 * 1024 * 1024;
const PLACE = /\/pack\/(?<folder>[^/]+)\/pack\.pl$/;
const VERSION = /^\d/;

export const swiplPack: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const folder = PLACE.exec(file.path)?.groups?.['folder'];
    if (folder === undefined) return result.done();
    if (file.sizeBytes > MAX_BYTES) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `the pack is described in more than ${MAX_BYTES} bytes`,
      );
    }
    const { facts, isWhole } = readPrologFacts(new TextDecoder().decode(await file.bytes()));
    const name = facts.find((fact) => fact.name === 'name');
    const version = facts.find((fact) => fact.name === 'version' && VERSION.test(fact.value));
    if (name === undefined || version === undefined) {
      if (name !== undefined || version !== undefined || !isWhole) {
        result.unreadableRow(folder, { reason: 'a pack without name or version' });
      }
      return result.done();
    }
    const by = 'directory name';
    result.add({
      name: name.value,
      version: version.value,
      line: name.line,
      ...(name.value !== folder && {
        versionClaims: [{ by, name: folder, version: version.value, weight: 'binding' }],
      }),
    });
    return result.done();
  },
};
