/**
 * The nested `dependencies` of lockfile version 1, and of the shrinkwraps before it.
 *
 * Source: npm 6 documentation, "package-lock.json". Which dependencies are the project's own is not
 * recorded. Written rules: an alias (`npm:lodash@3.10.1`) is the package it stands for; a version
 * that is the address of a registry's archive is the package in it; one that is a git address, a
 * file or any other address is no version, so the package is listed without one, and an advisory
 * that names it is a gap. A row that is marked `dev` and that a row without the mark requires is
 * for run time, and a note.
 */

import {
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { mismarkedPackages, noteMismarked } from '../lock-graph.ts';
import { packageOfTarball } from './tarball-url.ts';
import {
  edgeTo,
  isDevelopmentRow,
  objectAt,
  vcsUrlOf,
  type LockedPackages,
} from './locked-packages.ts';

const ALIAS = /^npm:(?<name>(?:@[^@/]+\/)?[^@/]+)@(?<version>.+)$/;
const ADDRESS = /^(?:file:|link:|https?:\/\/|git\+|git:\/\/|github:|gitlab:|bitbucket:|gist:)/;

/** One level of the tree: what a package at this level can require. */
interface Level {
  readonly packages: JsonObject;
  readonly parent: Level | undefined;
}

interface Node {
  readonly key: string;
  readonly row: JsonObject;
  readonly level: Level;
}

/** Adds every package of the tree; rows that cannot be read go to `result`. */
export function addLockTree(
  document: JsonDocument,
  packages: LockedPackages,
  result: CatalogBuilder,
): void {
  const top: Level = { packages: objectAt(document.root, 'dependencies') ?? {}, parent: undefined };
  const nodes = nodesBelow(top, result);
  const needed = neededRows(nodes);
  for (const { key, row, level } of nodes) {
    const line = document.lineOf(row);
    const identity = identify(key, row);
    if (identity === undefined) {
      result.unreadableRow(key, { line });
      continue;
    }
    const isNeeded = needed.has(row);
    if (isNeeded) noteMismarked(result, identity, line);
    packages.add({
      ...identity,
      line,
      relationship: undefined,
      dependsOn: requirements(row, level),
      row,
      ...(isNeeded && { scope: 'runtime' }),
    });
  }
}

/**
 * Returns all rows, each before those below it, with the level that its requirements are looked up
 * from.
 */
function nodesBelow(top: Level, result: CatalogBuilder): readonly Node[] {
  const nodes: Node[] = [];
  const pending = nodesOf(top, result).reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const { key, row, level: own } = node;
    const nested = objectAt(row, 'dependencies');
    const level = nested === undefined ? own : { packages: nested, parent: own };
    nodes.push({ key, row, level });
    if (nested === undefined) continue;
    for (const below of nodesOf(level, result).reverse()) pending.push(below);
  }
  return nodes;
}

const NO_ROWS: ReadonlySet<JsonObject> = new Set();

/**
 * Returns the rows whose mark contradicts what others require. Which rows the project asks for is
 * not recorded.
 */
function neededRows(nodes: readonly Node[]): ReadonlySet<JsonObject> {
  if (!nodes.some(({ row }) => isDevelopmentRow(row))) return NO_ROWS;
  const levels = new Map(nodes.map(({ row, level }) => [row, level]));
  return mismarkedPackages({
    keys: levels.keys(),
    roots: [],
    isDevelopment: isDevelopmentRow,
    needsOf: (row) => {
      const level = levels.get(row);
      return level === undefined ? [] : requiredRows(row, level);
    },
  });
}

function nodesOf(level: Level, result: CatalogBuilder): Node[] {
  const nodes: Node[] = [];
  for (const [key, row] of Object.entries(level.packages)) {
    if (isJsonObject(row)) nodes.push({ key, row, level });
    else result.unreadableRow(key, { reason: 'not an object' });
  }
  return nodes;
}

function identify(
  key: string,
  row: JsonObject,
): { name: string; version: string; vcsUrl: string | undefined } | undefined {
  const { version, resolved } = readStrings(row, ['version', 'resolved']);
  if (key === '' || version === undefined || version === '') return undefined;
  const vcsUrl = vcsUrlOf(version) ?? vcsUrlOf(resolved);
  const alias = ALIAS.exec(version)?.groups;
  if (alias !== undefined) {
    return { name: alias['name'] ?? key, version: alias['version'] ?? '', vcsUrl };
  }
  if (!ADDRESS.test(version)) return { name: key, version, vcsUrl };
  const archived = packageOfTarball(version);
  return { name: archived?.name ?? key, version: archived?.version ?? '', vcsUrl };
}

/**
 * Returns the packages that `requires` names, resolved as Node does: at the package's own level,
 * then at those above.
 */
function requirements(row: JsonObject, own: Level): readonly string[] {
  const edges: string[] = [];
  for (const key of Object.keys(objectAt(row, 'requires') ?? {})) {
    const found = find(key, own);
    const identity = found === undefined ? undefined : identify(key, found);
    if (identity !== undefined) edges.push(edgeTo(identity.name, identity.version));
  }
  return edges;
}

function requiredRows(row: JsonObject, own: Level): readonly JsonObject[] {
  return Object.keys(objectAt(row, 'requires') ?? {})
    .map((key) => find(key, own))
    .filter((found) => found !== undefined);
}

function find(key: string, own: Level): JsonObject | undefined {
  for (let level: Level | undefined = own; level !== undefined; level = level.parent) {
    const found = objectAt(level.packages, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
