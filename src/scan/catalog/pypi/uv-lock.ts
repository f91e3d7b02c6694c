/**
 * Python packages pinned in `uv.lock`, version 1.
 *
 * Source: uv documentation, "Project layout", and the files that uv writes. A package whose source
 * is `editable` or `virtual` is the project or a member of its workspace: it is not listed, and
 * what it asks for is direct, in `dependencies`, in `optional-dependencies` or in
 * `dev-dependencies`. Packages from git have their repository; one without a version (uv leaves out
 * those that are computed) is listed without. Another name or version than that of its archives is
 * a gap, and so is what a package asks for and the file does not hold. Refused: what is no TOML. An
 * empty file pins nothing; beside a project that asks for packages it is a gap.
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
import { scopesOf, type LockRoot, type DependencyScope } from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { distributionFileNames, reportDistributionFiles } from './distribution-file-names.ts';
import {
  edgeNames,
  edgesTo,
  pythonGitQualifiers,
  lockedTables,
  PinnedPackages,
  type LockedTable,
} from './locked-table.ts';
import { reportEmptyPythonLock } from './python-project.ts';

const PROJECT_SOURCES = ['editable', 'virtual'] as const;
/** A lockfile of a script: it has nothing to do with the project beside it. */
const SCRIPT_LOCK = /\.pyw?\.lock$/;
const COMMIT = /#(?<commit>[0-9a-f]{7,64})$/;
const GROUPS: readonly (readonly [string, DependencyScope])[] = [
  ['optional-dependencies', 'optional'],
  ['dev-dependencies', 'development'],
];

export const uvLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const tables = lockedTables(
      readToml(file.path, await readPrefix(file, result, ROW_STARTS.tables)),
      'package',
      result,
    );
    const projects = tables.filter(isProject);
    const pinned = tables.filter((table) => !isProject(table));
    const roots = projects.flatMap(({ row }) => rootsOf(row));
    const direct = projects.length > 0 ? new Set(roots.map(({ to }) => to)) : undefined;
    const targets = targetsOf(pinned);
    const scopes = scopesOf(roots, (name) => (targets.get(name) ?? []).map((to) => ({ to })));
    const edges = edgeNames(pinned);
    const packages = new PinnedPackages();
    for (const { name, version, line, row } of pinned) {
      const scope = scopes.get(name);
      const isFromIndex = readStrings(row['source'], ['registry']).registry !== undefined;
      const files = distributionFileNames(row, ['wheels', 'sdist']);
      reportDistributionFiles({ name, version, line }, files, { isFromIndex, result });
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
    result.locks({ directories: projects.flatMap(({ row }) => directoryOf(row['source']) ?? []) });
    const known = new Set(tables.map(({ name }) => name));
    const asked = tables.flatMap(({ row }) => rootsOf(row).map(({ to }) => to));
    reportMissingLockEntries(
      asked.filter((name) => !known.has(name)),
      result,
    );
    if (pinned.length === 0 && !SCRIPT_LOCK.test(file.path)) {
      const own = new Set(projects.map(({ name }) => name));
      await reportEmptyPythonLock(file.path, siblings, result, own);
    }
    return result.done();
  },
};

function isProject({ row }: LockedTable): boolean {
  const source = row['source'];
  return isJsonObject(source) && PROJECT_SOURCES.some((kind) => source[kind] !== undefined);
}

function directoryOf(source: JsonValue | undefined): string | undefined {
  const fields = readStrings(source, PROJECT_SOURCES);
  return fields.editable ?? fields.virtual;
}

/** Groups the versions by name: uv pins a package in several versions for several platforms. */
function targetsOf(tables: readonly LockedTable[]): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>();
  for (const { name, row } of tables) {
    for (const target of dependenciesOf(row)) appendTo(targets, name, target);
  }
  return targets;
}

/**
 * Extras of a package are installed only where they are asked for, which is for no more than the
 * package.
 */
function dependenciesOf(row: JsonObject): readonly string[] {
  const names = namesIn(row['dependencies']);
  const extras = row['optional-dependencies'];
  if (!isJsonObject(extras)) return names;
  return [...names, ...Object.values(extras).flatMap(namesIn)];
}

function rootsOf(row: JsonObject): readonly LockRoot[] {
  const roots: LockRoot[] = namesIn(row['dependencies']).map((to) => ({ to, scope: 'runtime' }));
  for (const [key, scope] of GROUPS) {
    const groups = row[key];
    if (!isJsonObject(groups)) continue;
    for (const list of Object.values(groups)) {
      for (const to of namesIn(list)) roots.push({ to, scope });
    }
  }
  return roots;
}

function namesIn(list: JsonValue | undefined): readonly string[] {
  if (!isJsonArray(list)) return [];
  return list.flatMap((one) => {
    const { name } = readStrings(one, ['name']);
    return name === undefined ? [] : [normalizePythonName(name)];
  });
}

/** Returns the qualifiers of a source, as in `{ git = "https://…?rev=main#commit" }`. */
function sourceQualifiers(row: JsonObject): { readonly qualifiers?: ReadonlyMap<string, string> } {
  const { git } = readStrings(row['source'], ['git']);
  if (git === undefined) return {};
  const [url] = git.split(/[?#]/, 1);
  return pythonGitQualifiers(url, COMMIT.exec(git)?.groups?.['commit']);
}
