/** Shared code for the TOML lockfiles of Python: a list of tables with `name` and `version`. */

import { appendTo } from '../../../core/base/maps.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { TomlDocument } from '../../../formats/text/toml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { mismarkedPackages, type DependencyScope } from '../lock-graph.ts';
import type { PythonProject } from './python-project.ts';

/** One table of the list. */
export interface LockedTable {
  /** In the normal form. */
  readonly name: string;
  /** The version as recorded; empty if the file has none. */
  readonly version: string;
  readonly line: number | undefined;
  readonly row: JsonObject;
}

/** Returns the tables of a list of the root; one without a name is an unreadable row. */
export function lockedTables(
  document: TomlDocument,
  list: string,
  result: CatalogBuilder,
): readonly LockedTable[] {
  const rows = document.root[list];
  if (!isJsonArray(rows)) return [];
  const lines = document.linesOf(list);
  const tables: LockedTable[] = [];
  for (const [index, row] of rows.entries()) {
    const line = lines[index];
    const { name = '', version = '' } = readStrings(row, ['name', 'version']);
    if (!isJsonObject(row) || name === '') result.unreadableRow(row, { reason: 'no name', line });
    else tables.push({ name: normalizePythonName(name), version, line, row });
  }
  return tables;
}

/**
 * Returns the names of the packages that a file pins, with the version if it pins one only: for
 * {@link CatalogedPackage.dependsOn}.
 */
export function edgeNames(tables: Iterable<LockedTable>): ReadonlyMap<string, string> {
  const edges = new Map<string, string>();
  for (const { name, version } of tables) {
    const edge = version === '' ? name : `${name}@${version}`;
    const earlier = edges.get(name);
    edges.set(name, earlier === undefined || earlier === edge ? edge : name);
  }
  return edges;
}

/** Returns the edges to packages of the file, by their names in any form. */
export function edgesTo(
  names: Iterable<string>,
  edges: ReadonlyMap<string, string>,
): readonly string[] {
  const found = new Set<string>();
  for (const name of names) {
    const edge = edges.get(normalizePythonName(name));
    if (edge !== undefined) found.add(edge);
  }
  return [...found];
}

/** The readers of one lockfile's tables. */
interface TableReader {
  /** Returns the scope that the table itself is marked with. */
  readonly scopeOf: (row: JsonObject) => DependencyScope | undefined;
  /** Returns the unconditional needs of a package. */
  readonly needsOf: (row: JsonObject) => readonly string[];
}

/**
 * Returns the names of packages that are marked for development although the project, or a package
 * without that mark, needs them. A name of several tables is marked if all of them are.
 */
export function developmentNamesNeededAtRuntime(
  tables: readonly LockedTable[],
  project: PythonProject | undefined,
  { scopeOf, needsOf }: TableReader,
): ReadonlySet<string> {
  const rows = new Map<string, JsonObject[]>();
  for (const { name, row } of tables) appendTo(rows, name, row);
  const marked = new Set(
    [...rows].flatMap(([name, all]) =>
      all.every((row) => scopeOf(row) === 'development') ? [name] : [],
    ),
  );
  if (marked.size === 0) return marked;
  const asked = (project?.requirements ?? []).filter(
    ({ scope, isConditional }) => scope === 'runtime' && isConditional !== true,
  );
  return mismarkedPackages({
    keys: rows.keys(),
    roots: asked.map(({ name }) => name),
    isDevelopment: (name) => marked.has(name),
    needsOf: (name) => (rows.get(name) ?? []).flatMap(needsOf),
  });
}

const SCOPES: readonly CatalogedPackage['scope'][] = ['development', 'optional', 'runtime'];

/**
 * Packages by name and version: what a file lists twice (for extras, or for two platforms) is one,
 * needed for the most.
 */
export class PinnedPackages {
  readonly #packages = new Map<string, CatalogedPackage>();

  add(pkg: CatalogedPackage): void {
    const key = `${pkg.name}\0${pkg.version}\0${pkg.qualifiers?.get('vcs_url') ?? ''}`;
    const earlier = this.#packages.get(key);
    this.#packages.set(key, earlier === undefined ? pkg : merge(earlier, pkg));
  }

  addTo(result: CatalogBuilder): void {
    for (const pkg of this.#packages.values()) result.add(pkg);
  }
}

function merge(first: CatalogedPackage, second: CatalogedPackage): CatalogedPackage {
  const scope = strongest(first.scope, second.scope);
  const isDirect = first.relationship === 'direct' || second.relationship === 'direct';
  const dependsOn = first.dependsOn ?? second.dependsOn;
  return {
    ...second,
    ...first,
    ...(scope !== undefined && { scope }),
    ...(isDirect && { relationship: 'direct' as const }),
    ...(dependsOn !== undefined && { dependsOn }),
  };
}

/** Returns the stronger scope. If one of the two is unknown, so is the result. */
function strongest(
  a: CatalogedPackage['scope'],
  b: CatalogedPackage['scope'],
): CatalogedPackage['scope'] {
  if (a === undefined || b === undefined) return a === b ? undefined : 'runtime';
  return SCOPES[Math.max(SCOPES.indexOf(a), SCOPES.indexOf(b))];
}

/**
 * Returns the repository of a package from git as a package URL names it (`vcs_url`), without
 * credentials.
 */
export function pythonGitQualifiers(
  url: string | undefined,
  commit: string | undefined,
): { readonly qualifiers?: ReadonlyMap<string, string> } {
  if (url === undefined || url === '') return {};
  const plain = url.replace(CREDENTIALS, '$<scheme>');
  const prefix = plain.startsWith('git+') || plain.startsWith('git:') ? '' : 'git+';
  const suffix = commit === undefined || commit === '' ? '' : `@${commit}`;
  return { qualifiers: new Map([['vcs_url', prefix + plain + suffix]]) };
}

const CREDENTIALS = /^(?<scheme>[a-z+]{1,20}:\/\/)(?!git@)[^/@]{1,500}@/;
