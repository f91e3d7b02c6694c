/**
 * The requests of a Python project's own `pyproject.toml`, for lockfiles that do not contain them
 * or are empty.
 *
 * Source: PEP 621 (`project`), PEP 735 (`dependency-groups`); Poetry documentation, "The
 * pyproject.toml file"; PDM documentation, "Manage dependencies".
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import type { DependencyScope } from '../lock-graph.ts';
import { readRequirement } from './requirement.ts';

/** A requirement of a Python project. */
export interface ProjectRequirement {
  readonly name: string;
  /** Empty where a range or an address is named. */
  readonly version: string;
  /** See {@link PythonRequirement.range}. */
  readonly range?: string;
  /** See {@link PythonRequirement.url}. */
  readonly url?: string;
  /** See {@link PythonRequirement.isConditional}. */
  readonly isConditional?: boolean;
  readonly scope: DependencyScope;
}

/** A Python project as its manifest describes it. */
export interface PythonProject {
  /** In the normal form; absent where the project has none. */
  readonly name?: string;
  readonly requirements: readonly ProjectRequirement[];
  /** Names of the groups that are for development. */
  readonly developmentGroups: ReadonlySet<string>;
  /** Names of requirements that are directories of the project or members of its workspace. */
  readonly ownDirectories: ReadonlySet<string>;
  /**
   * The dependencies are computed by a build backend, and stand in no file that is read besides.
   */
  readonly isDynamic: boolean;
}

const MANIFEST = 'pyproject.toml';
const REQUIREMENTS_FILE = 'requirements.txt';
/** Matches the names that the reader of requirements accepts. */
const READ_BY_NAME =
  /(?:^|\/)requirements[^/]*$|[-_.]requirements\.(?:txt|in)$|(?:^|\/)requirements\/[^/]+$/u;

/** Returns the project beside a lockfile; `undefined` where there is none that can be read. */
export async function readProjectBeside(
  path: string,
  siblings: Siblings,
): Promise<PythonProject | undefined> {
  const file = siblings.get(siblingPath(path, MANIFEST));
  if (file === undefined) return undefined;
  try {
    return readProject(readToml(file.path, await file.bytes()).root);
  } catch (error) {
    // The reader of `pyproject.toml` reports it.
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

/**
 * Reports a gap if a lockfile that pins nothing lies beside a project that requests packages, other
 * than its `own`.
 */
export async function reportEmptyPythonLock(
  path: string,
  siblings: Siblings,
  result: CatalogBuilder,
  own: ReadonlySet<string> = new Set(),
): Promise<void> {
  await reportEmptyLock(result, siblings.get(siblingPath(path, MANIFEST)), (bytes, at) =>
    readProject(readToml(at, bytes).root)
      .requirements.filter(({ name, scope }) => scope !== 'optional' && !own.has(name))
      .map(({ name }) => name),
  );
}

/** Returns the requirements of a parsed `pyproject.toml`. */
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
  const flit = tableAt(tableAt(tableAt(root, 'tool'), 'flit'), 'metadata');
  appendAll(requirements, listed(flit['requires'], 'runtime'));
  appendAll(requirements, keyed(tableAt(poetry, 'dependencies'), 'runtime'));
  appendAll(requirements, keyed(tableAt(poetry, 'dev-dependencies'), 'development'));
  const poetryGroups = tableAt(poetry, 'group');
  for (const group of Object.values(poetryGroups)) {
    const dependencies = isJsonObject(group) ? tableAt(group, 'dependencies') : {};
    appendAll(requirements, keyed(dependencies, 'development'));
  }
  const name = readStrings(project, ['name']).name ?? readStrings(poetry, ['name']).name;
  return {
    ...(name !== undefined && { name: normalizePythonName(name) }),
    requirements,
    developmentGroups: new Set([groups, pdm, poetryGroups].flatMap((table) => Object.keys(table))),
    ownDirectories: new Set([...directoriesIn(poetry), ...directoriesIn(uv)]),
    isDynamic: isDynamic(root),
  };
}

/**
 * Yields the dependencies with a `path` (Poetry) and sources that are directories or members of the
 * workspace (uv).
 */
function* directoriesIn(tool: JsonObject): Generator<string> {
  for (const table of ['dependencies', 'sources']) {
    for (const [name, value] of Object.entries(tableAt(tool, table))) {
      const isOwn =
        isJsonObject(value) && (value['path'] !== undefined || value['workspace'] === true);
      if (isOwn) yield normalizePythonName(name);
    }
  }
}

/**
 * Setuptools takes them from files that are read for themselves: `setup.py`, `setup.cfg`,
 * requirements. A file of another name (`tool.setuptools.dynamic`) is not read. Poetry takes them
 * from its own table.
 */
function isDynamic(root: JsonObject): boolean {
  const { dynamic } = tableAt(root, 'project');
  if (!isJsonArray(dynamic) || !dynamic.includes('dependencies')) return false;
  const backend = readStrings(tableAt(root, 'build-system'), ['build-backend'])['build-backend'];
  const tool = tableAt(root, 'tool');
  if (backend?.startsWith('poetry') === true) return !('dependencies' in tableAt(tool, 'poetry'));
  if (backend?.startsWith('setuptools') === false) return true;
  const { file } = tableAt(tableAt(tableAt(tool, 'setuptools'), 'dynamic'), 'dependencies');
  const files = isJsonArray(file) ? file : [file ?? REQUIREMENTS_FILE];
  return !files.every((name) => typeof name === 'string' && READ_BY_NAME.test(name));
}

function* listed(
  list: JsonValue | undefined,
  scope: DependencyScope,
): Generator<ProjectRequirement> {
  if (!isJsonArray(list)) return;
  for (const row of list) {
    const requirement = typeof row === 'string' ? readRequirement(row) : undefined;
    if (requirement !== undefined) yield { ...requirement, scope };
  }
}

/** Yields the requests of Poetry's tables; `python` is the interpreter. */
function* keyed(table: JsonObject, scope: DependencyScope): Generator<ProjectRequirement> {
  for (const [name, value] of Object.entries(table)) {
    if (name === 'python') continue;
    const isOptional = isJsonObject(value) && value['optional'] === true && scope === 'runtime';
    const range = poetryRange(value);
    const { git, url, rev } = readStrings(value, ['git', 'url', 'rev']);
    const address = git === undefined ? url : `git+${git}${rev === undefined ? '' : `@${rev}`}`;
    const version = EXACT.exec(range ?? '')?.groups?.['version'] ?? '';
    yield {
      name: normalizePythonName(name),
      version,
      ...(version === '' && range !== undefined && { range }),
      ...(address !== undefined && { url: address }),
      ...(isConditional(value) && { isConditional: true }),
      scope: isOptional ? 'optional' : scope,
    };
  }
}

/** Some interpreters or systems do without it; a list has one entry for each of them. */
function isConditional(value: JsonValue | undefined): boolean {
  return (
    isJsonArray(value) ||
    (isJsonObject(value) && ['markers', 'python', 'platform'].some((key) => key in value))
  );
}

const CARET = /^\^\s*(?<version>\d[\w.]{0,100})$/;
const TILDE = /^~\s*(?<version>\d[\w.]{0,100})$/;
const EXACT = /^===?\s*(?<version>\d[\w.+!-]{0,100})$/;
const BARE = /^\d[\w.]{0,100}$/;

/** Returns Poetry's own operators in the form of PEP 440, as far as their lower end goes. */
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
