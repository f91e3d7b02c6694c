/**
 * A `Cargo.toml` as a fix needs it: its requests with their places, the reduced form for the copy,
 * and edits of requirements.
 *
 * Source: The Cargo Book, "The Manifest Format", "Specifying Dependencies", "Workspaces",
 * "Overriding Dependencies".
 *
 * The reduced form has what decides the lockfile, and nothing else: no build script, no target, no
 * profile. Its only target is an empty library, so that no source is needed.
 *
 * Reads: `Cargo.toml`.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../../formats/text/json/json.ts';
import { readToml } from '../../../../formats/text/toml.ts';
import { satisfies, semanticRange } from '../../../../core/version/index.ts';
import { editText } from '../../edit-text.ts';

/** A request of a manifest. */
export interface CargoRequest {
  /** The keys that lead to it, as in `target`, `cfg(unix)`, `dependencies`, `a`. */
  readonly place: readonly string[];
  /** The name of the crate. */
  readonly name: string;
  /** The requirement; absent for a directory, a repository, or what the workspace states. */
  readonly requirement?: string;
  /** A directory, as it is written. */
  readonly path?: string;
}

const SECTIONS = [
  'dependencies',
  'dev-dependencies',
  'dev_dependencies',
  'build-dependencies',
  'build_dependencies',
];
/** Members of a package that decide the lockfile. */
const PACKAGE_MEMBERS = ['name', 'version', 'edition', 'resolver', 'rust-version', 'links'];
const ROOT_MEMBERS = ['features', 'patch', 'replace', ...SECTIONS];

/** Returns all requests. */
export function requestsOf(root: JsonObject): readonly CargoRequest[] {
  const found: CargoRequest[] = [];
  const add = (table: JsonValue | undefined, place: readonly string[]): void => {
    if (!isJsonObject(table)) return;
    for (const [key, value] of Object.entries(table)) {
      const request = requestOf(key, value, [...place, key]);
      if (request !== undefined) found.push(request);
    }
  };
  const addSections = (table: JsonObject, place: readonly string[]): void => {
    for (const section of SECTIONS) add(table[section], [...place, section]);
  };
  addSections(root, []);
  const { target, workspace, patch, replace } = root;
  for (const [name, table] of Object.entries(isJsonObject(target) ? target : {})) {
    if (isJsonObject(table)) addSections(table, ['target', name]);
  }
  if (isJsonObject(workspace)) add(workspace['dependencies'], ['workspace', 'dependencies']);
  for (const [name, table] of Object.entries(isJsonObject(patch) ? patch : {})) {
    add(table, ['patch', name]);
  }
  add(replace, ['replace']);
  return found;
}

function requestOf(
  key: string,
  value: JsonValue | undefined,
  place: readonly string[],
): CargoRequest | undefined {
  if (typeof value === 'string') return { place, name: key, requirement: value };
  if (!isJsonObject(value)) return undefined;
  const {
    package: name = key,
    version,
    git,
    path,
  } = readStrings(value, [...(['package', 'version', 'git', 'path'] as const)]);
  const isOfRegistry = version !== undefined && git === undefined && path === undefined;
  return {
    place,
    name,
    ...(isOfRegistry && { requirement: version }),
    ...(path !== undefined && { path }),
  };
}

/** Returns whether a requirement accepts a version. */
export function acceptsCrate(requirement: string, version: string): boolean {
  const range = semanticRange('cargo', requirement);
  return range !== undefined && satisfies('npm', version, range) === true;
}

/**
 * Returns the requirement for a new version with the operator of the old one; several bounds become
 * a bare version.
 */
export function requirementFor(requirement: string, version: string): string {
  const operator = /^\s*(?<operator>[=^~]|>=)?\s*[\d.]+(?:-[\w.-]+)?(?:\+[\w.-]+)?\s*$/u.exec(
    requirement,
  );
  const mark = operator?.groups?.['operator'] ?? '';
  const plain = version.replace(/\+.*$/u, '');
  return `${mark}${plain}`;
}

/** Returns the manifest with another requirement at a place; `undefined` if it cannot be edited. */
export function editRequirement(
  path: string,
  bytes: Uint8Array,
  {
    place,
    from,
    to,
  }: { readonly place: readonly string[]; readonly from: string; readonly to: string },
): Uint8Array | undefined {
  const read = (some: Uint8Array): JsonObject => readToml(path, some).root;
  return editText(bytes, { from, to, read, expected: withValue(read(bytes), place, to) });
}

/** Returns a copy of the tree with a requirement in the place of the old one. */
function withValue(
  value: JsonValue | undefined,
  [key, ...rest]: readonly string[],
  to: string,
): JsonValue {
  if (key === undefined) return isJsonObject(value) ? { ...value, version: to } : to;
  const table = isJsonObject(value) ? value : {};
  // Tables have no prototype, and a comparison sees that.
  const copy = Object.assign(
    Object.create(Object.getPrototypeOf(table) as object | null),
    table,
  ) as Record<string, JsonValue>;
  if (rest.length === 0 && isJsonObject(copy[key])) {
    const inner = copy[key];
    copy[key] = Object.assign(Object.create(Object.getPrototypeOf(inner) as object | null), inner, {
      version: to,
    }) as JsonObject;
  } else copy[key] = withValue(copy[key], rest, to);
  return copy;
}

/**
 * Returns the reduced form of a manifest. The root of a workspace is one even if it has no
 * `workspace` table.
 */
export function reducedManifest(
  root: JsonObject,
  { isRoot, pathToRoot }: { readonly isRoot: boolean; readonly pathToRoot: string },
): string {
  const reduced: Record<string, JsonValue> = {};
  for (const name of ROOT_MEMBERS) if (root[name] !== undefined) reduced[name] = root[name];
  const { package: pkg, project, target, workspace } = root;
  const own = isJsonObject(pkg) ? pkg : project;
  if (isJsonObject(own)) {
    const isElsewhere = !isRoot && own['workspace'] !== undefined;
    reduced['package'] = {
      ...picked(own, PACKAGE_MEMBERS),
      ...(isElsewhere && { workspace: pathToRoot }),
      build: false,
    };
    reduced['lib'] = { path: 'assay-lib.rs' };
  }
  if (isJsonObject(target)) {
    reduced['target'] = Object.fromEntries(
      Object.entries(target).map(([name, table]) => [
        name,
        isJsonObject(table) ? picked(table, SECTIONS) : {},
      ]),
    );
  }
  if (isJsonObject(workspace)) {
    const members = [
      'members',
      'exclude',
      'default-members',
      'resolver',
      'dependencies',
      'package',
    ];
    const table = picked(workspace, members);
    const shared = table['package'];
    reduced['workspace'] = {
      ...table,
      ...(isJsonObject(shared) && { package: picked(shared, PACKAGE_MEMBERS) }),
    };
  } else if (isRoot) reduced['workspace'] = {};
  return Object.entries(reduced)
    .map(([name, value]) => `${JSON.stringify(name)} = ${tomlValue(value)}\n`)
    .join('');
}

function picked(table: JsonObject, names: readonly string[]): Record<string, JsonValue> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = table[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Returns a value as an inline table, an array or a basic string. Source: TOML 1.0.0, "String",
 * "Inline Table".
 */
function tomlValue(value: unknown): string {
  if (typeof value === 'string') return tomlString(value);
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') {
    return String(value);
  }
  if (Array.isArray(value)) return `[${value.map(tomlValue).join(', ')}]`;
  const rows = Object.entries(isObject(value) ? value : {}).map(
    ([key, item]) => `${tomlString(key)} = ${tomlValue(item)}`,
  );
  return `{ ${rows.join(', ')} }`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** JSON escapes what TOML wants escaped, but for DEL. */
function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', '\\u007F');
}

/** Globs of the members of a workspace, and of those that are left out. */
export function memberGlobs(root: JsonObject): {
  readonly members: readonly string[];
  readonly exclude: readonly string[];
} {
  const workspace = isJsonObject(root['workspace']) ? root['workspace'] : {};
  const list = (name: string): readonly string[] => {
    const value = workspace[name];
    return isJsonArray(value) ? value.filter((one) => typeof one === 'string') : [];
  };
  return { members: list('members'), exclude: list('exclude') };
}
