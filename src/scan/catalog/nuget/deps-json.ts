/**
 * The packages that a .NET program was published with: `NAME.deps.json`.
 *
 * Source: the .NET runtime's documentation, "Runtime Configuration Files": `libraries` names
 * everything of the build by `name/version` with a type, and `targets` has, for the target that
 * runs, the files of each. Written rules: a package without files in that target was used in
 * building only, or the shared framework is newer: it is not deployed, a note. Projects are the
 * program's own code and are listed; the one that no other needs is the `root`. A `runtimepack` is
 * a copy of the .NET runtime itself; advisories know it without that prefix. Where the target is
 * absent all libraries count; an entry of the target alone is an unreadable row. Other statements
 * about versions are in `deployed-claims.ts`. Refused: files that are no JSON object with
 * `libraries`.
 */

import { isJsonObject } from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { deployedClaims, deploymentOf } from './deployed-claims.ts';
import { readDepsList, type DepsLibrary } from './deps-list.ts';

const FILES = ['runtime', 'native', 'runtimeTargets', 'resources'];
const RUNTIME_PACK = 'runtimepack';

export const depsJson: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const list = readDepsList(file.path, await file.bytes());
    reportDuplicateKeys(list, result);
    const libraries: DepsLibrary[] = [];
    for (const row of list.rows) {
      const { key, line } = row;
      if (row.kind === 'unreadable') result.unreadableRow(key, { line });
      else if (!list.hasTarget || isDeployed(row)) libraries.push(row);
      else result.note(`"${key}" is not deployed`, line);
    }
    for (const key of list.unlisted) {
      result.unreadableRow(key, { reason: 'in the target, and not in "libraries"' });
    }
    const deployment = deploymentOf(file, list, siblings);
    for (const [library, pkg] of catalog(libraries)) {
      const versionClaims = await deployedClaims(library, deployment);
      result.add({ ...pkg, ...(versionClaims.length > 0 && { versionClaims }) });
    }
    return result.done();
  },
};

function isDeployed({ type, deployed }: DepsLibrary): boolean {
  if (type === 'project') return true;
  return FILES.some((field) => {
    const files = deployed?.[field];
    return isJsonObject(files) && Object.keys(files).length > 0;
  });
}

function* catalog(
  libraries: readonly DepsLibrary[],
): Generator<readonly [DepsLibrary, CatalogedPackage]> {
  const needed = new Set(libraries.flatMap(edgesOf));
  const roots = libraries.filter(
    ({ name, version, type }) => type === 'project' && !needed.has(`${name}@${version}`),
  );
  const root = roots.length === 1 ? roots[0] : undefined;
  const direct = new Set(root === undefined ? [] : edgesOf(root));
  for (const library of libraries) {
    const { name, version, type, line } = library;
    const relationship = direct.has(`${name}@${version}`) ? 'direct' : 'indirect';
    const edges = edgesOf(library);
    const pkg: CatalogedPackage = {
      name: shownName(name, type),
      version,
      ...(line !== undefined && { line }),
      ...(root !== undefined && { relationship: library === root ? 'root' : relationship }),
      ...(edges.length > 0 && { dependsOn: edges.map((edge) => shownName(edge)) }),
    };
    yield [library, pkg];
  }
}

function edgesOf({ deployed }: DepsLibrary): readonly string[] {
  const dependencies = deployed?.['dependencies'];
  if (!isJsonObject(dependencies)) return [];
  return Object.entries(dependencies).map(([name, version]) =>
    typeof version === 'string' ? `${name}@${version}` : name,
  );
}

function shownName(name: string, type: string = RUNTIME_PACK): string {
  const prefix = `${RUNTIME_PACK}.`;
  return type === RUNTIME_PACK && name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
