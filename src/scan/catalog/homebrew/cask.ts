/**
 * Casks that Homebrew installed: `Caskroom/NAME/VERSION`.
 *
 * Source: Homebrew's documentation, "Cask Cookbook" and "Terminology": the folder of a version
 * holds what was installed, or leads to where that was moved, and
 * `Caskroom/NAME/.metadata/VERSION/TIME/Casks` what it was installed by. The folders say name and
 * version (of a cask without versions: `latest`); what the files hold is not read.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PLACE =
  /\/Caskroom\/(?<name>[a-z0-9][\w.+@-]*)\/(?:\.metadata\/)?(?<version>[^/.][^/]*)\/[^/]/;
const VERSION = /^(?:latest$|.*\d)/;

export const cask: Cataloger = {
  read(file) {
    const result = new CatalogBuilder(file.path);
    const { name, version } = PLACE.exec(file.path)?.groups ?? {};
    if (name !== undefined && version !== undefined && VERSION.test(version)) {
      result.add({ name, version });
    }
    return Promise.resolve(result.done());
  },
};
