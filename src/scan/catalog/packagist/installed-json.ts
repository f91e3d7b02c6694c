/**
 * PHP packages that Composer has installed: `vendor/composer/installed.json`, or a copy of it
 * elsewhere.
 *
 * Source: the Composer source, `FilesystemRepository`: version 1 is a list of packages, version 2
 * an object with `packages` and `dev-package-names`. A name of that list that a package outside it
 * requires is for run time, and a note. Refused: what is no JSON of either form. Elsewhere a file
 * of this name is Composer's only where its packages say how they were installed; any other is left
 * alone.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsonValue,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { correctScope } from '../lock-graph.ts';
import { neededComposerNames, readComposerPackage } from './composer-package.ts';

const HOME = /\/composer\/installed\.json$/;
/** Fields that a composer.lock does not have. */
const INSTALLED: readonly string[] = ['version_normalized', 'installation-source', 'install-path'];

export const installedJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const isAtHome = HOME.test(file.path);
    const root = isAtHome
      ? readJsonValue(file.path, await file.bytes())
      : readElsewhere(file.path, await file.bytes());
    const rows = isJsonObject(root) ? root['packages'] : root;
    if (!isAtHome && !isOfComposer(rows)) return result.done();
    if (!isJsonArray(rows)) throw new ParseError(file.path, 'no list of packages');
    const names = isJsonObject(root) ? developmentNames(root['dev-package-names']) : undefined;
    const needed = neededComposerNames(
      rows.filter(isJsonObject),
      (name) => names?.has(name) === true,
    );
    for (const row of rows) {
      const pkg = isJsonObject(row) ? readComposerPackage(row) : undefined;
      if (pkg === undefined) result.unreadableRow(row);
      else {
        const mark = names?.has(pkg.name) === true ? 'development' : 'runtime';
        const scope = correctScope(result, needed, pkg, mark);
        result.add({ ...pkg, ...(names !== undefined && { scope }) });
      }
    }
    return result.done();
  },
};

function readElsewhere(path: string, bytes: Uint8Array): JsonValue {
  try {
    return readJsonValue(path, bytes);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

function isOfComposer(rows: JsonValue | undefined): boolean {
  const [first] = isJsonArray(rows) ? rows : [];
  return isJsonObject(first) && INSTALLED.some((key) => first[key] !== undefined);
}

function developmentNames(value: JsonValue | undefined): ReadonlySet<string> {
  if (!isJsonArray(value)) return new Set();
  return new Set(
    value.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()),
  );
}
