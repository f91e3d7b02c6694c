/**
 * Formulae that Homebrew installed, by their folders, where the receipt is not there:
 * `Cellar/NAME/VERSION/`.
 *
 * Source: see `keg.ts`. Whatever lies in such a folder is part of the keg; what the files hold is
 * not read. A version begins with a digit or is a commit (`HEAD-1a2b3c4`), so that other folders of
 * this name give nothing.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { versionOfKeg } from './keg.ts';

const PLACE = /^(?<keg>.*\/Cellar\/(?<name>[^/]+)\/(?<version>(?:\d|HEAD-)[^/]*))\/./;
const RECEIPT = 'INSTALL_RECEIPT.json';

export const kegFolder: Cataloger = {
  read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const { keg, name, version } = PLACE.exec(file.path)?.groups ?? {};
    if (keg !== undefined && name !== undefined && version !== undefined) {
      if (siblings.get(`${keg}/${RECEIPT}`) === undefined) {
        result.note(`a keg without its receipt: "${name.slice(0, 100)}"`);
        result.add({ name, version: versionOfKeg(version) });
      }
    }
    return Promise.resolve(result.done());
  },
};
