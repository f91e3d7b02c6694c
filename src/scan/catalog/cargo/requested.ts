/**
 * The dependencies that a project's `Cargo.toml` requests.
 *
 * Source: The Cargo Book, "Specifying Dependencies", "Workspaces" and "Overriding Dependencies".
 * Written rules:
 * - `=1.2.3` is one version; every other requirement is a range (`1.2.3` is a caret requirement).
 * - `dev-dependencies` and `build-dependencies` are for development. A dependency with `optional =
 *   true` may be absent.
 * - A dependency with a `path` is a directory of the project. One of a git repository is a request
 *   without a version.
 * - `workspace = true` takes the requirement from the manifest of the workspace.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { JsonValue } from '../../../formats/text/json/json.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';

const EXACT = /^\s*=\s*(?<version>\d+\.\d+\.\d+(?:[-+][^\s,]{1,100})?)\s*$/;
const RUNTIME = 'dependencies';
const DEVELOPMENT = [
  'build-dependencies',
  'build_dependencies',
  'dev-dependencies',
  'dev_dependencies',
];
/** More than any workspace has. */
const MAX_MEMBERS = 1000;

/**
 * Returns what the package at the root of the manifest requests.
 *
 * @param shared `workspace.dependencies` of the workspace above, where this file has none.
 */
export function requestedCrates(root: JsonObject, shared?: JsonValue): DependencyManifest {
  const workspace = isJsonObject(root['workspace']) ? root['workspace'] : undefined;
  const inherited = workspace?.[RUNTIME] ?? shared;
  const requests = new Map<string, RequestedPackage>();
  for (const { key, name, value } of dependenciesOf(root)) {
    const request = readRequest(name, value, inherited);
    if (request === undefined) continue;
    const scope = key === RUNTIME ? request.scope : 'development';
    if (scope === 'development' && requests.has(request.name)) continue;
    requests.set(request.name, { ...request, ...(scope !== undefined && { scope }) });
  }
  const { name } = readStrings(root['package'], ['name']);
  const members = workspace === undefined ? [] : membersOf(workspace);
  const isOverridden = isJsonObject(root['patch']) || isJsonObject(root['replace']);
  return {
    ...(name !== undefined && { name }),
    requests: [...requests.values()],
    leavesIndirect: true,
    ...(members.length > 0 && { members }),
    ...(isOverridden && { isOverridden }),
  };
}

/** Returns whether a dependency of the package takes its requirement from another file. */
export function inheritsRequirements(root: JsonObject): boolean {
  if (isJsonObject(root['workspace'])) return false;
  return [...sectionsOf(root)].some((section) => {
    const rows = section[RUNTIME];
    return isJsonObject(rows) && Object.values(rows).some(isInherited);
  });
}

function* dependenciesOf(root: JsonObject): Generator<{
  readonly key: string;
  readonly name: string;
  readonly value: JsonValue | undefined;
}> {
  for (const section of sectionsOf(root)) {
    for (const key of [...DEVELOPMENT, RUNTIME]) {
      const rows = section[key];
      if (!isJsonObject(rows)) continue;
      for (const [name, value] of Object.entries(rows)) yield { key, name, value };
    }
  }
}

function* sectionsOf(root: JsonObject): Generator<JsonObject> {
  yield root;
  const targets = root['target'];
  if (!isJsonObject(targets)) return;
  for (const target of Object.values(targets)) if (isJsonObject(target)) yield target;
}

function isInherited(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && value['workspace'] === true;
}

function readRequest(
  key: string,
  value: JsonValue | undefined,
  inherited: JsonValue | undefined,
): RequestedPackage | undefined {
  const own = isJsonObject(value) ? value : undefined;
  const source = isInherited(value) ? (isJsonObject(inherited) ? inherited[key] : {}) : value;
  const table = isJsonObject(source) ? source : undefined;
  const fields = readStrings(table, ['package', 'version', 'git', 'path']);
  if (fields.path !== undefined) return undefined;
  const range = typeof source === 'string' ? source : (fields.version ?? '');
  const version = fields.git === undefined ? EXACT.exec(range)?.groups?.['version'] : undefined;
  return {
    name: fields.package ?? key,
    range: fields.git === undefined ? range : '',
    ...(version !== undefined && { version }),
    ...(own?.['optional'] === true && { scope: 'optional' }),
  };
}

function membersOf(workspace: JsonObject): readonly string[] {
  const listed = (key: string): readonly string[] => {
    const list = workspace[key];
    return isJsonArray(list) ? list.filter((glob) => typeof glob === 'string') : [];
  };
  const plain = (path: string): string => path.replace(/^(?:\.\/)+|\/+$/g, '');
  return [
    ...listed('members').map(plain),
    ...listed('exclude').map((path) => `!${plain(path)}`),
  ].slice(0, MAX_MEMBERS);
}
