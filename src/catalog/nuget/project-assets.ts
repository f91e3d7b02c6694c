/**
 * What NuGet resolved for a .NET project: `obj/project.assets.json`, written by every restore, with or without a lockfile.
 *
 * Source: the NuGet source, `LockFileFormat`: `targets` has for each framework, and each runtime of it, what was taken by
 * `name/version` with type and dependencies; `project.frameworks` what the project asks for itself. Projects of the same
 * solution are not listed. A package is for development where the project keeps its assets to itself
 * (`suppressParent: All`) and nothing else leads to it. Refused: what is no JSON object with `targets`.
 */

import { ParseError } from '../../base/errors.ts';
import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../format/json.ts';
import type { Cataloged } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';

const KEY = /^(?<name>[^/]{1,500})\/(?<version>[^/]{1,500})$/;

interface Entry {
  readonly name: string;
  readonly version: string;
  readonly line: number | undefined;
  readonly isPackage: boolean;
  /** Names in lower case. */
  readonly needs: readonly string[];
}

export const projectAssets: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const document = readJsonDocument(file.path, await file.bytes());
    const targets = document.root['targets'];
    if (!isJsonObject(targets)) throw new ParseError(file.path, 'no "targets"');
    const asked = askedFor(document.root);
    const packages = new Map<string, Cataloged>();
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
    needs: needs.map((needed) => needed.toLowerCase()),
  };
}

/** What the project itself asks for, in lower case; `true` for what it keeps to itself. */
function askedFor(root: JsonObject): ReadonlyMap<string, boolean> {
  const asked = new Map<string, boolean>();
  const project = root['project'];
  const frameworks = isJsonObject(project) ? project['frameworks'] : undefined;
  for (const framework of isJsonObject(frameworks) ? Object.values(frameworks) : []) {
    const dependencies = isJsonObject(framework) ? framework['dependencies'] : undefined;
    for (const [name, row] of isJsonObject(dependencies) ? Object.entries(dependencies) : []) {
      const { suppressParent } = readStrings(row, ['suppressParent']);
      asked.set(name.toLowerCase(), suppressParent?.toLowerCase() === 'all');
    }
  }
  return asked;
}

function* catalog(
  entries: ReadonlyMap<string, Entry>,
  asked: ReadonlyMap<string, boolean>,
): Generator<Cataloged> {
  const used = reached(entries, asked);
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
        scope: used.has(key) ? ('runtime' as const) : ('development' as const),
      }),
      ...(dependsOn.length > 0 && { dependsOn }),
    };
  }
}

/** What is used by more than the building: everything but what only packages kept to the project lead to. */
function reached(
  entries: ReadonlyMap<string, Entry>,
  asked: ReadonlyMap<string, boolean>,
): ReadonlySet<string> {
  const used = new Set<string>();
  const projects = [...entries].filter(([, { isPackage }]) => !isPackage).map(([key]) => key);
  const waiting = [...projects, ...[...asked].filter(([, isOwn]) => !isOwn).map(([key]) => key)];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (used.has(key)) continue;
    used.add(key);
    waiting.push(...(entries.get(key)?.needs ?? []));
  }
  return used;
}

/** A package of several frameworks is one, with the strongest of what they say. */
function merge(packages: Map<string, Cataloged>, pkg: Cataloged): void {
  const key = `${pkg.name.toLowerCase()}@${pkg.version}`;
  const earlier = packages.get(key);
  if (earlier === undefined) packages.set(key, pkg);
  else if (earlier.scope === 'development' && pkg.scope === 'runtime') {
    packages.set(key, { ...earlier, scope: 'runtime' });
  }
}
