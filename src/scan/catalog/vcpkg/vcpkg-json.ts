/**
 * A project of vcpkg and what it asks for: `vcpkg.json`.
 *
 * Source: Microsoft, "vcpkg.json Reference": `name` and one of four fields with the version,
 * `dependencies` of names or objects, `overrides` with exact versions. Without an override the
 * version is the baseline's, which is not in the file: listed with an empty one, and what is
 * installed (`vcpkg_installed`) says which it is. A manifest beside a `portfile.cmake` is a port of
 * a registry and no project. `host` packages are tools of the build. Refused: what is no JSON
 * object.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** The build of a port, beside its manifest. */
const PORT = 'portfile.cmake';
const VERSION_FIELDS = ['version', 'version-semver', 'version-date', 'version-string'] as const;

export const vcpkgJson: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const document = readJsonDocument(file.path, await file.bytes());
    const { root } = document;
    const { name } = readStrings(root, ['name']);
    const own = versionOf(root);
    if (name !== undefined && own !== undefined) {
      result.add({ name, version: own, relationship: 'root' });
    }
    const versions = overridesOf(root['overrides']);
    const requests: RequestedPackage[] = [];
    for (const row of asList(root['dependencies'])) {
      const dependency = typeof row === 'string' ? row : readStrings(row, ['name']).name;
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      if (dependency === undefined || dependency === '') {
        result.unreadableRow(row, { line });
        continue;
      }
      const isTool = isJsonObject(row) && row['host'] === true;
      const version = versions.get(dependency) ?? '';
      const at = line === undefined ? {} : { line };
      // A port that requires other features of itself names itself.
      if (dependency !== name) {
        const fixed = version === '' ? {} : { version };
        requests.push({ name: dependency, range: version, ...fixed, ...at, ...scopeOf(row) });
      }
      result.add({
        name: dependency,
        version,
        relationship: 'direct',
        scope: isTool ? 'development' : 'runtime',
        ...at,
      });
    }
    // A port of a registry describes a package, and a project requests it from there.
    if (siblings.get(siblingPath(file.path, PORT)) === undefined) {
      result.requests({ ...(name !== undefined && { name }), requests, leavesIndirect: true });
    }
    return result.done();
  },
};

/** Tools of the build are for development; what only some platforms require may be absent. */
function scopeOf(row: JsonValue): Pick<RequestedPackage, 'scope'> {
  if (!isJsonObject(row)) return {};
  if (row['host'] === true) return { scope: 'development' };
  return row['platform'] === undefined ? {} : { scope: 'optional' };
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function overridesOf(value: JsonValue | undefined): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const row of asList(value)) {
    const { name } = readStrings(row, ['name']);
    const version = isJsonObject(row) ? versionOf(row) : undefined;
    if (name !== undefined && version !== undefined) versions.set(name, version);
  }
  return versions;
}

function versionOf(row: JsonObject): string | undefined {
  const fields = readStrings(row, VERSION_FIELDS);
  const version = VERSION_FIELDS.map((field) => fields[field]).find((text) => text !== undefined);
  const port = row['port-version'];
  if (version === undefined || typeof port !== 'number' || port === 0) return version;
  return `${version}#${port}`;
}
