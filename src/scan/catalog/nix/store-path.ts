/**
 * Packages of Nix by the folders of its store, for images that were built without Nix's own
 * database.
 *
 * Source: see `store-name.ts`. Whatever lies in a folder of the store is part of what its name
 * says; files that lie beside the folders are packages of their own no more than derivations are.
 * What the files hold is not read.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isStorePath, storePackage } from './store-name.ts';

const PLACE = /\/nix\/store\/(?<folder>[^/]+)\//;
/** Matches a name with the hash of the store that is no valid store name. */
const ODD = /^[0-9a-df-np-sv-z]{32}-/;

export const storePath: Cataloger = {
  read(file) {
    const result = new CatalogBuilder(file.path);
    const folder = PLACE.exec(file.path)?.groups?.['folder'] ?? '';
    const found = storePackage(folder);
    if (found !== undefined) result.add(found);
    else if (ODD.test(folder) && !isStorePath(folder)) {
      result.unreadableRow(folder, { reason: 'no name of the store' });
    }
    return Promise.resolve(result.done());
  },
};
