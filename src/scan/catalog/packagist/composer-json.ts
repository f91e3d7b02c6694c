/**
 * A PHP project and what it requests: `composer.json`.
 *
 * Source: the Composer documentation, "The composer.json schema", "Versions and constraints" and
 * "Platform packages". Written rules: an exact version (`1.2.5`, `=1.2.5`) is the only one that
 * Composer installs; a branch (`dev-main`) is not one version. Platform packages (`php`,
 * `ext-json`) are no requests, and neither is what the project itself provides or replaces.
 * `require-dev` is for development. What is no JSON object requests something unknown.
 */

import {
  isJsonArray,
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequests } from '../manifest-requests.ts';
import { requiredBy } from './composer-package.ts';

const FIELDS: readonly (readonly [string, RequestedPackage['scope']])[] = [
  ['require-dev', 'development'],
  ['require', undefined],
];
/** The version of a constraint, without what stands before and behind it. */
const WRITTEN = /^[=\s]*v?(?<version>\d[^\s@#]*)/;
const BRANCH = /dev-|-dev/;

export const composerJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    await readRequests(file, result, (bytes) => readRequested(file.path, bytes));
    return result.done();
  },
};

function readRequested(path: string, bytes: Uint8Array): DependencyManifest {
  const document = readJsonDocument(path, bytes);
  const { root } = document;
  const requests = new Map<string, RequestedPackage>();
  const own = new Set(['provide', 'replace'].flatMap((field) => requiredBy(root, field)));
  for (const [field, scope] of FIELDS) {
    const line = document.lineOfRootKey(field);
    for (const [name, range] of rangesIn(root, field)) {
      if (own.has(name)) continue;
      requests.set(name, {
        name,
        range,
        ...versionOf(range),
        ...(line !== undefined && { line }),
        ...(scope !== undefined && { scope }),
      });
    }
  }
  const { name } = readStrings(root, ['name']);
  const into = readStrings(root['config'], ['vendor-dir'])['vendor-dir'];
  return {
    ...(name !== undefined && name !== '' && { name: name.toLowerCase() }),
    requests: [...requests.values()],
    leavesIndirect: true,
    addsPins: true,
    ...(into !== undefined && into !== '' && { installsInto: into }),
    ...(hasDirectories(root) && { isOverridden: true }),
  };
}

function* rangesIn(root: JsonObject, field: string): Generator<readonly [string, string]> {
  const rows = root[field];
  if (!isJsonObject(rows)) return;
  for (const [name, range] of Object.entries(rows)) {
    if (name.includes('/') && typeof range === 'string') yield [name.toLowerCase(), range.trim()];
  }
}

function versionOf(range: string): { readonly version?: string } {
  if (BRANCH.test(range) || exactlyAllowed('composer', range) === undefined) return {};
  const version = WRITTEN.exec(range)?.groups?.['version'];
  return version === undefined ? {} : { version };
}

/**
 * Packages of `path` repositories have the version of their branch, whatever the constraint says.
 */
function hasDirectories(root: JsonObject): boolean {
  const { repositories } = root;
  const rows = isJsonArray(repositories)
    ? repositories
    : isJsonObject(repositories)
      ? Object.values(repositories)
      : [];
  return rows.some((row) => readStrings(row, ['type']).type === 'path');
}
