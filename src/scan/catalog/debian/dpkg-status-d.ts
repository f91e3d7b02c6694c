/**
 * Debian packages of images without a package manager: one stanza a file in
 * `/var/lib/dpkg/status.d/`.
 *
 * Source: the layout that distroless images write; deb822(5). Usually there is no `Status`: a
 * package with a file is installed. A `Status` counts as in `dpkg-status.ts`. `NAME.md5sums` beside
 * it lists the package's files and holds no stanza. Refused: a file in which no stanza names a
 * package.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { readStanzas } from '../../../formats/text/deb822.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addInstalledStanza } from './dpkg-status.ts';
import { addStanza, STANZA_FIELDS } from './stanza.ts';

const COMPANION = '.md5sums';
const NOTHING: ReadonlySet<string> = new Set();

export const dpkgStatusD: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (file.path.endsWith(COMPANION)) return result.done();
    let namedCount = 0;
    for (const stanza of readStanzas(await file.bytes(), STANZA_FIELDS)) {
      if (stanza.get('Package') !== undefined) namedCount += 1;
      if (stanza.get('Status') === undefined) addStanza(stanza, result);
      else addInstalledStanza(stanza, result, NOTHING);
    }
    if (namedCount === 0) throw new ParseError(file.path, 'no package stanza');
    return result.done();
  },
};
