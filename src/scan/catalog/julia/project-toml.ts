/**
 * A Julia project and what it asks for: `Project.toml`.
 *
 * Source: the Pkg documentation, "Project.toml and Manifest.toml" and "Compatibility": `name`,
 * `uuid` and `version` of the project, `deps` with uuids, and `compat`, where only `=1.2.3` names a
 * version; others are listed with an empty one. Where a `Manifest.toml` beside it says more only
 * the project is listed. A file without uuids is of another tool. Refused: what is no TOML.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { STANDARD_LIBRARY } from './standard-library.ts';

/** More than any workspace has. */
const MAX_MEMBERS = 1000;
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
    if (uuid !== undefined || isJsonObject(root['deps'])) result.requests(requestsOf(root));
    const folder = directoryOf(file.path);
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

/**
 * Returns the requests for packages that are not part of Julia itself. Extensions (`weakdeps`) and
 * targets of tests are installed on request.
 */
function requestsOf(root: JsonObject): DependencyManifest {
  const { name } = readStrings(root, ['name']);
  const requests: RequestedPackage[] = [];
  const deps = isJsonObject(root['deps']) ? root['deps'] : {};
  const sources = isJsonObject(root['sources']) ? root['sources'] : {};
  for (const [dependency, id] of Object.entries(deps)) {
    if (typeof id !== 'string' || STANDARD_LIBRARY.get(dependency) === id) continue;
    if (readStrings(sources[dependency], ['path']).path !== undefined) continue;
    const range = readStrings(root['compat'], [dependency])[dependency] ?? '';
    const version = EXACT.exec(range)?.groups?.['version'];
    requests.push({ name: dependency, range, ...(version !== undefined && { version }) });
  }
  const workspace = isJsonObject(root['workspace']) ? root['workspace']['projects'] : undefined;
  const members = isJsonArray(workspace)
    ? workspace.filter((path) => typeof path === 'string').slice(0, MAX_MEMBERS)
    : [];
  return {
    ...(name !== undefined && { name }),
    requests,
    leavesIndirect: true,
    ...(members.length > 0 && { members }),
  };
}
