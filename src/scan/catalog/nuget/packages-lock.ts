/**
 * .NET packages pinned by NuGet: `packages.lock.json`.
 *
 * Source: Microsoft, "PackageReference in project files", section "Locking dependencies", and the
 * NuGet source, `PackagesLockFileFormat`: for each target framework, and each runtime of it,
 * packages of type `Direct`, `Transitive` or `CentralTransitive`. Those of type `Project` are the
 * solution's own and not listed. `contentHash` leaves out the signature, so it is no digest of the
 * package's file. A file without packages beside a project with references is a gap. Refused: what
 * is no JSON object with `dependencies`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { referencedPackages } from './project-items.ts';

const PROJECTS = ['.csproj', '.fsproj', '.vbproj'];

export const packagesLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    reportDuplicateKeys(document, result);
    const frameworks = document.root['dependencies'];
    if (!isJsonObject(frameworks)) throw new ParseError(file.path, 'no "dependencies"');
    const packages = new Map<string, CatalogedPackage>();
    for (const [framework, rows] of Object.entries(frameworks)) {
      if (!isJsonObject(rows)) {
        result.unreadableRow(framework, { reason: 'no packages of a framework' });
        continue;
      }
      for (const [name, row] of Object.entries(rows)) {
        const line = isJsonObject(row) ? document.lineOf(row) : undefined;
        const pkg = isJsonObject(row) ? readPackage(name, row, rows) : undefined;
        if (pkg === undefined) result.unreadableRow(name, { line });
        else if (pkg !== 'project')
          merge(packages, { ...pkg, ...(line !== undefined && { line }) });
      }
    }
    for (const pkg of packages.values()) result.add(pkg);
    if (result.packageCount === 0) {
      const projects = PROJECTS.flatMap((ending) => siblings.beside?.(file.path, ending) ?? []);
      for (const project of projects) await reportEmptyLock(result, project, referencedPackages);
    }
    return result.done();
  },
};

function readPackage(
  name: string,
  row: JsonObject,
  framework: JsonObject,
): CatalogedPackage | 'project' | undefined {
  const { type, resolved } = readStrings(row, ['type', 'resolved']);
  if (type === 'Project') return 'project';
  if (name === '' || resolved === undefined || resolved === '') return undefined;
  const dependencies = row['dependencies'];
  const dependsOn = isJsonObject(dependencies)
    ? Object.keys(dependencies).map((needed) => edgeTo(needed, framework))
    : [];
  return {
    name,
    version: resolved,
    relationship: type === 'Direct' ? 'direct' : 'indirect',
    ...(dependsOn.length > 0 && { dependsOn }),
  };
}

function edgeTo(name: string, framework: JsonObject): string {
  const { resolved } = readStrings(framework[name], ['resolved']);
  return resolved === undefined ? name : `${name}@${resolved}`;
}

/** A package of several frameworks is one; it is direct if it is so for one of them. */
function merge(packages: Map<string, CatalogedPackage>, pkg: CatalogedPackage): void {
  const key = `${pkg.name.toLowerCase()}@${pkg.version}`;
  const earlier = packages.get(key);
  if (earlier === undefined) packages.set(key, pkg);
  else if (pkg.relationship === 'direct') {
    packages.set(key, { ...earlier, relationship: pkg.relationship });
  }
}
