/**
 * NuGet's resolution for a .NET project: `obj/project.assets.json`, written by every restore, with
 * or without a lockfile.
 *
 * Source: the NuGet source, `LockFileFormat`: `targets` has for each framework, and each runtime of
 * it, the used packages by `name/version` with type and dependencies; `project.frameworks` has the
 * project's own requests. Projects of the same solution are not listed. A package is for
 * development where each framework of the project keeps its assets to itself
 * (`suppressParent: All`), or only such packages lead to it, and none of its files is there when
 * the program runs. Refused: files that are no JSON object with `targets`.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readJsonRows } from '../json-rows.ts';

/** Stands for no file in a folder that must not be empty. */
const NO_FILE = '_._';
const KEY = /^(?<name>[^/]{1,500})\/(?<version>[^/]{1,500})$/;

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly line: number | undefined;
  readonly isPackage: boolean;
  /** Files of it lie beside the program. */
  readonly hasRuntime: boolean;
  /** Names in lower case. */
  readonly needs: readonly string[];
}

export const projectAssets: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const document = await readJsonRows(file, result, context);
    const targets = document.root['targets'];
    if (!isJsonObject(targets)) throw new ParseError(file.path, 'no "targets"');
    const asked = askedFor(document.root);
    const packages = new Map<string, CatalogedPackage>();
    for (const [target, rows] of Object.entries(targets)) {
      if (!isJsonObject(rows)) {
        result.unreadableRow(target, { reason: 'no packages of a framework' });
        continue;
      }
      const entries = new Map<string, Entry>();
      for (const [key, row] of Object.entries(rows)) {
        const line = isJsonObject(row) ? document.lineOf(row) : undefined;
        const entry = readEntry(key, row, line);
        if (entry === undefined) result.unreadableRow(key, { line });
        else entries.set(entry.name.toLowerCase(), entry);
      }
      for (const pkg of catalog(entries, asked)) merge(packages, pkg);
    }
    for (const pkg of packages.values()) result.add(pkg);
    return result.done();
  },
};

function readEntry(
  key: string,
  row: JsonValue | undefined,
  line: number | undefined,
): Entry | undefined {
  const { name, version } = KEY.exec(key)?.groups ?? {};
  const { type } = readStrings(row, ['type']);
  if (name === undefined || version === undefined || type === undefined) return undefined;
  const dependencies = isJsonObject(row) ? row['dependencies'] : undefined;
  const needs = isJsonObject(dependencies) ? Object.keys(dependencies) : [];
  return {
    name,
    version,
    line,
    isPackage: type !== 'project',
    hasRuntime: isJsonObject(row) && hasFiles(row['runtime']),
    needs: needs.map((needed) => needed.toLowerCase()),
  };
}

function hasFiles(files: JsonValue | undefined): boolean {
  return isJsonObject(files) && Object.keys(files).some((asset) => !asset.endsWith(NO_FILE));
}

/** Returns the project's own requests, in lower case; `true` for private ones. */
function askedFor(root: JsonObject): ReadonlyMap<string, boolean> {
  const asked = new Map<string, boolean>();
  const project = root['project'];
  const frameworks = isJsonObject(project) ? project['frameworks'] : undefined;
  for (const framework of isJsonObject(frameworks) ? Object.values(frameworks) : []) {
    const dependencies = isJsonObject(framework) ? framework['dependencies'] : undefined;
    for (const [name, row] of isJsonObject(dependencies) ? Object.entries(dependencies) : []) {
      const { suppressParent } = readStrings(row, ['suppressParent']);
      const key = name.toLowerCase();
      asked.set(key, asked.get(key) !== false && suppressParent?.toLowerCase() === 'all');
    }
  }
  return asked;
}

function* catalog(
  entries: ReadonlyMap<string, Entry>,
  asked: ReadonlyMap<string, boolean>,
): Generator<CatalogedPackage> {
  const building = forBuilding(entries, asked);
  for (const [key, { name, version, line, isPackage, needs }] of entries) {
    if (!isPackage) continue;
    const dependsOn = needs.map((needed) => {
      const other = entries.get(needed);
      return other === undefined ? needed : `${other.name}@${other.version}`;
    });
    yield {
      name,
      version,
      ...(line !== undefined && { line }),
      ...(asked.size > 0 && {
        relationship: asked.has(key) ? ('direct' as const) : ('indirect' as const),
        scope: building.has(key) ? ('development' as const) : ('runtime' as const),
      }),
      ...(dependsOn.length > 0 && { dependsOn }),
    };
  }
}

/**
 * Returns the packages that are used only in building: those that only private packages lead to.
 */
function forBuilding(
  entries: ReadonlyMap<string, Entry>,
  asked: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const own = reached(
    entries,
    [...asked].filter(([, isOwn]) => isOwn).map(([key]) => key),
  );
  const isOther = (key: string, { isPackage, hasRuntime }: Entry): boolean => {
    if (!isPackage || hasRuntime) return true;
    const isOwn = asked.get(key) ?? own.has(key);
    return !isOwn;
  };
  const others = [...entries].filter(([key, entry]) => isOther(key, entry));
  const used = reached(
    entries,
    others.map(([key]) => key),
  );
  return new Set([...own].filter((key) => !used.has(key)));
}

function reached(
  entries: ReadonlyMap<string, Entry>,
  from: readonly string[],
): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...from];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    found.add(key);
    appendAll(waiting, entries.get(key)?.needs ?? []);
  }
  return found;
}

/** A package of several frameworks is one, with the strongest of what they say. */
function merge(packages: Map<string, CatalogedPackage>, pkg: CatalogedPackage): void {
  const key = `${pkg.name.toLowerCase()}@${pkg.version}`;
  const earlier = packages.get(key);
  if (earlier === undefined) packages.set(key, pkg);
  else if (earlier.scope === 'development' && pkg.scope === 'runtime') {
    packages.set(key, { ...earlier, scope: 'runtime' });
  }
}
