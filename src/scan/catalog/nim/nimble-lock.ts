/**
 * Packages of Nim pinned in `nimble.lock`, versions 1 and 2.
 *
 * Source: the Nimble guide, "nimble lock", and the files that Nimble writes: `packages` has what
 * the project needs, and each table in `tasks` what one of its tasks needs besides, by name, with
 * the version, the repository, its revision and the names of what the package depends on. Nimble's
 * own checksum is of no archive and not taken over. Refused: what is no JSON object, and one
 * without `packages`.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { gitQualifiers } from '../vcs-url.ts';

export const nimbleLock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    const { packages, tasks } = document.root;
    if (!isJsonObject(packages)) throw new ParseError(file.path, 'no table "packages"');
    const seen = new Set<string>();
    for (const table of [packages, ...(isJsonObject(tasks) ? Object.values(tasks) : [])]) {
      if (!isJsonObject(table)) continue;
      for (const [name, row] of Object.entries(table)) {
        const pkg = packageOf(name, row);
        if (pkg === undefined) {
          result.unreadableRow(name, { reason: 'no version' });
          continue;
        }
        const key = `${name}@${pkg.version}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const line = document.lineOf(row as JsonObject);
        result.add({ ...pkg, ...(line !== undefined && { line }) });
      }
    }
    return result.done();
  },
};

function packageOf(name: string, row: JsonValue | undefined): CatalogedPackage | undefined {
  const texts = readStrings(row, ['version', 'url', 'vcsRevision', 'downloadMethod']);
  const { version = '', url = '', vcsRevision } = texts;
  if (version === '' || !isJsonObject(row)) return undefined;
  const listed = row['dependencies'];
  const dependsOn = (isJsonArray(listed) ? listed : []).filter((one) => typeof one === 'string');
  return {
    name,
    version,
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(url !== '' &&
      texts.downloadMethod === 'git' && { qualifiers: gitQualifiers(url, vcsRevision) }),
  };
}
