/**
 * What a Python project's own `pyproject.toml` asks for, for lockfiles that do not say it, or are empty.
 *
 * Source: PEP 621 (`project`), PEP 735 (`dependency-groups`); Poetry documentation, "The pyproject.toml file"; PDM
 * documentation, "Manage dependencies".
 */

import { appendAll } from '../../base/long-lists.ts';
import { ParseError } from '../../base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import { readToml } from '../../format/toml.ts';
import type { Siblings } from '../../model/catalog.ts';
import { normalPythonName } from '../../model/python-name.ts';
import type { CatalogBuilder } from '../builder.ts';
import { besidePath, reportEmptyLock } from '../empty-lockfile.ts';
import type { Scope } from '../lock-graph.ts';
import { readRequirement } from './requirement.ts';

export interface ProjectRequirement {
  readonly name: string;
  /** Empty where a range or an address is named. */
  readonly version: string;
  /** As {@link PythonRequirement.range}. */
  readonly range?: string;
  readonly scope: Scope;
}

export interface PythonProject {
  /** In the normal form; absent where the project has none. */
  readonly name?: string;
  readonly requirements: readonly ProjectRequirement[];
  /** Names of the groups that are for development. */
  readonly developmentGroups: ReadonlySet<string>;
}

const MANIFEST = 'pyproject.toml';

/** The project beside a lockfile; `undefined` where there is none that can be read. */
export async function readProjectBeside(
  path: string,
  siblings: Siblings,
): Promise<PythonProject | undefined> {
  const file = siblings.get(besidePath(path, MANIFEST));
  if (file === undefined) return undefined;
  try {
    return readProject(readToml(file.path, await file.bytes()).root);
  } catch (error) {
    // The reader of `pyproject.toml` reports it.
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/** A gap where a lockfile that pins nothing lies beside a project that asks for packages, other than its `own`. */
export async function reportEmptyBeside(
  path: string,
  siblings: Siblings,
  result: CatalogBuilder,
  own: ReadonlySet<string> = new Set(),
): Promise<void> {
  await reportEmptyLock(result, siblings.get(besidePath(path, MANIFEST)), (bytes, at) =>
    readProject(readToml(at, bytes).root)
      .requirements.filter(({ name, scope }) => scope !== 'optional' && !own.has(name))
      .map(({ name }) => name),
  );
}

/** The requirements of a parsed `pyproject.toml`. */
export function readProject(root: JsonObject): PythonProject {
  const project = tableAt(root, 'project');
  const poetry = tableAt(tableAt(root, 'tool'), 'poetry');
  const pdm = tableAt(tableAt(tableAt(root, 'tool'), 'pdm'), 'dev-dependencies');
  const uv = tableAt(tableAt(root, 'tool'), 'uv');
  const groups = tableAt(root, 'dependency-groups');
  const requirements: ProjectRequirement[] = [...listed(project['dependencies'], 'runtime')];
  for (const list of Object.values(tableAt(project, 'optional-dependencies'))) {
    appendAll(requirements, listed(list, 'optional'));
  }
  for (const list of [...Object.values(groups), ...Object.values(pdm), uv['dev-dependencies']]) {
    appendAll(requirements, listed(list, 'development'));
  }
  appendAll(requirements, keyed(tableAt(poetry, 'dependencies'), 'runtime'));
  appendAll(requirements, keyed(tableAt(poetry, 'dev-dependencies'), 'development'));
  const poetryGroups = tableAt(poetry, 'group');
  for (const group of Object.values(poetryGroups)) {
    const dependencies = isJsonObject(group) ? tableAt(group, 'dependencies') : {};
    appendAll(requirements, keyed(dependencies, 'development'));
  }
  const name = readStrings(project, ['name']).name ?? readStrings(poetry, ['name']).name;
  return {
    ...(name !== undefined && { name: normalPythonName(name) }),
    requirements,
    developmentGroups: new Set([groups, pdm, poetryGroups].flatMap((table) => Object.keys(table))),
  };
}

function* listed(list: JsonValue | undefined, scope: Scope): Generator<ProjectRequirement> {
  if (!isJsonArray(list)) return;
  for (const row of list) {
    const requirement = typeof row === 'string' ? readRequirement(row) : undefined;
    if (requirement !== undefined) yield { ...requirement, scope };
  }
}

/** Poetry's tables; `python` is the interpreter. */
function* keyed(table: JsonObject, scope: Scope): Generator<ProjectRequirement> {
  for (const [name, value] of Object.entries(table)) {
    if (name === 'python') continue;
    const isOptional = isJsonObject(value) && value['optional'] === true && scope === 'runtime';
    const range = poetryRange(value);
    const version = EXACT.exec(range ?? '')?.groups?.['version'] ?? '';
    yield {
      name: normalPythonName(name),
      version,
      ...(version === '' && range !== undefined && { range }),
      scope: isOptional ? 'optional' : scope,
    };
  }
}

const CARET = /^\^\s*(?<version>\d[\w.]{0,100})$/;
const TILDE = /^~\s*(?<version>\d[\w.]{0,100})$/;
const EXACT = /^===?\s*(?<version>\d[\w.+!-]{0,100})$/;
const BARE = /^\d[\w.]{0,100}$/;

/** Poetry's own signs as PEP 440 has them, as far as their lower end goes. */
function poetryRange(value: JsonValue | undefined): string | undefined {
  const written = isJsonObject(value) ? value['version'] : value;
  if (typeof written !== 'string') return undefined;
  const text = written.trim();
  const start = (CARET.exec(text) ?? TILDE.exec(text))?.groups?.['version'];
  if (start !== undefined) return `>=${start}`;
  return BARE.test(text) ? `==${text}` : text;
}

function tableAt(table: JsonObject, key: string): JsonObject {
  const value = table[key];
  return isJsonObject(value) ? value : {};
}
