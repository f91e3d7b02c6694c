/**
 * The imports of a Deno project: `deno.json` and `deno.jsonc`.
 *
 * Source: the Deno manual, "Configuring your project with deno.json": `imports` and the tables in
 * `scopes` map names to specifiers, `npm:NAME@RANGE`, `jsr:@SCOPE/NAME@RANGE` or an address, each
 * perhaps with a path behind. A `deno.lock` beside it or above it pins them with more data, so that
 * nothing is listed here then. Without one an import of npm that names a whole version is a
 * package; a range is none, except where ranges are requested
 * (`--detection-priority comprehensive`), it is with the lowest version. The rest is a note with
 * its number: nothing has advisories for JSR and for addresses. An import map in a file of its own
 * (`importMap`) is not read: without a lockfile, it is a gap.
 *
 * Refused: files that are no JSON, with or without comments.
 */

import { pluralize } from '../../../core/base/pluralize.ts';
import {
  isJsonArray,
  isJsonObject,
  readJsoncDocument,
  readStrings,
  type JsonDocument,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed, isValidVersion, lowestAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const NPM = /^npm:\/?(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<range>[^/]+))?(?:\/.*)?$/;
const JSR = /^(?<prefix>jsr:)\/?(?<name>@[^/@]+\/[^/@]+)(?:@(?<range>[^/]+))?(?:\/.*)?$/;
/** More than any workspace has. */
const MAX_MEMBERS = 1000;
const OTHER = /^(?:jsr|https?):/;

export const denoJson: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const document = readJsoncDocument(file.path, await file.bytes(), { keyLines: true });
    const isPinned = hasLockAbove(file.path, siblings);
    result.requests(requestsOf(document, isPinned));
    if (isPinned) return result.done();
    const takesRanges = context.detectionPriority === 'comprehensive';
    const packages = new Map<string, NamedVersion>();
    const [ranges, others] = [new Set<string>(), new Set<string>()];
    for (const { specifier, line } of specifiersOf(document)) {
      const { name, range = '*' } = NPM.exec(specifier)?.groups ?? {};
      if (name === undefined) {
        if (OTHER.test(specifier)) others.add(specifier);
        else if (specifier.startsWith('npm:')) result.unreadableRow(specifier);
        continue;
      }
      const version = versionOf(range, takesRanges);
      if (version === undefined) ranges.add(`${name}@${range}`);
      else setFirst(packages, { name, version, ...(line !== undefined && { line }) });
    }
    for (const pkg of packages.values()) result.add({ ...pkg, relationship: 'direct' });
    if (ranges.size > 0) {
      result.note(`not pinned by a deno.lock: ${pluralize(ranges.size, 'range')} of npm`);
    }
    if (others.size > 0) {
      result.note(`no advisories: ${pluralize(others.size, 'import')} of JSR or of addresses`);
    }
    return result.done();
  },
};

/**
 * Returns the project's imports from registries. A lockfile does not list packages of JSR, so they
 * are requests only if there is no lockfile.
 */
function requestsOf(document: JsonDocument, isPinned: boolean): DependencyManifest {
  const { root } = document;
  const requests = new Map<string, RequestedPackage>();
  for (const { specifier, line } of specifiersOf(document)) {
    const found = (NPM.exec(specifier) ?? (isPinned ? null : JSR.exec(specifier)))?.groups;
    if (found === undefined) continue;
    const { name = '', range = '', prefix = '' } = found;
    const version = exactlyAllowed('npm', range);
    requests.set(`${prefix}${name}`, {
      name: `${prefix}${name}`,
      range,
      ...(version !== undefined && { version }),
      ...(line !== undefined && { line }),
    });
  }
  const { name } = readStrings(root, ['name']);
  const members = membersOf(root['workspace']);
  const map = readStrings(root, ['importMap']).importMap;
  return {
    ...(name !== undefined && { name }),
    requests: [...requests.values()],
    leavesIndirect: true,
    ...(map !== undefined && {
      computed: `takes imports from ${JSON.stringify(map.slice(0, 80))}`,
    }),
    ...(members.length > 0 && { members }),
  };
}

/** Returns a list, or an object with one. */
function membersOf(value: JsonValue | undefined): readonly string[] {
  const list = isJsonObject(value) ? value['members'] : value;
  if (!isJsonArray(list)) return [];
  const paths = list.filter((path) => typeof path === 'string').slice(0, MAX_MEMBERS);
  return paths.map((path) => path.replace(/^(?:\.\/)+|\/+$/g, ''));
}

interface NamedVersion {
  readonly name: string;
  readonly version: string;
  readonly line?: number;
}

/** A package that several imports name keeps the line of the first. */
function setFirst(packages: Map<string, NamedVersion>, pkg: NamedVersion): void {
  const key = `${pkg.name}@${pkg.version}`;
  if (!packages.has(key)) packages.set(key, pkg);
}

function versionOf(range: string, takesRanges: boolean): string | undefined {
  if (isValidVersion('npm', range)) return range;
  return takesRanges ? lowestAllowed('npm', range) : undefined;
}

interface Specifier {
  readonly specifier: string;
  /** 1-based line of the import. */
  readonly line?: number;
}

/** Returns whether a `deno.lock` lies beside a file or above it. */
export function hasLockAbove(path: string, siblings: Siblings): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some(
    (_, depth) =>
      siblings.get([...folders.slice(0, depth + 1), 'deno.lock'].join('/')) !== undefined,
  );
}

function* specifiersOf(document: JsonDocument): Generator<Specifier> {
  const { root } = document;
  const scopes = root['scopes'];
  const tables = [root['imports'], ...(isJsonObject(scopes) ? Object.values(scopes) : [])];
  for (const table of tables) {
    if (!isJsonObject(table)) continue;
    for (const [key, specifier] of Object.entries(table)) {
      const line = document.lineOfKey(table, key);
      if (typeof specifier === 'string') yield { specifier, ...(line !== undefined && { line }) };
    }
  }
}
