/**
 * The graph of a `package-lock.json`.
 *
 * Source: npm documentation, "package-lock.json" (versions 2 and 3, `packages`) and "folders"
 * (which installed package a request finds).
 *
 * Reads: `package-lock.json`, `npm-shrinkwrap.json`.
 */

import { ancestorDirectories } from '../../../../core/base/artifact-path.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../../formats/text/json/json.ts';
import {
  makeLockGraph,
  requestsOf,
  type LockGraph,
  type LockNode,
} from '../javascript/lock-graph.ts';

const INSTALLED = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)$/u;

/** Stands in front of the name of an installed package. */
const PACKAGES = 'node_modules/';

/** Whether a key of `packages` names the project or a member of its workspace. */
export function isProjectPath(path: string): boolean {
  return !INSTALLED.test(path);
}

/** Reads the graph from `packages` of a lockfile. */
export function readNpmGraph(packages: JsonObject): LockGraph {
  const nodes: LockNode[] = [];
  const holders: Holders = new Map();
  for (const [path, row] of Object.entries(packages)) {
    if (!isJsonObject(row) || row['link'] === true) continue;
    const { name, version = '' } = readStrings(row, ['name', 'version']);
    const place = installedAt(path);
    const isProject = place === undefined;
    const ownName = name ?? place?.name ?? '';
    const node = { path, isProject, name: ownName, version, requests: requestsOf(row) };
    nodes.push(node);
    if (place === undefined) continue;
    const held = holders.get(place.directory) ?? new Map<string, LockNode>();
    held.set(place.name, node);
    holders.set(place.directory, held);
  }
  // The requests of a node come one after the other.
  let last: { readonly node: LockNode; readonly above: readonly Held[] } | undefined;
  return makeLockGraph(nodes, (node, { name }) => {
    if (last?.node !== node) last = { node, above: heldAbove(node.path, holders) };
    for (const held of last.above) {
      const found = held.get(name);
      if (found !== undefined) return [found];
    }
    return [];
  });
}

/** The packages of one `node_modules`, by the name of their directory. */
type Held = ReadonlyMap<string, LockNode>;

/**
 * By the directory that has a `node_modules`; empty for that of the lockfile. Most packages have
 * none.
 */
type Holders = Map<string, Map<string, LockNode>>;

/** Where a package is installed; `undefined` for the project and its members. */
function installedAt(
  path: string,
): { readonly directory: string; readonly name: string } | undefined {
  // Most packages are in the `node_modules` of the project.
  if (path.startsWith(PACKAGES) && !path.includes('/', PACKAGES.length)) {
    const name = path.slice(PACKAGES.length);
    return name === '' ? undefined : { directory: '', name };
  }
  const installed = INSTALLED.exec(path);
  const name = installed?.groups?.['name'];
  return installed === null || name === undefined
    ? undefined
    : { directory: path.slice(0, installed.index), name };
}

/** Node looks into `node_modules` of the directory of the package and of each directory above. */
function heldAbove(path: string, holders: Holders): readonly Held[] {
  const found: Held[] = [];
  for (const directory of ancestorDirectories(path)) {
    const held = holders.get(directory);
    // A directory of packages has none of its own.
    if (held !== undefined && !directory.endsWith('node_modules')) found.push(held);
  }
  return found;
}
