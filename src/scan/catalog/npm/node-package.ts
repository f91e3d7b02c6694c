/**
 * Node packages that lie unpacked on disk, each by its `package.json`.
 *
 * Source: npm documentation, "package.json"; what trivy and syft list in an image. Written rules:
 * - every `package.json` with a name and a version is a package, in `node_modules` or outside,
 *   private or not: tools such as yarn are installed outside, and an application is part of what is
 *   shipped. Outside `node_modules` it is the `root` of its tree.
 * - one in `node_modules` with a name that no package can have is a gap, and the package that its
 *   folder names.
 * - one without a usable name or version that is the own file of an installed package
 *   (`node_modules/NAME/package.json`) is listed by the name of its directory, because Node loads
 *   it by that name. A missing version stays empty: the hidden lockfile of npm or the directory of
 *   pnpm gives it, or the package is a gap as soon as an advisory names it.
 * - any other one without name or version is a note: Node reads such files only for settings
 *   (`{"type": "module"}`).
 * - outside `node_modules`, the manifest of a Visual Studio Code extension (`engines.vscode` or
 *   `contributes`) or of a Unity package (`unity`) is a note: its name is not one of the npm
 *   registry. Inside `node_modules` the fields change nothing, or a line in a file would hide a
 *   package.
 * - dependencies that are only named here are what a project requests, see `requested.ts`; where
 *   ranges are asked for (`--detection-priority comprehensive`), those of a project without a
 *   lockfile are, with the lowest version.
 *
 * Refused: a file that is not a JSON object. Deeper inside an installed package (templates,
 * examples) such a file is a note: Node takes a package's name and version only from the folder
 * that `node_modules` names.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type {
  CatalogedPackage,
  Siblings,
  VersionClaim,
} from '../../../core/model/catalog/catalog.ts';
import { lowestAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder, MAX_NAME_LENGTH } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readLicenses } from '../../../formats/text/npm-licenses.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { readDependencies } from './package-fields.ts';
import { installedName } from './installed-name.ts';
import { isPackageName, INVALID_NAME_MESSAGE } from './package-name.ts';
import { readRequested } from './requested.ts';

const NODE_MODULES = '/node_modules/';
/**
 * Folder of a package in pnpm's store:
 * `.pnpm/@scope+name@1.2.3_peers/node_modules/@scope/name/package.json`.
 */
const PNPM_FOLDER =
  /\/node_modules\/\.pnpm\/(?<key>[^/]+)\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\/package\.json$/;
const PNPM_VERSION = /^(?<version>\d+\.\d+\.\d+[^_()]*)(?:[_(]|$)/;
/** pnpm cuts longer names of folders, and with them the version. */
const MAX_PNPM_KEY_LENGTH = 100;
const RUNTIME_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];
/** A project's own `npm install` installs these as well. */
const PROJECT_FIELDS = [...RUNTIME_FIELDS, 'devDependencies'];

export const nodePackage: Cataloger = {
  async read(file, siblings, context) {
    const bytes = await file.bytes();
    const result = new CatalogBuilder(file.path);
    const document = readManifest(file.path, bytes, result);
    if (document === undefined) return result.done();
    const { root } = document;
    const { name, version } = readStrings(root, ['name', 'version']);
    const isInstalled = file.path.includes(NODE_MODULES);
    addRequests(file.path, document, name, result);
    const otherKind = isInstalled ? undefined : otherEcosystem(root);
    if (context.detectionPriority === 'comprehensive' && !isInstalled && otherKind === undefined) {
      addDeclared(document, { path: file.path, siblings }, result);
    }
    if (name === undefined || name === '' || version === undefined || version === '') {
      addIncomplete(file.path, document, version ?? '', result);
      return result.done();
    }
    if (otherKind !== undefined) {
      result.note(`${otherKind}, not a package of the npm registry`);
      return result.done();
    }
    if (isPackageName(name)) result.add(describe(file.path, document, { name, version }));
    else addMisnamed(file.path, document, { name, version }, result);
    for (const { key, line: second } of document.duplicateKeys) {
      if (key === 'name' || key === 'version') {
        result.note(`"${key}" is given twice; the last one counts, as in Node`, second);
      }
    }
    return result.done();
  },
};

/**
 * A package that Node loads by the name of its directory, although its own file lacks a name or a
 * version.
 */
function addIncomplete(
  path: string,
  document: JsonDocument,
  version: string,
  result: CatalogBuilder,
): void {
  const name = installedName(path);
  if (name === undefined) {
    result.note('package.json without name or version');
    return;
  }
  result.note(
    `package.json without name or version; listed as "${name}", the name of its directory`,
  );
  result.add(describe(path, document, { name, version }));
}

/**
 * Reports a package whose name differs from its directory. Deeper inside a package, names such as
 * `firebase/app` only select a file; in its own directory, Node uses the directory's name.
 * Unpublished projects can have any name.
 */
function addMisnamed(
  path: string,
  document: JsonDocument,
  { name, version }: { readonly name: string; readonly version: string },
  result: CatalogBuilder,
): void {
  if (isInsidePackage(path)) {
    result.note(`inside an installed package: ${INVALID_NAME_MESSAGE}`);
    return;
  }
  const at = path.lastIndexOf(NODE_MODULES);
  if (at === -1) {
    result.note(INVALID_NAME_MESSAGE);
    result.add(describe(path, document, { name, version }));
    return;
  }
  result.unreadableRow(name, {
    reason: INVALID_NAME_MESSAGE,
    line: document.lineOfRootKey('name'),
  });
  const folder = path.slice(at + NODE_MODULES.length, path.lastIndexOf('/'));
  if (isPackageName(folder)) result.add(describe(path, document, { name: folder, version }));
}

const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'];
const OTHER_LOCKFILES = ['bun.lock', 'bun.lockb', 'deno.lock'];
const DECLARED: readonly (readonly [string, NonNullable<CatalogedPackage['scope']>])[] = [
  ['dependencies', 'runtime'],
  ['optionalDependencies', 'optional'],
  ['devDependencies', 'development'],
];

/** Adds the dependencies of a project that no lockfile, beside it or above it, pins. */
function addDeclared(
  document: JsonDocument,
  { path, siblings }: { readonly path: string; readonly siblings: Siblings },
  result: CatalogBuilder,
): void {
  const folders = path.split('/').slice(0, -1);
  const isLocked = folders.some((_, depth) =>
    [...LOCKFILES, ...OTHER_LOCKFILES].some(
      (name) => siblings.get([...folders.slice(0, depth + 1), name].join('/')) !== undefined,
    ),
  );
  if (isLocked) return;
  for (const [field, scope] of DECLARED) {
    const rows = document.root[field];
    if (!isJsonObject(rows)) continue;
    for (const [name, range] of Object.entries(rows)) {
      const version = typeof range === 'string' ? lowestAllowed('npm', range) : undefined;
      if (version === undefined) continue;
      result.add({ name, version, scope, relationship: 'direct', presence: 'declared' });
    }
  }
}

/** npm 6 and earlier wrote `_id` and `_integrity` into the files that they unpacked. */
function ownClaim(root: JsonObject, name: string): readonly VersionClaim[] {
  const id = readStrings(root, ['_id'])._id ?? '';
  if (!id.startsWith(`${name}@`) || id.length > MAX_NAME_LENGTH) return [];
  return [{ by: '_id', version: id.slice(name.length + 1), weight: 'binding' }];
}

function folderClaim(path: string): readonly VersionClaim[] {
  const { key = '', name = '' } = PNPM_FOLDER.exec(path)?.groups ?? {};
  const start = `${name.replace('/', '+')}@`;
  if (key.length > MAX_PNPM_KEY_LENGTH || !key.startsWith(start)) return [];
  const version = PNPM_VERSION.exec(key.slice(start.length))?.groups?.['version'];
  return version === undefined ? [] : [{ by: 'directory name', version, weight: 'binding', path }];
}

function describe(
  path: string,
  document: JsonDocument,
  identity: { readonly name: string; readonly version: string },
): CatalogedPackage {
  const { root } = document;
  const line = document.lineOfRootKey('name');
  const licenses = readLicenses(root);
  const isProject = !path.includes(NODE_MODULES);
  const dependsOn = readDependencies(root, isProject ? PROJECT_FIELDS : RUNTIME_FIELDS);
  const versionClaims = [...ownClaim(root, identity.name), ...folderClaim(path)];
  const digests = readIntegrity(readStrings(root, ['_integrity'])._integrity);
  return {
    ...identity,
    ...(line !== undefined && { line }),
    ...(isProject && { relationship: 'root' as const }),
    ...(licenses.length > 0 && { licenses }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(versionClaims.length > 0 && { versionClaims }),
    ...(digests.length > 0 && { digests }),
  };
}

function readManifest(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): JsonDocument | undefined {
  try {
    return readJsonDocument(path, bytes);
  } catch (error) {
    if (!(error instanceof ParseError) || !isInsidePackage(path)) throw error;
    result.note(`inside an installed package: ${error.reason}`);
    return undefined;
  }
}

/**
 * Adds the file's requests as the manifest of a project. Many installed packages have manifests
 * without requests.
 */
function addRequests(
  path: string,
  document: JsonDocument,
  name: string | undefined,
  result: CatalogBuilder,
): void {
  if (!isManifest(path)) return;
  const manifest = readRequested(document.root, name, (field) => document.lineOfRootKey(field));
  if (!path.includes(NODE_MODULES) || manifest.requests.length > 0) result.requests(manifest);
}

/**
 * Returns whether a file may be that of a project: what lies in `node_modules` itself was installed
 * from a package. No package has a name with a dot in front; tools keep their own files in such
 * directories.
 */
function isManifest(path: string): boolean {
  const at = path.lastIndexOf(NODE_MODULES);
  return at === -1 || path.charAt(at + NODE_MODULES.length) === '.' || isInsidePackage(path);
}

/** Returns whether a path lies below the top folder of an installed package. */
function isInsidePackage(path: string): boolean {
  const at = path.lastIndexOf(NODE_MODULES);
  if (at === -1) return false;
  const parts = path.slice(at + NODE_MODULES.length).split('/');
  return parts.length > (parts[0]?.startsWith('@') ? 3 : 2);
}

function otherEcosystem(root: JsonObject): string | undefined {
  const { engines } = root;
  if (isJsonObject(engines) && 'vscode' in engines) return 'a Visual Studio Code extension';
  if (isJsonObject(root['contributes'])) return 'a Visual Studio Code extension';
  return typeof root['unity'] === 'string' ? 'a Unity package' : undefined;
}
