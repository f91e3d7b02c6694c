/**
 * Files that Debian packages ship under one path and find under another:
 * `/var/lib/dpkg/diversions`.
 *
 * Source: dpkg-divert(1); three lines each: the path, where other packages' files of that path go,
 * and the package that keeps the path, or `:` for a diversion by the administrator. Nothing is
 * refused: what is no such group is a note, because it only says where to look for a file.
 */

import type { Diversion } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const LINES_EACH = 3;
const LOCAL = ':';
/** A system has a few dozen. */
const MAX_DIVERSIONS = 10_000;

export const dpkgDiversions: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const lines = new TextDecoder().decode(await file.bytes()).split('\n');
    if (lines.at(-1) === '') lines.pop();
    const diversions: Diversion[] = [];
    for (let at = 0; at < lines.length; at += LINES_EACH) {
      const [path = '', to = '', by = ''] = lines.slice(at, at + LINES_EACH);
      if (!path.startsWith('/') || !to.startsWith('/') || by === '') {
        result.note('no path, new path and package', at + 1);
        break;
      }
      if (diversions.length === MAX_DIVERSIONS) {
        result.gap('limit', `only the first ${MAX_DIVERSIONS} diversions are regarded`, at + 1);
        break;
      }
      diversions.push({ path, to, ...(by !== LOCAL && { by }) });
    }
    return { ...result.done(), ...(diversions.length > 0 && { diversions }) };
  },
};
