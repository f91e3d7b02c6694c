/**
 * Packages of OCaml in a switch of opam: `.opam-switch/packages/NAME.VERSION/opam`.
 *
 * Source: the opam manual, "Switches" and "Package definitions": the folder names package and
 * version, of which the name has no dot. What the file itself holds is not read.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PLACE =
  /\/\.opam-switch\/packages\/(?:[^/]+\/)?(?<name>[A-Za-z0-9_+-]+)\.(?<version>[^/]+)\/opam$/;

export const switchPackage: Cataloger = {
  read({ path }) {
    const result = new CatalogBuilder(path);
    const { name, version } = PLACE.exec(path)?.groups ?? {};
    if (name !== undefined && version !== undefined) result.add({ name, version });
    return Promise.resolve(result.done());
  },
};
