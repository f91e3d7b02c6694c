/**
 * Node packages pinned in `deno.lock`, versions 2 to 5.
 *
 * Source: the files that Deno 1.25 to 2 write: `npm` (in version 3 below `packages`, in version 2
 * below `npm.packages`) has packages by `name@version`, with `_` and their peers behind it; their
 * dependencies are listed or mapped. `specifiers` say which version answers what the project
 * imports, and `workspace` what its manifests ask for; without it everything that is imported is
 * direct. Deno knows nothing of development. Packages of JSR and modules fetched by their address
 * are of no ecosystem that has advisories: a note with their number.
 *
 * What a specifier is answered with and what a package depends on stands among the packages, or an
 * entry was taken out, a gap.
 *
 * Refused: a file that is not JSON, and one without a version.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { readIntegrity } from '../../../formats/crypto/digest/package-digests.ts';
import { edgeTo, LockedPackages, objectAt } from './locked-packages.ts';

const PREFIX = 'npm:';
const KEY = /^(?<name>(?:@[^/@]+\/)?[^/@]+)@(?<version>[^_]+)(?:_.*)?$/;
const RANGE = /^(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@.*)?$/;

export const denoLock: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    const { root } = document;
    if (root['version'] === undefined) throw new ParseError(file.path, 'no "version"');
    const nested = objectAt(root, 'packages') ?? root;
    const npm = objectAt(nested, 'npm') ?? {};
    const rows = isOldForm(npm) ? (objectAt(npm, 'packages') ?? {}) : npm;
    const specifiers = objectAt(isOldForm(npm) ? npm : nested, 'specifiers') ?? {};
    addRows(document, rows, directKeys(root, specifiers), result);
    // What `links` lead to is a folder of the project.
    if (root['links'] === undefined) reportMissingLockEntries(unanswered(rows, specifiers), result);
    const others = [objectAt(nested, 'jsr'), objectAt(root, 'remote')];
    const count = others.reduce((sum, one) => sum + Object.keys(one ?? {}).length, 0);
    if (count > 0)
      result.note(`no advisories: ${pluralize(count, 'module')} of JSR or of addresses`);
    return result.done();
  },
};

/** Version 2 has two tables in `npm`. */
function isOldForm(npm: JsonObject): boolean {
  return isJsonObject(npm['packages']) && isJsonObject(npm['specifiers']);
}

function addRows(
  document: JsonDocument,
  rows: JsonObject,
  direct: ReadonlySet<string>,
  result: CatalogBuilder,
): void {
  const byName = new Map<string, string>();
  for (const key of Object.keys(rows)) byName.set(KEY.exec(key)?.groups?.['name'] ?? '', key);
  const packages = new LockedPackages();
  for (const [key, row] of Object.entries(rows)) {
    const identity = KEY.exec(key)?.groups;
    if (!isJsonObject(row) || identity === undefined) {
      result.unreadableRow(key, { reason: 'no name and version' });
      continue;
    }
    const { name = '', version = '' } = identity;
    const isDirect = direct.has(`${name}@${version}`);
    packages.addPackage({
      name,
      version,
      relationship: isDirect ? 'direct' : 'indirect',
      ...detailsOf(row, document, byName),
    });
  }
  packages.addTo(result);
}

function detailsOf(
  row: JsonObject,
  document: JsonDocument,
  byName: ReadonlyMap<string, string>,
): Pick<CatalogedPackage, 'line' | 'dependsOn' | 'digests'> {
  const line = document.lineOf(row);
  const digests = readIntegrity(readStrings(row, ['integrity']).integrity);
  const dependsOn = edgesOf(row, byName);
  return {
    ...(line !== undefined && { line }),
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(digests.length > 0 && { digests }),
  };
}

/** Yields the resolutions of specifiers, and the dependencies of packages, that have no entry. */
function* unanswered(rows: JsonObject, specifiers: JsonObject): Generator<string> {
  const held = new Set<string>();
  for (const key of Object.keys(rows)) {
    const { name = '', version = '' } = KEY.exec(key)?.groups ?? {};
    held.add(name).add(`${name}@${version}`);
  }
  for (const key of needed(rows, specifiers)) if (!held.has(key)) yield key;
}

/** Yields `name@version`, or the name if a package has one version. */
function* needed(rows: JsonObject, specifiers: JsonObject): Generator<string> {
  for (const [specifier, answer] of Object.entries(specifiers)) {
    const isOther = specifier.includes(':') && !specifier.startsWith(PREFIX);
    if (!isOther && typeof answer === 'string') yield keyOf(specifier, answer);
  }
  for (const row of Object.values(rows)) {
    for (const value of isJsonObject(row) ? dependenciesOf(row) : []) {
      const { name = value, version } = KEY.exec(value)?.groups ?? {};
      yield version === undefined ? name : `${name}@${version}`;
    }
  }
}

/** Returns the keys, or names where there is one version; in older files the values of a table. */
function dependenciesOf({ dependencies }: JsonObject): readonly string[] {
  const listed = isJsonArray(dependencies) ? dependencies : [];
  const values = isJsonObject(dependencies) ? Object.values(dependencies) : listed;
  return values.filter((value) => typeof value === 'string');
}

function edgesOf(row: JsonObject, byName: ReadonlyMap<string, string>): readonly string[] {
  const edges = new Set<string>();
  for (const value of dependenciesOf(row)) {
    const { name, version = '' } = KEY.exec(byName.get(value) ?? value)?.groups ?? {};
    if (name !== undefined) edges.add(edgeTo(name, version));
  }
  return [...edges];
}

/** Returns `name@version` of the requests. */
function directKeys(root: JsonObject, specifiers: JsonObject): ReadonlySet<string> {
  const asked = root['workspace'] === undefined ? undefined : new Set(askedFor(root['workspace']));
  const direct = new Set<string>();
  for (const [specifier, answer] of Object.entries(specifiers)) {
    if (typeof answer !== 'string' || (asked !== undefined && !asked.has(specifier))) continue;
    direct.add(keyOf(specifier, answer));
  }
  return direct;
}

/**
 * Returns the key of a resolution. Versions 2 and 3 resolve to a key, later ones to the text behind
 * its name.
 */
function keyOf(specifier: string, answer: string): string {
  const name = RANGE.exec(withoutPrefix(specifier))?.groups?.['name'] ?? '';
  const text = withoutPrefix(answer);
  const key = KEY.exec(text)?.groups;
  const isKey = text !== answer || !specifier.startsWith(PREFIX);
  if (isKey && key !== undefined) return `${key['name'] ?? ''}@${key['version'] ?? ''}`;
  return `${name}@${text.split('_', 1)[0] ?? ''}`;
}

function withoutPrefix(text: string): string {
  return text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
}

/** Yields the specifiers of the workspace, of its `package.json` and of its members. */
function* askedFor(workspace: JsonValue | undefined): Generator<string> {
  if (!isJsonObject(workspace)) return;
  const members = Object.values(objectAt(workspace, 'members') ?? {});
  for (const place of [workspace, ...members]) {
    if (!isJsonObject(place)) continue;
    for (const manifest of [place, objectAt(place, 'packageJson')]) {
      const dependencies = manifest?.['dependencies'];
      if (!isJsonArray(dependencies)) continue;
      for (const one of dependencies) if (typeof one === 'string') yield one;
    }
  }
}
