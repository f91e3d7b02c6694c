/**
 * One package as `composer.lock` and `installed.json` both write it.
 *
 * Source: the Composer documentation, "The composer.json schema". Names are of any case and mean
 * the same in each; the normal form is lower case. A version that is a branch (`dev-main`,
 * `2.x-dev`) comes with its repository and commit.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { mismarkedPackages } from '../lock-graph.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { gitUrl } from '../vcs-url.ts';

const BRANCH = /^dev-|-dev$/;
/** More licences than any package has. */
const MAX_LICENSES = 32;

/** Returns the package of a row; `undefined` if it has no name or no version. */
export function readComposerPackage(row: JsonObject): CatalogedPackage | undefined {
  const { name, version } = readStrings(row, ['name', 'version']);
  if (name === undefined || name === '' || version === undefined || version === '')
    return undefined;
  const licenses = licensesOf(row);
  const dependsOn = requiredBy(row, 'require');
  const { shasum } = readStrings(row['dist'], ['shasum']);
  const digests = hexDigests('sha1', shasum);
  const vcsUrl = BRANCH.test(version) ? vcsUrlOf(row) : undefined;
  return {
    name: name.toLowerCase(),
    version,
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(licenses.length > 0 && { licenses }),
    ...(digests.length > 0 && { digests }),
    ...(vcsUrl !== undefined && { qualifiers: new Map([['vcs_url', vcsUrl]]) }),
  };
}

/**
 * Returns the names of development packages that a package outside the list, or the project,
 * requires, and that none of these provides or replaces. Composer puts no such package on the list.
 */
export function neededComposerNames(
  rows: readonly JsonObject[],
  isDevelopment: (name: string) => boolean,
  project?: JsonObject,
): ReadonlySet<string> {
  const byName = new Map(
    rows.map((row) => [(readStrings(row, ['name']).name ?? '').toLowerCase(), row]),
  );
  if (![...byName.keys()].some(isDevelopment)) return new Set();
  const used = [...byName].flatMap(([name, row]) => (isDevelopment(name) ? [] : [row]));
  const others = project === undefined ? used : [...used, project];
  const standing = new Set(
    others.flatMap((row) => ['provide', 'replace'].flatMap((field) => requiredBy(row, field))),
  );
  const needsOf = (row: JsonObject | undefined): readonly string[] =>
    row === undefined ? [] : requiredBy(row, 'require').filter((name) => !standing.has(name));
  return mismarkedPackages({
    keys: byName.keys(),
    roots: needsOf(project),
    isDevelopment: (name) => byName.has(name) && isDevelopment(name),
    needsOf: (name) => needsOf(byName.get(name)),
  });
}

/**
 * Returns the packages that a field of requirements names; the platform (`php`, `ext-json`) is
 * none.
 */
export function requiredBy(row: JsonObject, field: string): readonly string[] {
  const requirements = row[field];
  if (!isJsonObject(requirements)) return [];
  return Object.keys(requirements)
    .filter((name) => name.includes('/'))
    .map((name) => name.toLowerCase());
}

function licensesOf(row: JsonObject): readonly string[] {
  const value = row['license'];
  const list = isJsonArray(value) ? value.slice(0, MAX_LICENSES) : [value];
  return list.filter((license) => typeof license === 'string' && license !== '') as string[];
}

function vcsUrlOf(row: JsonObject): string | undefined {
  const { type, url, reference } = readStrings(row['source'], ['type', 'url', 'reference']);
  if (type !== 'git' || url === undefined) return undefined;
  return gitUrl(url, reference);
}
