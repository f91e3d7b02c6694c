/**
 * A Julia project and what it asks for: `Project.toml`.
 *
 * Source: the Pkg documentation, "Project.toml and Manifest.toml" and "Compatibility": `name`, `uuid` and `version` of the
 * project, `deps` with uuids, and `compat`, where only `=1.2.3` names a version; others are listed with an empty one. Where
 * a `Manifest.toml` beside it says more only the project is listed. A file without uuids is of another tool. Refused: what
 * is no TOML.
 */

import { isJsonObject, readStrings } from '../../format/json.ts';
import { readToml } from '../../format/toml.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const EXACT = /^\s*=\s*(?<version>\d+\.\d+\.\d+[^\s,]{0,100})\s*$/;

export const projectToml: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const { root } = readToml(file.path, await file.bytes());
    const { name, uuid, version } = readStrings(root, ['name', 'uuid', 'version']);
    if (name !== undefined && uuid !== undefined) {
      const qualifiers = new Map([['uuid', uuid]]);
      result.add({ name, version: version ?? '', qualifiers, relationship: 'root' });
    }
    const folder = file.path.slice(0, file.path.lastIndexOf('/'));
    if (siblings.get(`${folder}/Manifest.toml`) !== undefined) return result.done();
    const bounds = root['compat'];
    for (const [dependency, id] of Object.entries(isJsonObject(root['deps']) ? root['deps'] : {})) {
      if (typeof id !== 'string') {
        result.unreadableRow(dependency, { reason: 'no uuid' });
        continue;
      }
      const bound = readStrings(bounds, [dependency])[dependency];
      result.add({
        name: dependency,
        version: EXACT.exec(bound ?? '')?.groups?.['version'] ?? '',
        qualifiers: new Map([['uuid', id]]),
        relationship: 'direct',
      });
    }
    return result.done();
  },
};
