/** Installed Node packages inside an archive, each by its own `package.json`. */

import { ParseError } from '../../base/errors.ts';
import { readJson, readStrings } from '../../format/json.ts';
import type { Cataloged } from '../../model/catalog.ts';
import type { CatalogBuilder } from '../builder.ts';
import { installedName } from './installed-name.ts';

/** Packages by name and version: an archive may hold one at several places. */
export class PackagesOfArchive {
  readonly #packages = new Map<string, Cataloged>();
  readonly #result: CatalogBuilder;

  /** What cannot be read goes to `result`. */
  constructor(result: CatalogBuilder) {
    this.#result = result;
  }

  /**
   * Takes the `package.json` at a path of the archive. Without a name or version, the package has the name of its
   * directory and an empty version, and a note says so. `more` is added to the package.
   */
  add(path: string, bytes: Uint8Array, more: Partial<Cataloged> = {}): void {
    try {
      const { name = '', version = '' } = readStrings(readJson(path, bytes), ['name', 'version']);
      const isComplete = name.trim() !== '' && version.trim() !== '';
      if (!isComplete) this.#result.note(`"${path}" without name or version`);
      const shown = isComplete ? name : installedName(path);
      if (shown === undefined) return;
      const pkg = { name: shown, version: version.trim(), ...more };
      this.#packages.set(`${pkg.name}@${pkg.version}`, pkg);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#result.unreadableRow(path, { reason: error.reason });
    }
  }

  addTo(result: CatalogBuilder): void {
    for (const pkg of this.#packages.values()) result.add(pkg);
  }
}
