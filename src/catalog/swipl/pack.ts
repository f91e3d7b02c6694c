/**
 * Packs that SWI-Prolog installed: `pack/NAME/pack.pl`.
 *
 * Source: the SWI-Prolog manual, "Structure of a pack": the file holds facts, of which `name(NAME).` and `version('VERSION').` are
 * required, and the folder has the pack's name. Files of that name elsewhere, and those without the two, give nothing.
 */

import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** A few hundred bytes are usual. */
const MAX_BYTES = 64 * 1024;
const PLACE = /\/pack\/(?<name>[^/]+)\/pack\.pl$/;
const NAME = /^name\(\s{0,20}'?(?<name>[A-Za-z][\w-]{0,100})'?\s{0,20}\)\s{0,20}\./m;
const VERSION = /^version\(\s{0,20}'?(?<version>\d[^'()\s]{0,100})'?\s{0,20}\)\s{0,20}\./m;

export const swiplPack: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const folder = PLACE.exec(file.path)?.groups?.['name'];
    if (folder === undefined || file.sizeBytes > MAX_BYTES) return result.done();
    const text = new TextDecoder().decode(await file.bytes());
    const name = NAME.exec(text)?.groups?.['name'];
    const version = VERSION.exec(text)?.groups?.['version'];
    if (name === folder && version !== undefined) result.add({ name, version });
    return result.done();
  },
};
