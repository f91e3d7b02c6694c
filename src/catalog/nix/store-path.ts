/**
 * Packages of Nix by the folders of its store, for images that were built without Nix's own database.
 *
 * Source: see `store-name.ts`. Whatever is installed has files in `bin`, `sbin`, `lib` or `nix-support` of its folder; one of
 * each folder speaks for it. What the files hold is not read.
 */

import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { storePackage } from './store-name.ts';

const PLACE = /^(?<folder>.*\/nix\/store\/[^/]+)\/(?:bin|sbin|lib|nix-support)\/[^/]+$/;

export const storePath: Cataloger = {
  read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const folder = PLACE.exec(file.path)?.groups?.['folder'] ?? '';
    const [first = file] = siblings.beside?.(file.path, '') ?? [];
    const found = first.path === file.path ? storePackage(folder) : undefined;
    if (found !== undefined) result.add(found);
    return Promise.resolve(result.done());
  },
};
