/**
 * A project of vcpkg and what it asks for: `vcpkg.json`.
 *
 * Source: Microsoft, "vcpkg.json Reference": `name` and one of four fields with the version, `dependencies` of names or objects,
 * `overrides` with exact versions. Without an override the version is the baseline's, which is not in the file: listed with
 * an empty one. `host` packages are tools of the build. Refused: what is no JSON object.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const VERSION_FIELDS = ['version', 'version-semver', 'version-date', 'version-string'] as const;

export const vcpkgJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const document = readJsonDocument(file.path, await file.bytes());
    const { root } = document;
    const { name } = readStrings(root, ['name']);
    const own = versionOf(root);
    if (name !== undefined && own !== undefined) {
      result.add({ name, version: own, relationship: 'root' });
    }
    const versions = overridesOf(root['overrides']);
    for (const row of asList(root['dependencies'])) {
      const dependency = typeof row === 'string' ? row : readStrings(row, ['name']).name;
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      if (dependency === undefined || dependency === '') {
        result.unreadableRow(row, { line });
        continue;
      }
      const isTool = isJsonObject(row) && row['host'] === true;
      result.add({
        name: dependency,
        version: versions.get(dependency) ?? '',
        relationship: 'direct',
        scope: isTool ? 'development' : 'runtime',
        ...(line !== undefined && { line }),
      });
    }
    return result.done();
  },
};

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
