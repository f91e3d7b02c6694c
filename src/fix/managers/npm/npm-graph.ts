/**
 * The graph of a `package-lock.json`.
 *
 * Source: npm documentation, "package-lock.json" (versions 2 and 3, `packages`) and "folders" (which installed package a
 * request finds).
 */

import { ancestorDirectories } from '../../../base/artifact-path.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../format/json.ts';
import {
  makeLockGraph,
  requestsOf,
  type LockGraph,
  type LockNode,
} from '../javascript/lock-graph.ts';

const INSTALLED = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)$/u;

/** Whether a key of `packages` names the project or a member of its workspace. */
export function isProjectPath(path: string): boolean {
  return !INSTALLED.test(path);
}

/** Reads the graph from `packages` of a lockfile. */
export function readNpmGraph(packages: JsonObject): LockGraph {
  const nodes = new Map<string, LockNode>();
  for (const [path, row] of Object.entries(packages)) {
    if (!isJsonObject(row) || row['link'] === true) continue;
    const { name, version = '' } = readStrings(row, ['name', 'version']);
    const ownName = name ?? INSTALLED.exec(path)?.groups?.['name'] ?? '';
    const isProject = isProjectPath(path);
    nodes.set(path, { path, isProject, name: ownName, version, requests: requestsOf(row) });
  }
  return makeLockGraph([...nodes.values()], ({ path }, { name }) => {
    const found = findFrom(path, name, nodes);
    return found === undefined ? [] : [found];
  });
}

/** Node looks into `node_modules` of the directory of the package and of each directory above. */
function findFrom(
  path: string,
  name: string,
  nodes: ReadonlyMap<string, LockNode>,
): LockNode | undefined {
  for (const directory of ancestorDirectories(path)) {
    // A directory of packages has none of its own.
    if (directory.endsWith('node_modules')) continue;
    const prefix = directory === '' ? '' : `${directory}/`;
    const found = nodes.get(`${prefix}node_modules/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
