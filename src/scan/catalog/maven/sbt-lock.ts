/**
 * Dependencies pinned by the sbt plugin sbt-dependency-lock: `build.sbt.lock`.
 *
 * Source: the plugin's documentation, lock version 1: `dependencies` with `org`, `name`, `version`,
 * `artifacts` with hashes, and the configurations that have them. A package is for development
 * where only tests have it, and a peer where only `provided` does. Refused: what is no JSON object
 * with that list.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonArray,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { isIdentifier, isResolved, mavenName } from './coordinates.ts';

const NEWEST_VERSION = 1;
const TEST_CONFIGURATION = /test/i;
const HASH = /^(?<algorithm>sha1|sha256):(?<hex>[0-9a-f]{40}(?:[0-9a-f]{24})?)$/;

export const sbtLock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    const { root } = document;
    const dependencies = root['dependencies'];
    if (!isJsonArray(dependencies)) throw new ParseError(file.path, 'no list of dependencies');
    const lockVersion = root['lockVersion'];
    if (typeof lockVersion === 'number' && lockVersion > NEWEST_VERSION) {
      const reason = `lockVersion ${lockVersion} is newer than ${NEWEST_VERSION}`;
      result.unreadableRow(lockVersion, { reason, line: document.lineOfRootKey('lockVersion') });
    }
    for (const row of dependencies) {
      const line = isJsonObject(row) ? document.lineOf(row) : undefined;
      const pkg = isJsonObject(row) ? readRow(row) : undefined;
      if (pkg === undefined) result.unreadableRow(row, { line });
      else result.add({ ...pkg, ...(line !== undefined && { line }) });
    }
    return result.done();
  },
};

function readRow(row: JsonObject): CatalogedPackage | undefined {
  const { org, name, version } = readStrings(row, ['org', 'name', 'version']);
  if (!isIdentifier(org) || !isIdentifier(name) || !isResolved(version)) return undefined;
  const configurations = row['configurations'];
  const digests = digestsOf(row['artifacts']);
  return {
    name: mavenName(org, name),
    version,
    scope: scopeOf(isJsonArray(configurations) ? configurations : []),
    ...(digests.length > 0 && { digests }),
  };
}

function scopeOf(configurations: JsonArray): NonNullable<CatalogedPackage['scope']> {
  const names = configurations.filter((name) => typeof name === 'string');
  if (names.length === 0) return 'runtime';
  if (names.every((name) => TEST_CONFIGURATION.test(name))) return 'development';
  return names.every((name) => name === 'provided') ? 'peer' : 'runtime';
}

/** Returns the digest of the package's archive, or none if the package has several archives. */
function digestsOf(artifacts: JsonObject[string]): readonly Digest[] {
  if (!isJsonArray(artifacts) || artifacts.length !== 1) return [];
  const groups = HASH.exec(readStrings(artifacts[0], ['hash']).hash ?? '')?.groups;
  const algorithm = groups?.['algorithm'] === 'sha256' ? 'sha256' : 'sha1';
  const hex = groups?.['hex'];
  return hex === undefined || (algorithm === 'sha1') !== (hex.length === 40)
    ? []
    : [`${algorithm}:${hex}`];
}
