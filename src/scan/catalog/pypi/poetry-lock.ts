/**
 * Python packages pinned in `poetry.lock`, lock versions 1.0 to 2.1.
 *
 * Source: the files that Poetry 1.0 to 2 write. What a package is for: `category` up to version
 * 1.1, `groups` since 2.1; between them only `pyproject.toml` and the dependencies tell it. A group
 * other than `main` is for development, and `optional` is a package of an extra. What is direct
 * stands in `pyproject.toml`. Packages from git have their repository. A package that is marked for
 * development and that one without the mark needs under no condition is for run time, and a note.
 * What a package needs under no condition stands in the file, but for the project itself and,
 * before Poetry 1.3, tools of packaging; where it does not, an entry was taken out. Refused: what
 * is no TOML. An empty file pins nothing; beside a project that asks for packages it is a gap.
 */

import { appendTo } from '../../../core/base/maps.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { correctScope, scopesOf, type DependencyScope } from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { distributionFileNames, reportDistributionFiles } from './distribution-file-names.ts';
import {
  edgeNames,
  edgesTo,
  pythonGitQualifiers,
  lockedTables,
  developmentNamesNeededAtRuntime,
  PinnedPackages,
  type LockedTable,
} from './locked-table.ts';
import { readProjectBeside, reportEmptyPythonLock, type PythonProject } from './python-project.ts';

const MAIN = 'main';
const NEVER_LOCKED = ['pip', 'setuptools', 'wheel', 'distribute'];
const CONDITIONS = ['markers', 'optional', 'python', 'platform'];

export const poetryLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = readToml(file.path, await readPrefix(file, result, ROW_STARTS.tables));
    const tables = lockedTables(document, 'package', result);
    const older = filesByName(document.root);
    const project = await readProjectBeside(file.path, siblings);
    const reached = project && reachedScopes(tables, project);
    const direct = project && new Set(project.requirements.map(({ name }) => name));
    const needed = developmentNamesNeededAtRuntime(tables, project, {
      scopeOf: ownScope,
      needsOf: unconditionalOf,
    });
    const edges = edgeNames(tables);
    const packages = new PinnedPackages();
    for (const table of tables) {
      const { name, version, line, row } = table;
      const scope = correctScope(result, needed, table, ownScope(row)) ?? reached?.get(name);
      const files = [...distributionFileNames(row, ['files']), ...(older.get(name) ?? [])];
      reportDistributionFiles({ name, version, line }, files, {
        isFromIndex: isFromIndex(row),
        result,
      });
      const dependsOn = edgesTo(dependenciesOf(row), edges);
      packages.add({
        name,
        version,
        ...(line !== undefined && { line }),
        ...(direct && { relationship: direct.has(name) ? 'direct' : 'indirect' }),
        ...(scope !== undefined && { scope }),
        ...(dependsOn.length > 0 && { dependsOn }),
        ...sourceQualifiers(row),
      });
    }
    packages.addTo(result);
    result.locks({ directories: tables.flatMap(({ row }) => directoryOf(row) ?? []) });
    const names = unanswered(tables, project?.name);
    // Without the project one name may be its own.
    reportMissingLockEntries(names, result, project?.name !== undefined || names.size > 1);
    if (tables.length === 0) await reportEmptyPythonLock(file.path, siblings, result);
    return result.done();
  },
};

/** Returns the directory that a package is, relative to that of the lockfile. */
function directoryOf(row: JsonObject): string | undefined {
  const { type, url } = readStrings(row['source'], ['type', 'url']);
  return type === 'directory' ? url : undefined;
}

/** Returns the scope that the row states itself. */
function ownScope(row: JsonObject): DependencyScope | undefined {
  const { category } = readStrings(row, ['category']);
  const groups = isJsonArray(row['groups']) ? row['groups'] : undefined;
  if (category !== undefined && category !== MAIN) return 'development';
  if (groups !== undefined && groups.length > 0 && !groups.includes(MAIN)) return 'development';
  if (row['optional'] === true) return 'optional';
  return category === undefined && groups === undefined ? undefined : 'runtime';
}

function unconditionalOf(row: JsonObject): readonly string[] {
  const dependencies = isJsonObject(row['dependencies']) ? row['dependencies'] : {};
  return Object.entries(dependencies).flatMap(([key, wanted]) =>
    isUnconditional(wanted) ? [normalizePythonName(key)] : [],
  );
}

/** Returns unconditional needs of packages that are not pinned. */
function unanswered(
  tables: readonly LockedTable[],
  project: string | undefined,
): ReadonlySet<string> {
  const pinned = new Set([...NEVER_LOCKED, ...tables.map(({ name }) => name)]);
  if (project !== undefined) pinned.add(project);
  const missing = new Set<string>();
  for (const { row } of tables) {
    for (const name of unconditionalOf(row)) if (!pinned.has(name)) missing.add(name);
  }
  return missing;
}

/**
 * Returns whether a request has no condition: a version, or a table without a marker, a range of
 * Python or an extra. Of a list each row is for some systems.
 */
function isUnconditional(wanted: JsonValue | undefined): boolean {
  if (typeof wanted === 'string') return true;
  return isJsonObject(wanted) && CONDITIONS.every((field) => wanted[field] === undefined);
}

function reachedScopes(
  tables: readonly LockedTable[],
  project: PythonProject,
): ReadonlyMap<string, DependencyScope> {
  const targets = new Map<string, string[]>();
  for (const { name, row } of tables) {
    for (const target of dependenciesOf(row)) appendTo(targets, name, target);
  }
  const roots = project.requirements.map(({ name, scope }) => ({ to: name, scope }));
  return scopesOf(roots, (name) => (targets.get(name) ?? []).map((to) => ({ to })));
}

function dependenciesOf(row: JsonObject): readonly string[] {
  const dependencies = row['dependencies'];
  return isJsonObject(dependencies) ? Object.keys(dependencies).map(normalizePythonName) : [];
}

/**
 * Up to version 1.1 the archives of all packages stand behind them, by name; of several versions of
 * one together.
 */
function filesByName(root: JsonObject): ReadonlyMap<string, readonly string[]> {
  const metadata = root['metadata'];
  const files = isJsonObject(metadata) ? metadata['files'] : undefined;
  if (!isJsonObject(files)) return new Map();
  const names = Object.keys(files);
  return new Map(
    names.map((name) => [normalizePythonName(name), [...distributionFileNames(files, [name])]]),
  );
}

/** `legacy` is an index that is not PyPI. */
function isFromIndex(row: JsonObject): boolean {
  const { type } = readStrings(row['source'], ['type']);
  return type === undefined || type === 'legacy';
}

function sourceQualifiers(row: JsonObject): { readonly qualifiers?: ReadonlyMap<string, string> } {
  const keys = ['type', 'url', 'reference', 'resolved_reference'] as const;
  const source = readStrings(row['source'], keys);
  if (source.type !== 'git') return {};
  return pythonGitQualifiers(source.url, source.resolved_reference ?? source.reference);
}
