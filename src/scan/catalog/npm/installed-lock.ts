/**
 * The record of npm 7 and later about the tree they installed: `node_modules/.package-lock.json`.
 *
 * Source: npm documentation, "package-lock.json", "Hidden Lockfiles". It has the `packages` of
 * lockfile version 3, by the folders that npm unpacked, and no project. Written rules: the file
 * lists nothing by itself, because folders may have been removed since; for every package that is
 * still there it states version and tarball. Links and folders outside `node_modules` are left out:
 * npm did not unpack them. Nothing is refused: a file that is none is a note, because it only adds
 * to the evidence of packages that are cataloged from their `package.json`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { ExternalClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder, MAX_NAME_LENGTH } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { packageOfTarball } from './tarball-url.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { objectAt } from './locked-packages.ts';

const OWN_PATH = '/node_modules/.package-lock.json';
const INSTALLED = /^node_modules\/(?:[^/]+\/)*[^/]+$/;
const UP = /(?:^|\/)\.\.?(?:\/|$)/;
const MAX_PATH_LENGTH = 1024;

export const installedLock: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (!file.path.endsWith(OWN_PATH)) return result.done();
    const rows = rowsOf(file.path, await file.bytes(), result);
    const root = file.path.slice(0, -OWN_PATH.length);
    for (const [path, row] of Object.entries(rows ?? {})) {
      const testimony = isJsonObject(row) ? testimonyOf(root, path, row) : undefined;
      if (testimony !== undefined && isJsonObject(row)) {
        result.addClaim({ ...testimony, ...claimsOf(file.path, path, row) });
      }
    }
    return result.done();
  },
};

function rowsOf(path: string, bytes: Uint8Array, result: CatalogBuilder): JsonObject | undefined {
  try {
    return objectAt(readJson(path, bytes), 'packages');
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    result.note(`no list of installed packages: ${error.reason}`);
    return undefined;
  }
}

function testimonyOf(root: string, path: string, row: JsonObject): ExternalClaim | undefined {
  if (path.length > MAX_PATH_LENGTH || !INSTALLED.test(path) || UP.test(path)) return undefined;
  if (row['link'] === true) return undefined;
  const digests = readIntegrity(readStrings(row, ['integrity']).integrity);
  return {
    of: { kind: 'record', path: `${root}/${path}/package.json` },
    ...(digests.length > 0 && { digests }),
  };
}

/** Returns the claims of the row itself, and the address of the archive that was unpacked. */
function claimsOf(
  file: string,
  path: string,
  row: JsonObject,
): Pick<ExternalClaim, 'versionClaims'> {
  const {
    version = '',
    name = nameOfFolder(path),
    resolved,
  } = readStrings(row, ['version', 'name', 'resolved']);
  if (version === '' || version.length > MAX_NAME_LENGTH || name.length > MAX_NAME_LENGTH)
    return {};
  const archived = packageOfTarball(resolved);
  return {
    versionClaims: [
      { by: 'hidden lockfile', version, weight: 'binding', name, path: file },
      ...(archived?.version === undefined
        ? []
        : [
            {
              by: 'address in the hidden lockfile',
              version: archived.version,
              weight: 'binding' as const,
              name: archived.name,
              path: file,
            },
          ]),
    ],
  };
}

/** npm writes the name besides where the folder is called otherwise, as it is for an alias. */
function nameOfFolder(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
