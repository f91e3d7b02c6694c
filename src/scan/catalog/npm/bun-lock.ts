/**
 * Node packages pinned in `bun.lock`, lockfile versions 0 to 2.
 *
 * Source: Bun documentation, "Lockfile", and the files that Bun writes: JSON with comments and last
 * commas. A package is a list whose first value is `name@reference`; the next object in it has its
 * dependencies; the last text is its integrity. Its key is the path where it is installed, without
 * `node_modules`, so dependencies are found as Node finds them: below the package, then below those
 * above. Written rules: workspace members and links are not packages of the file; what comes from a
 * folder, git or an address is listed without a version; a file without packages beside a
 * `package.json` that asks for some is a gap, and so is what it asks for and does not hold, and the
 * address of an archive of another package or version. An older binary `bun.lockb` is not read.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonArray,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportDuplicateKeys } from '../duplicate-keys.ts';
import { scopesOf, type LockEdge, type LockRoot, type DependencyScope } from '../lock-graph.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { copiedFolder } from './copied-folder.ts';
import { readDependencies } from './package-fields.ts';
import { edgeTo, LockedPackages, objectAt, vcsUrlOf } from './locked-packages.ts';
import { reportEmptyNpmLock } from './npm-project.ts';

const NEWEST_VERSION = 2;
const IDENTITY = /^(?<name>(?:@[^/@]+\/)?[^/@]+)@(?<reference>.*)$/;
const VERSION = /^\d/;
const PROJECT = /^(?:workspace|link|root):/;
const GIT = /^(?:git\+|git:|github:|gitlab:|bitbucket:)/;
const INTEGRITY = /^sha\d+-/;
/** Longer than any path that Bun writes; it bounds the search through the folders above. */
const MAX_PATH_LENGTH = 1024;
const SECTIONS: readonly (readonly [string, DependencyScope])[] = [
  ['dependencies', 'runtime'],
  ['peerDependencies', 'peer'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];

interface BunPackage {
  readonly name: string;
  readonly reference: string;
  readonly row: JsonArray;
  readonly meta: JsonObject;
}

type BunPackages = ReadonlyMap<string, BunPackage>;

export const bunLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (file.path.includes('/node_modules/')) {
      result.note('a lockfile that came with a package pins nothing here');
      return result.done();
    }
    const document = await readJsonRows(file, result, context, { isJsonc: true });
    reportDuplicateKeys(document, result);
    const packages = readPackages(document, result);
    result.locks({
      directories: [
        ...Object.keys(objectAt(document.root, 'workspaces') ?? {}),
        ...[...packages.values()].flatMap(({ reference }) => copiedFolder(reference) ?? []),
      ],
    });
    const roots = rootsOf(document.root, packages);
    const direct = new Set(roots.map(({ to }) => to));
    const scopes = scopesOf(roots, (key) => edgesOf(key, packages));
    const locked = new LockedPackages();
    for (const [key, pkg] of packages) {
      if (PROJECT.test(pkg.reference)) continue;
      const line = document.lineOf(pkg.row);
      const scope = scopes.get(key);
      const { name, row } = pkg;
      const version = versionOf(pkg);
      locked.compare({ name, version, line }, typeof row[1] === 'string' ? row[1] : undefined);
      locked.addPackage({
        ...describe(key, pkg, packages),
        relationship: direct.has(key) ? 'direct' : 'indirect',
        ...(line !== undefined && { line }),
        ...(scope !== undefined && { scope }),
      });
    }
    locked.addTo(result);
    if (packages.size === 0) await reportEmptyNpmLock(file.path, siblings, result);
    else reportMissingLockEntries(unansweredIn(document.root, packages), result);
    reportVersion(document, result);
    return result.done();
  },
};

function readPackages(document: JsonDocument, result: CatalogBuilder): BunPackages {
  const packages = new Map<string, BunPackage>();
  for (const [key, row] of Object.entries(objectAt(document.root, 'packages') ?? {})) {
    const pkg = key.length > MAX_PATH_LENGTH ? undefined : readTuple(row);
    if (pkg !== undefined) packages.set(key, pkg);
    else {
      const line = isJsonArray(row) ? document.lineOf(row) : undefined;
      result.unreadableRow(key, { reason: 'no list that begins with name and version', line });
    }
  }
  return packages;
}

function readTuple(row: JsonValue | undefined): BunPackage | undefined {
  if (!isJsonArray(row)) return undefined;
  const [identity] = row;
  const groups = typeof identity === 'string' ? IDENTITY.exec(identity)?.groups : undefined;
  if (groups === undefined) return undefined;
  const meta = row.slice(1, 4).find(isJsonObject) ?? {};
  return { name: groups['name'] ?? '', reference: groups['reference'] ?? '', row, meta };
}

function describe(key: string, pkg: BunPackage, packages: BunPackages): CatalogedPackage {
  const { name, reference, row } = pkg;
  const integrity = row.find((value) => typeof value === 'string' && INTEGRITY.test(value));
  const digests = readIntegrity(typeof integrity === 'string' ? integrity : undefined);
  const vcsUrl = GIT.test(reference) ? vcsUrlOf(reference) : undefined;
  const dependsOn = new Set<string>();
  for (const { to } of edgesOf(key, packages)) {
    const target = packages.get(to);
    if (target === undefined || PROJECT.test(target.reference)) continue;
    dependsOn.add(edgeTo(target.name, versionOf(target)));
  }
  return {
    name,
    version: versionOf(pkg),
    ...(dependsOn.size > 0 && { dependsOn: [...dependsOn] }),
    ...(vcsUrl !== undefined && { qualifiers: new Map([['vcs_url', vcsUrl]]) }),
    ...(digests.length > 0 && { digests }),
  };
}

function versionOf({ reference }: BunPackage): string {
  return VERSION.test(reference) ? reference : '';
}

function* edgesOf(key: string, packages: BunPackages): Generator<LockEdge> {
  const meta = packages.get(key)?.meta;
  if (meta === undefined) return;
  for (const section of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    for (const name of readDependencies(meta, [section])) {
      const to = find(name, key, packages);
      if (to !== undefined) yield { to, isOptional: section === 'optionalDependencies' };
    }
  }
}

/** Returns a dependency of the package at a path, as Node finds it. */
function find(name: string, path: string, packages: BunPackages): string | undefined {
  let folder = path;
  while (folder !== '') {
    const key = `${folder}/${name}`;
    if (packages.has(key)) return key;
    folder = directoryOf(folder);
  }
  return packages.has(name) ? name : undefined;
}

/** Returns the requests of the workspace's members; each is installed at the path of its name. */
function rootsOf(root: JsonObject, packages: BunPackages): readonly LockRoot[] {
  const roots: LockRoot[] = [];
  for (const member of Object.values(objectAt(root, 'workspaces') ?? {})) {
    if (!isJsonObject(member)) continue;
    const name = typeof member['name'] === 'string' ? member['name'] : '';
    if (name.length > MAX_PATH_LENGTH) continue;
    for (const [section, scope] of SECTIONS) {
      for (const dependency of readDependencies(member, [section])) {
        const to = find(dependency, name, packages);
        if (to !== undefined) roots.push({ to, scope });
      }
    }
  }
  return roots;
}

/** Yields required packages without an entry; peers and optional ones may be left out. */
function* unansweredIn(root: JsonObject, packages: BunPackages): Generator<string> {
  for (const member of Object.values(objectAt(root, 'workspaces') ?? {})) {
    if (!isJsonObject(member)) continue;
    const path = typeof member['name'] === 'string' ? member['name'] : '';
    yield* missing(member, ['dependencies', 'devDependencies'], path, packages);
  }
  for (const [path, { meta }] of packages) yield* missing(meta, ['dependencies'], path, packages);
}

function missing(
  row: JsonObject,
  sections: readonly string[],
  path: string,
  packages: BunPackages,
): readonly string[] {
  if (path.length > MAX_PATH_LENGTH) return [];
  const excused = new Set(readDependencies(row, ['optionalDependencies', 'peerDependencies']));
  return readDependencies(row, sections).filter(
    (name) => !excused.has(name) && find(name, path, packages) === undefined,
  );
}

function reportVersion(document: JsonDocument, result: CatalogBuilder): void {
  const version = document.root['lockfileVersion'];
  if (typeof version !== 'number' || version <= NEWEST_VERSION) return;
  const reason = `lockfileVersion ${version} is newer than ${NEWEST_VERSION}`;
  result.unreadableRow(version, { reason, line: document.lineOfRootKey('lockfileVersion') });
}
