/**
 * Python packages pinned in `pdm.lock`, lock versions 4.0 to 4.5.
 *
 * Source: PDM documentation, "Lock file", and the files that PDM writes. `groups` are the scopes of
 * a package: `default` is the project, others are extras or groups for development, which
 * `pyproject.toml` distinguishes; without it only `dev` is known to be one. A package with extras
 * is listed beside the one without and is the same. The project itself is not listed by PDM. A
 * package of groups for development alone that one of `default` needs under no condition is for run
 * time, and a note. Refused: files that are no TOML. An empty file pins nothing; beside a project
 * that requests packages it is a gap.
 */

import { isJsonArray, readStrings, type JsonObject } from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { correctScope, type DependencyScope } from '../lock-graph.ts';
import { distributionFileNames, reportDistributionFiles } from './distribution-file-names.ts';
import {
  edgeNames,
  edgesTo,
  pythonGitQualifiers,
  lockedTables,
  developmentNamesNeededAtRuntime,
  PinnedPackages,
} from './locked-table.ts';
import { readProjectBeside, reportEmptyPythonLock, type PythonProject } from './python-project.ts';
import { readRequirement } from './requirement.ts';

const DEFAULT = 'default';
const DEVELOPMENT = 'dev';

export const pdmLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const tables = lockedTables(
      readToml(file.path, await readPrefix(file, result, ROW_STARTS.tables)),
      'package',
      result,
    );
    const project = await readProjectBeside(file.path, siblings);
    const direct = project && new Set(project.requirements.map(({ name }) => name));
    const edges = edgeNames(tables);
    const packages = new PinnedPackages();
    const needed = developmentNamesNeededAtRuntime(tables, project, {
      scopeOf: (row) => scopeOf(row, project),
      needsOf: unconditionalOf,
    });
    for (const table of tables) {
      const { name, version, line, row } = table;
      const scope = correctScope(result, needed, table, scopeOf(row, project));
      const dependsOn = edgesTo(
        dependenciesOf(row).filter((one) => one !== name),
        edges,
      );
      const { git, revision, url, path } = readStrings(row, ['git', 'revision', 'url', 'path']);
      const isFromIndex = [git, url, path].every((place) => place === undefined);
      const files = distributionFileNames(row, ['files']);
      reportDistributionFiles({ name, version, line }, files, { isFromIndex, result });
      packages.add({
        name,
        version,
        ...(line !== undefined && { line }),
        ...(direct && { relationship: direct.has(name) ? 'direct' : 'indirect' }),
        ...(scope !== undefined && { scope }),
        ...(dependsOn.length > 0 && { dependsOn }),
        ...pythonGitQualifiers(git, revision),
      });
    }
    packages.addTo(result);
    result.locks({
      directories: tables.flatMap(({ row }) => readStrings(row, ['path']).path ?? []),
    });
    if (tables.length === 0) await reportEmptyPythonLock(file.path, siblings, result);
    return result.done();
  },
};

function scopeOf(row: JsonObject, project: PythonProject | undefined): DependencyScope | undefined {
  const groups = isJsonArray(row['groups']) ? row['groups'] : [];
  if (groups.length === 0) return undefined;
  if (groups.includes(DEFAULT)) return 'runtime';
  const isDevelopment = groups.every(
    (group) =>
      typeof group === 'string' &&
      (project === undefined ? group === DEVELOPMENT : project.developmentGroups.has(group)),
  );
  return isDevelopment ? 'development' : 'optional';
}

function unconditionalOf(row: JsonObject): readonly string[] {
  const { dependencies } = row;
  if (!isJsonArray(dependencies)) return [];
  return dependencies.flatMap((one) => {
    const requirement =
      typeof one === 'string' && !one.includes(';') ? readRequirement(one) : undefined;
    return requirement === undefined ? [] : [requirement.name];
  });
}

function dependenciesOf(row: JsonObject): readonly string[] {
  const dependencies = row['dependencies'];
  if (!isJsonArray(dependencies)) return [];
  return dependencies.flatMap((one) => {
    const requirement = typeof one === 'string' ? readRequirement(one) : undefined;
    return requirement === undefined ? [] : [requirement.name];
  });
}
