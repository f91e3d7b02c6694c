/**
 * The nested `dependencies` of lockfile version 1, and of the shrinkwraps before it.
 *
 * Source: npm 6 documentation, "package-lock.json". Which dependencies are the project's own is not recorded. Written
 * rules: an alias (`npm:lodash@3.10.1`) is the package it stands for; a version that is the address of a registry's archive
 * is the package in it; one that is a git address, a file or any other address is no version, so the package is listed
 * without one, and an advisory that names it is a gap.
 */

import {
  isJsonObject,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../format/json.ts';
import type { CatalogBuilder } from '../builder.ts';
import { archivedAt } from './archive-address.ts';
import { edgeTo, objectAt, vcsUrlOf, type LockedPackages } from './locked-packages.ts';

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
export function addTree(
  document: JsonDocument,
  packages: LockedPackages,
  result: CatalogBuilder,
): void {
  const top: Level = { packages: objectAt(document.root, 'dependencies') ?? {}, parent: undefined };
  const pending = nodesOf(top, result).reverse();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const line = document.lineOf(node.row);
    const identity = identify(node.key, node.row);
    const nested = objectAt(node.row, 'dependencies');
    const level = nested === undefined ? node.level : { packages: nested, parent: node.level };
    if (identity === undefined) result.unreadableRow(node.key, { line });
    else {
      packages.add({
        ...identity,
        line,
        relationship: undefined,
        dependsOn: requirements(node.row, level),
        row: node.row,
      });
    }
    if (nested === undefined) continue;
    for (const below of nodesOf(level, result).reverse()) pending.push(below);
  }
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
  const archived = archivedAt(version);
  return { name: archived?.name ?? key, version: archived?.version ?? '', vcsUrl };
}

/** What `requires` names, found as Node finds it: at the package's own level, then at those above. */
function requirements(row: JsonObject, own: Level): readonly string[] {
  const edges: string[] = [];
  for (const key of Object.keys(objectAt(row, 'requires') ?? {})) {
    const found = find(key, own);
    const identity = found === undefined ? undefined : identify(key, found);
    if (identity !== undefined) edges.push(edgeTo(identity.name, identity.version));
  }
  return edges;
}

function find(key: string, own: Level): JsonObject | undefined {
  for (let level: Level | undefined = own; level !== undefined; level = level.parent) {
    const found = objectAt(level.packages, key);
    if (found !== undefined) return found;
  }
  return undefined;
}
