/**
 * PHP packages that Composer has installed: `vendor/composer/installed.json`.
 *
 * Source: the Composer source, `FilesystemRepository`: version 1 is a list of packages, version 2 an object with
 * `packages` and `dev-package-names`. Refused: what is no JSON of either form.
 */

import { ParseError } from '../../base/errors.ts';
import { isJsonArray, isJsonObject, readJsonValue, type JsonValue } from '../../format/json.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readComposerPackage } from './composer-package.ts';

export const installedJson: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const root = readJsonValue(file.path, await file.bytes());
    const rows = isJsonObject(root) ? root['packages'] : root;
    if (!isJsonArray(rows)) throw new ParseError(file.path, 'no list of packages');
    const names = isJsonObject(root) ? developmentNames(root['dev-package-names']) : undefined;
    for (const row of rows) {
      const pkg = isJsonObject(row) ? readComposerPackage(row) : undefined;
      if (pkg === undefined) result.unreadableRow(row);
      else {
        const scope = names?.has(pkg.name) === true ? 'development' : 'runtime';
        result.add({ ...pkg, ...(names !== undefined && { scope }) });
      }
    }
    return result.done();
  },
};

function developmentNames(value: JsonValue | undefined): ReadonlySet<string> {
  if (!isJsonArray(value)) return new Set();
  return new Set(
    value.filter((name) => typeof name === 'string').map((name) => name.toLowerCase()),
  );
}
