/**
 * A Dart project and what it requests: `pubspec.yaml`.
 *
 * Source: the Dart documentation, "Package dependencies", "The pubspec file" and "Pub workspaces".
 * Written rules:
 * - `1.2.3` is one version; `^1.2.3`, bounds and `any` are ranges. A repository has no version.
 * - packages of directories and of the SDK are no requests: the SDK fixes the latter.
 * - `dependency_overrides` replaces versions. `workspace` lists the members, which share the
 *   lockfile.
 * A file that is no YAML mapping requests something unknown.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequests } from '../manifest-requests.ts';

const EXACT = /^\s*(?<version>\d+\.\d+\.\d+(?:[-+][^\s]{1,100})?)\s*$/;
const ANY = 'any';
/** More than any workspace has. */
const MAX_MEMBERS = 1000;
const SECTIONS = [
  ['dev_dependencies', 'development'],
  ['dependencies', undefined],
] as const;

export const pubspec: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    await readRequests(file, result, (bytes) => readManifest(file.path, bytes));
    return result.done();
  },
};

function readManifest(path: string, bytes: Uint8Array): DependencyManifest {
  const [document] = readYamlDocuments(path, bytes);
  const root = document === undefined || document.root === '' ? {} : document.root;
  if (!isJsonObject(root)) throw new ParseError(path, 'no mapping');
  const requests = new Map<string, RequestedPackage>();
  for (const [section, scope] of SECTIONS) {
    const rows = root[section];
    if (!isJsonObject(rows)) continue;
    for (const [name, row] of Object.entries(rows)) {
      const request = readRequest(name, row);
      if (request === undefined) continue;
      const line = document?.lineOf(rows, name);
      requests.set(name, {
        ...request,
        ...(line !== undefined && { line }),
        ...(scope !== undefined && { scope }),
      });
    }
  }
  const { name } = readStrings(root, ['name']);
  const members = membersOf(root['workspace']);
  return {
    ...(name !== undefined && { name }),
    requests: [...requests.values()],
    leavesIndirect: true,
    addsPins: true,
    ...(members.length > 0 && { members }),
    ...(isJsonObject(root['dependency_overrides']) && { isOverridden: true }),
  };
}

function readRequest(name: string, row: JsonValue | undefined): RequestedPackage | undefined {
  if (isJsonObject(row) && (row['path'] !== undefined || row['sdk'] !== undefined))
    return undefined;
  const range = rangeOf(row);
  const version = EXACT.exec(range)?.groups?.['version'];
  return { name, range: range === ANY ? '' : range, ...(version !== undefined && { version }) };
}

function rangeOf(row: JsonValue | undefined): string {
  if (typeof row === 'string') return row.trim();
  const table: JsonObject | undefined = isJsonObject(row) ? row : undefined;
  return table?.['git'] === undefined ? (readStrings(table, ['version']).version ?? '') : '';
}

function membersOf(value: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(value)) return [];
  const paths = value.filter((path) => typeof path === 'string').slice(0, MAX_MEMBERS);
  return paths.map((path) => path.replace(/^(?:\.\/)+|\/+$/g, ''));
}
