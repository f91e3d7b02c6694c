/**
 * Packages that a Gleam project asks for: `gleam.toml`, where no `manifest.toml` beside it says more.
 *
 * Source: the Gleam documentation, "gleam.toml". Requirements (`>= 1.0.0 and < 2.0.0`) are kept as they stand: no scheme
 * takes one for a version. Dependencies on folders and on git are notes. Refused: what is no TOML.
 */

import { isJsonObject } from '../../format/json.ts';
import { readToml } from '../../format/toml.ts';
import type { Cataloged } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const SECTIONS: ReadonlyMap<string, NonNullable<Cataloged['scope']>> = new Map([
  ['dependencies', 'runtime'],
  ['dev-dependencies', 'development'],
  ['dev_dependencies', 'development'],
]);

export const gleamToml: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const folder = file.path.slice(0, file.path.lastIndexOf('/'));
    if (siblings.get(`${folder}/manifest.toml`) !== undefined) return result.done();
    const { root } = readToml(file.path, await file.bytes());
    for (const [section, scope] of SECTIONS) {
      const rows = root[section];
      if (!isJsonObject(rows)) continue;
      for (const [name, requirement] of Object.entries(rows)) {
        if (typeof requirement === 'string') {
          result.add({ name, version: requirement, relationship: 'direct', scope });
        } else result.note(`"${name.slice(0, 100)}" is no package of Hex`);
      }
    }
    return result.done();
  },
};

/** The names of packages of Hex that a project asks for. @throws ParseError */
export function* requiredPackages(bytes: Uint8Array, path: string): Generator<string> {
  const { root } = readToml(path, bytes);
  for (const section of SECTIONS.keys()) {
    const rows = root[section];
    for (const [name, row] of Object.entries(isJsonObject(rows) ? rows : {})) {
      if (typeof row === 'string') yield name;
    }
  }
}
