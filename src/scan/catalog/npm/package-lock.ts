/**
 * Node packages pinned in `package-lock.json` and `npm-shrinkwrap.json`, lockfile versions 1 to 3.
 *
 * Source: npm documentation, "package-lock.json". Versions 2 and 3 describe the tree in `packages`,
 * version 1 in nested `dependencies`; version 2 has both and `packages` counts. How aliases, links,
 * workspace members, git and local paths are read is written in `lock-paths.ts` and `lock-tree.ts`.
 * A lockfile inside `node_modules` came with a package and pins nothing that is installed: a note.
 * One that pins nothing beside a `package.json` that asks for packages is a gap, and so is what
 * `packages` ask for and do not hold, the project's own row among them. Refused: a file that is not
 * a JSON object, or has none of `packages`, `dependencies` and `lockfileVersion`.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import { purlOf } from '../../../core/model/purl/purl.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { addLockPaths } from './lock-paths.ts';
import { unresolvedRequirements } from './lock-requirements.ts';
import { addLockTree } from './lock-tree.ts';
import { edgeTo, LockedPackages } from './locked-packages.ts';
import { reportEmptyNpmLock } from './npm-project.ts';

const NEWEST_VERSION = 3;
const INSTALLED = /(?:^|\/)node_modules\//;

export const packageLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (file.path.includes('/node_modules/')) {
      result.note('a lockfile that came with a package pins nothing here');
      return result.done();
    }
    const document = await readJsonRows(file, result, context);
    const { root } = document;
    const version = root['lockfileVersion'];
    for (const key of ['packages', 'dependencies']) {
      if (root[key] !== undefined && !isJsonObject(root[key])) {
        throw new ParseError(file.path, `"${key}" is not an object`);
      }
    }
    const packages = new LockedPackages();
    if (root['packages'] !== undefined) {
      addLockPaths(document, packages, result);
      if (root['dependencies'] !== undefined) reportLeftOut(document, packages, result);
    } else if (root['dependencies'] !== undefined) addLockTree(document, packages, result);
    else if (version === undefined) throw new ParseError(file.path, 'no "packages" object');
    packages.addTo(result);
    await reportMissing(file.path, root, siblings, result);
    result.locks({ directories: membersIn(root['packages']) });
    const own = readStrings(root, ['name', 'version']);
    if (own.name !== undefined) {
      const { name, version: ownVersion = '' } = own;
      result.project(
        purlOf({ ecosystem: 'npm', name, version: ownVersion, qualifiers: new Map() }),
      );
    }
    if (typeof version === 'number' && version > NEWEST_VERSION) {
      const reason = `lockfileVersion ${version} is newer than ${NEWEST_VERSION}`;
      result.unreadableRow(version, { reason, line: document.lineOfRootKey('lockfileVersion') });
    }
    for (const { key, line } of document.duplicateKeys) {
      result.note(`"${key}" is given twice; the last one counts, as in npm`, line);
    }
    return result.done();
  },
};

/**
 * An empty file is judged by the manifest beside it, where there is one, any other by its own rows.
 */
async function reportMissing(
  path: string,
  root: JsonObject,
  siblings: Siblings,
  result: CatalogBuilder,
): Promise<void> {
  const hasManifest = siblings.get(siblingPath(path, 'package.json')) !== undefined;
  if (isEmpty(root) && hasManifest) await reportEmptyNpmLock(path, siblings, result);
  else if (isJsonObject(root['packages']))
    reportMissingLockEntries(unresolvedRequirements(root['packages']), result);
}

/**
 * Returns the directories of the project, its workspace's members and the directories that it
 * links, which stand outside of `node_modules`. What a directory outside of the project requests is
 * not installed with it.
 */
function membersIn(packages: JsonValue | undefined): readonly string[] {
  if (!isJsonObject(packages)) return [];
  return Object.keys(packages).filter((path) => !INSTALLED.test(path) && !path.startsWith('../'));
}

/** Returns whether the file has nothing but the project itself. */
function isEmpty(root: JsonObject): boolean {
  return ['packages', 'dependencies'].every((key) => {
    const rows = root[key];
    return !isJsonObject(rows) || Object.keys(rows).every((path) => path === '');
  });
}

/**
 * npm 6 installs what `dependencies` says and later ones what `packages` says, which is the same in
 * every file that npm has written.
 */
function reportLeftOut(
  document: JsonDocument,
  packages: LockedPackages,
  result: CatalogBuilder,
): void {
  const older = new LockedPackages();
  addLockTree(document, older, new CatalogBuilder(''));
  for (const { name, version, line } of older.missingFrom(packages)) {
    result.unreadableRow(edgeTo(name, version), {
      reason: 'in "dependencies" and not in "packages"',
      line,
    });
  }
}
