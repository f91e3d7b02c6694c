/**
 * The `packages` of lockfile versions 2 and 3: every folder of the installed tree, by its path.
 *
 * Source: npm documentation, "package-lock.json", "packages". Written rules:
 * - the root (`""`) is the project and no dependency of itself;
 * - an alias is the package it stands for (`name` of its row);
 * - a link is not a package; the folder that it leads to is, under its own name, else the link's.
 *   So workspace members and folders named by a `file:` dependency of a listed folder are listed,
 *   as direct dependencies. A folder that nothing leads to, or whose row has no version, is a note:
 *   it is no package of the registry.
 * - a link whose target the file does not describe is unreadable, because npm describes every
 *   folder that a link leads to, inside the project and outside, and any of them may hold a
 *   package. Only a link to the project itself (an empty path or `.`) is a note, because the
 *   project is no package here.
 * - a package from git is listed with the version that its row has, if any, and with its repository
 *   (`vcs_url`).
 * - a row that is marked `dev` and that the project or a package without the mark needs is for run
 *   time, and a note. npm itself marks so what a project has among both its dependencies and its
 *   development dependencies;
 * - a row in `node_modules` without a version is listed without one if it has an address, or if it
 *   may be absent (`optional`, `peer`: npm leaves such rows for other platforms); else it is
 *   unreadable.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import {
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { mismarkedPackages, noteMismarked } from '../lock-graph.ts';
import { readDependencies } from './package-fields.ts';
import {
  edgeTo,
  isDevelopmentRow,
  objectAt,
  vcsUrlOf,
  type LockedPackages,
} from './locked-packages.ts';

const NODE_MODULES = 'node_modules/';
const LOCAL_SPEC = /^(?:file:|link:)(?<path>.*)$/;

/** A folder behind `node_modules` is not left again. */
const LEADS_ASTRAY = /(?:^|\/)node_modules\/(?:.*\/)?\.{0,2}(?:\/|$)/;

/** Paths by which a row names the directory of the project. */
const PROJECT: ReadonlySet<unknown> = new Set(['', '.']);

const ROOT_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const NEEDED_FIELDS = ['dependencies', 'optionalDependencies'];
const EDGE_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * Longer than any path that npm writes; it bounds the search for a dependency through the folders
 * above.
 */
const MAX_PATH_LENGTH = 1024;

/** A folder of the tree that is a package. */
interface Folder {
  readonly path: string;
  readonly row: JsonObject;
  readonly name: string;
  readonly version: string;
  readonly isLocal: boolean;
  /** Name of the package in its dependents. */
  readonly edge: string;
}

/** The rows sorted by what they are. */
interface Tree {
  readonly folders: ReadonlyMap<string, Folder>;
  /** Path of a link to the path that it leads to. */
  readonly links: ReadonlyMap<string, string>;
  /**
   * Every `…/node_modules/` that holds a row, with the names of its folders and links, and what
   * these lead to.
   */
  readonly homes: ReadonlyMap<string, Home>;
  /** Results of {@link homesFrom} by directory. */
  readonly homesOf: Map<string, readonly Home[]>;
}

type Home = ReadonlyMap<string, Folder>;

/** Adds every package of the tree; rows that cannot be read go to `result`. */
export function addLockPaths(
  document: JsonDocument,
  packages: LockedPackages,
  result: CatalogBuilder,
): void {
  const rows = objectAt(document.root, 'packages') ?? {};
  const root = objectAt(rows, '');
  const tree = sortRows(document, rows, result);
  const direct = directPaths(root, tree);
  const needed = neededFolders(root, tree);
  for (const folder of tree.folders.values()) {
    const { path, row, name, version } = folder;
    const isNeeded = needed.has(folder);
    if (isNeeded) noteMismarked(result, folder, document.lineOf(row));
    packages.add({
      name,
      version,
      row,
      line: document.lineOf(row),
      relationship: root === undefined ? undefined : direct.has(path) ? 'direct' : 'indirect',
      dependsOn: edges(folder, tree),
      vcsUrl: typeof row['resolved'] === 'string' ? vcsUrlOf(row['resolved']) : undefined,
      ...(isNeeded && { scope: 'runtime' }),
    });
  }
}

const NO_FOLDERS: ReadonlySet<Folder> = new Set();

/**
 * Returns the folders whose mark `dev` contradicts the tree. Peers are left out, because npm does
 * not install them with `--legacy-peer-deps`, and so is what an extraneous folder needs.
 */
function neededFolders(root: JsonObject | undefined, tree: Tree): ReadonlySet<Folder> {
  const all = [...tree.folders.values()];
  if (!all.some(({ row }) => isDevelopmentRow(row))) return NO_FOLDERS;
  return mismarkedPackages({
    keys: all.filter(({ row }) => row['extraneous'] !== true),
    roots: targetsOf(readDependencies(root, NEEDED_FIELDS), homesFrom('', tree)),
    isDevelopment: ({ row }) => isDevelopmentRow(row),
    needsOf: ({ path, row }) =>
      targetsOf(readDependencies(row, NEEDED_FIELDS), homesAbove(path, tree)),
  });
}

function sortRows(document: JsonDocument, rows: JsonObject, result: CatalogBuilder): Tree {
  const folders = new Map<string, Folder>();
  const links = new Map<string, string>();
  const local = new Map<string, JsonObject>();
  for (const [path, row] of Object.entries(rows)) {
    if (path === '') continue;
    if (!isJsonObject(row) || path.length > MAX_PATH_LENGTH) {
      const reason = isJsonObject(row) ? 'a path of absurd length' : 'not an object';
      result.unreadableRow(path, { reason });
      continue;
    }
    const name = installedName(path);
    if (name === undefined && LEADS_ASTRAY.test(path)) {
      result.unreadableRow(path, { reason: 'no path of a package', line: document.lineOf(row) });
      continue;
    }
    if (name === undefined) {
      local.set(path, row);
      continue;
    }
    if (row['link'] === true) links.set(path, readStrings(row, ['resolved']).resolved ?? '');
    else {
      const folder = installedFolder(path, row, name);
      if (folder === undefined) result.unreadableRow(path, { line: document.lineOf(row) });
      else folders.set(path, folder);
    }
  }
  reportLost(document, { rows, local, links, folders }, result);
  addLocalFolders(document, { rows, local, links, folders }, result);
  return { folders, links, homes: homesIn(folders, links), homesOf: new Map() };
}

function homesIn(
  folders: ReadonlyMap<string, Folder>,
  links: ReadonlyMap<string, string>,
): ReadonlyMap<string, Home> {
  const homes = new Map<string, Map<string, Folder>>();
  const put = (path: string, folder: Folder | undefined): void => {
    const name = installedName(path);
    if (name === undefined || folder === undefined) return;
    const home = path.slice(0, path.length - name.length);
    const known = homes.get(home);
    if (known === undefined) homes.set(home, new Map([[name, folder]]));
    else known.set(name, folder);
  };
  for (const [path, folder] of folders) put(path, folder);
  for (const [path, target] of links) put(path, folders.get(target));
  return homes;
}

/**
 * Returns the name behind the last `node_modules/`, with its scope if it has one; `undefined` for
 * other directories.
 */
function installedName(path: string): string | undefined {
  const last = path.lastIndexOf('/');
  if (last <= 0 || last === path.length - 1) return undefined;
  if (isHome(path, last)) return path.slice(last + 1);
  const scope = path.lastIndexOf('/', last - 1);
  const isScoped = scope > 0 && path.charAt(scope + 1) === '@' && last - scope > 2;
  return isScoped && isHome(path, scope) ? path.slice(scope + 1) : undefined;
}

/** Returns whether the slash at `end` ends a folder `node_modules`. */
function isHome(path: string, end: number): boolean {
  const start = end + 1 - NODE_MODULES.length;
  return path.startsWith(NODE_MODULES, start) && (start === 0 || path.charAt(start - 1) === '/');
}

function installedFolder(path: string, row: JsonObject, name: string): Folder | undefined {
  // Read one by one, which is several times as quick as together, and a lockfile has thousands.
  const { name: ownName, version } = row;
  if (typeof version !== 'string' && !isExcused(row)) return undefined;
  return folderOf({
    path,
    row,
    name: typeof ownName === 'string' ? ownName : name,
    version: typeof version === 'string' ? version : '',
    isLocal: false,
  });
}

function folderOf({ path, row, name, version, isLocal }: Omit<Folder, 'edge'>): Folder {
  return { path, row, name, version, isLocal, edge: edgeTo(name, version) };
}

/** Returns whether a row needs no version. */
function isExcused(row: JsonObject): boolean {
  if (row['version'] !== undefined) return false;
  return (
    typeof row['resolved'] === 'string' ||
    ['optional', 'devOptional', 'peer'].some((flag) => row[flag])
  );
}

/** Reports links to directories that the file does not describe. */
function reportLost(
  document: JsonDocument,
  tree: {
    readonly rows: JsonObject;
    readonly local: ReadonlyMap<string, JsonObject>;
    readonly links: ReadonlyMap<string, string>;
    readonly folders: ReadonlyMap<string, Folder>;
  },
  result: CatalogBuilder,
): void {
  for (const [path, target] of tree.links) {
    if (tree.local.has(target) || tree.folders.has(target)) continue;
    const row = objectAt(tree.rows, path) ?? {};
    const line = document.lineOf(row);
    if (PROJECT.has(row['resolved']))
      result.note(`"${path}" is a link to the project itself`, line);
    else {
      result.unreadableRow(path, { reason: 'a link to a folder that is not in the file', line });
    }
  }
}

/** Lists the folders outside `node_modules` that a link or a `file:` dependency leads to. */
function addLocalFolders(
  document: JsonDocument,
  tree: {
    readonly rows: JsonObject;
    readonly local: ReadonlyMap<string, JsonObject>;
    readonly links: ReadonlyMap<string, string>;
    readonly folders: Map<string, Folder>;
  },
  result: CatalogBuilder,
): void {
  const { rows, local, links, folders } = tree;
  const names = new Map<string, string>();
  for (const [path, row] of [['', objectAt(rows, '')] as const, ...local]) {
    for (const [name, target] of localSpecs(path, row)) names.set(target, name);
  }
  for (const [path, target] of links) {
    const name = installedName(path);
    if (name !== undefined) names.set(target, name);
  }
  for (const [path, row] of local) {
    const own = readStrings(row, ['name', 'version']);
    const name = names.get(path);
    const line = document.lineOf(row);
    // npm takes backslashes for slashes on Windows alone.
    const isOfPackage = path.replaceAll('\\', '/').includes(NODE_MODULES);
    if (name === undefined && isOfPackage && own.version !== undefined) {
      result.unreadableRow(path, { reason: 'no path of a package, and nothing leads to it', line });
    } else if (name === undefined) result.note(`nothing leads to the folder "${path}"`, line);
    else if (own.version === undefined) result.note(`folder "${path}" without a version`, line);
    else {
      const { version } = own;
      folders.set(path, folderOf({ path, row, name: own.name ?? name, version, isLocal: true }));
    }
  }
}

/**
 * Yields the dependencies of a folder that are folders themselves, each as its name and its path in
 * the tree.
 */
function* localSpecs(path: string, row: JsonObject | undefined): Generator<[string, string]> {
  for (const field of ROOT_FIELDS) {
    for (const [name, spec] of Object.entries((row && objectAt(row, field)) ?? {})) {
      const isLocal = typeof spec === 'string' && (spec.startsWith('f') || spec.startsWith('l'));
      const target = isLocal ? LOCAL_SPEC.exec(spec)?.groups?.['path'] : undefined;
      if (target !== undefined) yield [name, joinPath(path, target)];
    }
  }
}

/**
 * Returns a relative path below a folder, with `.` and `..` resolved; `..` beyond the project
 * stays.
 */
function joinPath(folder: string, relative: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${relative}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

function directPaths(root: JsonObject | undefined, tree: Tree): ReadonlySet<string> {
  const direct = new Set<string>();
  for (const { path, isLocal } of tree.folders.values()) if (isLocal) direct.add(path);
  for (const name of readDependencies(root, ROOT_FIELDS)) {
    const path = NODE_MODULES + name;
    direct.add(tree.links.get(path) ?? path);
  }
  return direct;
}

/**
 * Returns the dependencies of a directory's row, resolved as Node does: in its own `node_modules`,
 * then in those above.
 */
function edges(folder: Folder, tree: Tree): readonly string[] {
  const names = readDependencies(folder.row, EDGE_FIELDS);
  if (names.length === 0) return [];
  return targetsOf(names, homesAbove(folder.path, tree)).map(({ edge }) => edge);
}

/** Returns the first directory of each name. */
function targetsOf(names: readonly string[], homes: readonly Home[]): readonly Folder[] {
  const found: Folder[] = [];
  for (const name of names) {
    for (const home of homes) {
      const target = home.get(name);
      if (target === undefined) continue;
      found.push(target);
      break;
    }
  }
  return found;
}

function homesAbove(path: string, tree: Tree): readonly Home[] {
  const own = tree.homes.get(`${path}/${NODE_MODULES}`);
  const above = homesFrom(directoryOf(path), tree);
  return own === undefined ? above : [own, ...above];
}

/** Returns the homes of a directory and those above it; most packages lie in a few. */
function homesFrom(start: string, { homes, homesOf }: Tree): readonly Home[] {
  const known = homesOf.get(start);
  if (known !== undefined) return known;
  const found: Home[] = [];
  for (let folder = start; ; folder = directoryOf(folder)) {
    const home = homes.get(folder === '' ? NODE_MODULES : `${folder}/${NODE_MODULES}`);
    if (home !== undefined) found.push(home);
    if (folder === '') break;
  }
  homesOf.set(start, found);
  return found;
}
