/**
 * Node packages pinned in `pnpm-lock.yaml`, lockfile versions 5.0 to 9.0.
 *
 * Source: the files that pnpm 3 to 11 write, and `pnpm/spec`, "lockfile". What keys mean is written
 * in `pnpm-keys.ts`. Written rules:
 * - workspace members (`importers`) and what is linked (`link:`) are not packages of the file.
 *   `file:` folders are listed, without a version where the file has none; so are packages from git
 *   and addresses.
 * - up to version 6 `dev` and `optional` say what a package is for, unless the importers or a
 *   package without the mark `dev` need it at run time; later it follows from what the importers
 *   ask for.
 * - `packages` stand behind what the importers ask for, and since version 9 `snapshots` behind
 *   those: without them a document was cut off, a gap.
 * - what a project or a package refers to and the file does not have is a gap.
 * - a row that has another name or version than its key, or than the address of its archive, is a
 *   gap.
 * - a document whose importers ask only for the package manager and its configuration is pnpm's
 *   own: a note.
 *
 * Refused: what is no YAML, has aliases, or is no mapping. An empty file pins nothing; beside a
 * `package.json` that asks for packages it is a gap.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments, type YamlDocument } from '../../../formats/text/yaml/yaml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import {
  mismarkedPackages,
  noteMismarked,
  scopesOf,
  type LockEdge,
  type LockRoot,
  type DependencyScope,
} from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { versionContradiction } from './tarball-url.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { edgeTo, LockedPackages, objectAt } from './locked-packages.ts';
import { keyCandidates, readPnpmKey, withoutPeers } from './pnpm-keys.ts';
import { reportEmptyNpmLock } from './npm-project.ts';
import { yarnGitUrl } from './yarn-identity.ts';

const SECTIONS: readonly (readonly [string, DependencyScope])[] = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];
/** Sections for pnpm 10 and later themselves. */
const OWN_SECTIONS = ['packageManagerDependencies', 'configDependencies'];
/** Folders of the project, which are not packages of the file. */
const LOCAL = /^(?:link|file|workspace):|^$/;
const RELEASE = /^\d+\.\d+\.\d/;
/** From here on `snapshots` hold what depends on what. */
const SNAPSHOT_VERSION = 9;

/** One document's packages by key, each with the row that has its edges. */
interface PnpmLock {
  readonly document: YamlDocument;
  readonly packages: JsonObject;
  readonly snapshots: JsonObject;
  readonly hasFlags: boolean;
}

/** Name and version of a key, and its row in `packages`. */
interface Locked {
  readonly name: string;
  readonly version: string;
  readonly row: JsonObject | undefined;
}

export const pnpmLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (file.path.includes('/node_modules/')) {
      result.note('a lockfile that came with a package pins nothing here');
      return result.done();
    }
    const packages = new LockedPackages();
    const directories: string[] = [];
    let isOverridden = false;
    let isEmpty = true;
    for (const document of readYamlDocuments(
      file.path,
      await readPrefix(file, result, ROW_STARTS.yaml),
    )) {
      if (document.root === '') continue;
      if (!isJsonObject(document.root)) throw new ParseError(file.path, 'no mapping');
      addDocument(document, document.root, packages, result);
      appendAll(directories, Object.keys(objectAt(document.root, 'importers') ?? {}));
      appendAll(directories, copiedFoldersIn(document.root));
      isOverridden ||= objectAt(document.root, 'overrides') !== undefined;
      isEmpty &&= projectsOf(document.root).every(asksForNothing);
    }
    packages.addTo(result);
    result.locks({ directories, isOverridden });
    if (isEmpty && result.packageCount === 0) {
      await reportEmptyNpmLock(file.path, siblings, result);
    }
    return result.done();
  },
};

/** Returns the directories that are dependencies (`file:`), whose own dependencies are pinned. */
function copiedFoldersIn(root: JsonObject): readonly string[] {
  const packages = objectAt(root, 'packages') ?? {};
  return Object.keys(packages).flatMap((key) => {
    const resolution = objectAt(objectAt(packages, key) ?? {}, 'resolution');
    const { type, directory } = readStrings(resolution, ['type', 'directory']);
    return type === 'directory' && directory !== undefined ? [directory] : [];
  });
}

function addDocument(
  document: YamlDocument,
  root: JsonObject,
  packages: LockedPackages,
  result: CatalogBuilder,
): void {
  const projects = projectsOf(root);
  if (projects.length > 0 && projects.every(asksForToolsOnly)) {
    result.note('the package manager itself is pinned, and is no dependency');
    return;
  }
  const lock = readLock(document, root);
  if (!reportCut(root, projects, result))
    reportMissingLockEntries(unansweredIn(projects, lock), result);
  const roots = projects.flatMap((project) => [...rootsOf(project, lock)]);
  const direct = new Set(roots.map(({ to }) => to));
  const scopes = lock.hasFlags ? undefined : scopesOf(roots, (key) => edgesOf(key, lock));
  const needed = lock.hasFlags ? neededKeys(roots, lock) : NO_KEYS;
  for (const key of keysOf(lock)) {
    const locked = identify(key, lock);
    const line = lineOf(key, lock);
    if (locked === undefined) {
      result.unreadableRow(key, { line });
      continue;
    }
    const isNeeded = needed.has(key);
    if (isNeeded) noteMismarked(result, locked, line);
    const marked = isNeeded ? 'runtime' : scopeOfRow(locked.row);
    const scope = scopes === undefined ? marked : scopes.get(key);
    reportDoubts(key, { ...locked, line }, packages);
    packages.addPackage({
      ...describe(key, locked, lock),
      relationship: direct.has(key) ? 'direct' : 'indirect',
      ...(line !== undefined && { line }),
      ...(scope !== undefined && { scope }),
    });
  }
}

function reportCut(
  root: JsonObject,
  projects: readonly JsonObject[],
  result: CatalogBuilder,
): boolean {
  const asks = projects.some((project) =>
    SECTIONS.flatMap(([section]) => Object.values(objectAt(project, section) ?? {})).some(
      (value) => !referenceOf(value).startsWith('link:'),
    ),
  );
  const isNew = versionOf(root) >= SNAPSHOT_VERSION;
  const missing = isNew && root['packages'] !== undefined ? 'snapshots' : 'packages';
  if (!asks || root[missing] !== undefined) return false;
  result.missingEnd(`no "${missing}" behind what is asked for`);
  return true;
}

/** Yields the keys that projects and packages refer to and the file does not have. */
function* unansweredIn(projects: readonly JsonObject[], lock: PnpmLock): Generator<string> {
  for (const row of [...projects, ...Object.values(lock.snapshots)]) {
    if (!isJsonObject(row)) continue;
    for (const [section] of SECTIONS) {
      for (const [name, value] of Object.entries(objectAt(row, section) ?? {})) {
        const reference = referenceOf(value);
        if (LOCAL.test(reference) || resolve(name, reference, lock) !== undefined) continue;
        yield name;
      }
    }
  }
}

function versionOf(root: JsonObject): number {
  return Number.parseFloat(readStrings(root, ['lockfileVersion']).lockfileVersion ?? '');
}

function readLock(document: YamlDocument, root: JsonObject): PnpmLock {
  const packages = objectAt(root, 'packages') ?? {};
  const hasFlags = !(versionOf(root) >= SNAPSHOT_VERSION);
  const snapshots = hasFlags ? packages : (objectAt(root, 'snapshots') ?? {});
  return { document, packages, snapshots, hasFlags };
}

function lineOf(key: string, lock: PnpmLock): number | undefined {
  const { document, packages, snapshots } = lock;
  return document.lineOf(packages, packageKeyOf(key, lock)) ?? document.lineOf(snapshots, key);
}

function packageKeyOf(key: string, { hasFlags }: PnpmLock): string {
  return hasFlags ? key : withoutPeers(key);
}

function projectsOf(root: JsonObject): readonly JsonObject[] {
  const importers = objectAt(root, 'importers');
  return importers === undefined ? [root] : Object.values(importers).filter(isJsonObject);
}

/** Returns whether a project has no requests. Requests for members of its workspace are links. */
function asksForNothing(project: JsonObject): boolean {
  return SECTIONS.every(([section]) => {
    const rows = project[section];
    return !isJsonObject(rows) || Object.keys(rows).length === 0;
  });
}

function asksForToolsOnly(project: JsonObject): boolean {
  return (
    OWN_SECTIONS.some((section) => section in project) &&
    !SECTIONS.some(([section]) => section in project)
  );
}

/** Returns every snapshot, and every package that has none. */
function keysOf({ packages, snapshots, hasFlags }: PnpmLock): readonly string[] {
  const keys = Object.keys(snapshots);
  if (hasFlags) return keys;
  const seen = new Set(keys.map(withoutPeers));
  return [...keys, ...Object.keys(packages).filter((key) => !seen.has(key))];
}

function identify(key: string, lock: PnpmLock): Locked | undefined {
  const row = objectAt(lock.packages, packageKeyOf(key, lock));
  const own = readStrings(row, ['name', 'version']);
  const parsed = readPnpmKey(key);
  const name = own.name ?? parsed?.name;
  if (name === undefined || name === '') return undefined;
  return { name, version: own.version ?? parsed?.version ?? '', row };
}

/**
 * A key that is a name and a version says the same as its row, and as the address that is recorded
 * of some registries. In that of a repository a commit stands where a version would.
 */
function reportDoubts(
  key: string,
  locked: Locked & { readonly line: number | undefined },
  packages: LockedPackages,
): void {
  const { name, version, line, row } = locked;
  const pkg = { name, version, line };
  const keyed = readPnpmKey(key);
  if (keyed !== undefined && RELEASE.test(keyed.version)) {
    const reason =
      keyed.name === name
        ? versionContradiction(version, keyed.version, 'its key')
        : `"${keyed.name}" in its key`;
    if (reason !== undefined) packages.doubt(pkg, reason);
  }
  const { tarball } = readStrings(row && objectAt(row, 'resolution'), ['tarball']);
  packages.compare(pkg, tarball);
}

function describe(key: string, locked: Locked, lock: PnpmLock): CatalogedPackage {
  const { name, version, row } = locked;
  const resolution = row && objectAt(row, 'resolution');
  const { integrity, repo, commit, tarball } = readStrings(resolution, [
    'integrity',
    'repo',
    'commit',
    'tarball',
  ]);
  const digests = readIntegrity(integrity);
  const vcsUrl = yarnGitUrl(
    repo === undefined || commit === undefined ? (tarball ?? '') : `${repo}#${commit}`,
  );
  const dependsOn = new Set<string>();
  for (const { to } of edgesOf(key, lock)) {
    const target = identify(to, lock);
    if (target !== undefined) dependsOn.add(edgeTo(target.name, target.version));
  }
  return {
    name,
    version,
    ...(dependsOn.size > 0 && { dependsOn: [...dependsOn] }),
    ...(vcsUrl !== undefined && { qualifiers: new Map([['vcs_url', vcsUrl]]) }),
    ...(digests.length > 0 && { digests }),
  };
}

const NO_KEYS: ReadonlySet<string> = new Set();

/** Returns the packages whose mark contradicts the edges of the file. */
function neededKeys(roots: readonly LockRoot[], lock: PnpmLock): ReadonlySet<string> {
  const isDevelopment = (key: string): boolean => isMarked(objectAt(lock.packages, key));
  const keys = Object.keys(lock.packages);
  if (!keys.some(isDevelopment)) return NO_KEYS;
  return mismarkedPackages({
    keys,
    roots: roots.flatMap(({ to, scope }) => (scope === 'development' ? [] : [to])),
    isDevelopment,
    needsOf: (key) => [...edgesOf(key, lock)].map(({ to }) => to),
  });
}

function isMarked(row: JsonObject | undefined): boolean {
  return row?.['dev'] === 'true';
}

function scopeOfRow(row: JsonObject | undefined): DependencyScope {
  if (isMarked(row)) return 'development';
  return row?.['optional'] === 'true' ? 'optional' : 'runtime';
}

function* rootsOf(project: JsonObject, lock: PnpmLock): Generator<LockRoot> {
  for (const [section, scope] of SECTIONS) {
    for (const [name, value] of Object.entries(objectAt(project, section) ?? {})) {
      const to = resolve(name, referenceOf(value), lock);
      if (to !== undefined) yield { to, scope };
    }
  }
}

/** Returns a version, or since version 6 a mapping that has it beside the range. */
function referenceOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : (readStrings(value, ['version']).version ?? '');
}

function* edgesOf(key: string, lock: PnpmLock): Generator<LockEdge> {
  const row = objectAt(lock.snapshots, key);
  if (row === undefined) return;
  for (const section of ['dependencies', 'optionalDependencies']) {
    for (const [name, value] of Object.entries(objectAt(row, section) ?? {})) {
      const to = resolve(name, referenceOf(value), lock);
      if (to !== undefined) yield { to, isOptional: section === 'optionalDependencies' };
    }
  }
}

function resolve(name: string, reference: string, lock: PnpmLock): string | undefined {
  return keyCandidates(name, reference).find(
    (key) => Object.hasOwn(lock.snapshots, key) || Object.hasOwn(lock.packages, key),
  );
}
