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

/** Stands in front of the name of an installed package. */
const PACKAGES = 'node_modules/';

/** Whether a key of `packages` names the project or a member of its workspace. */
export function isProjectPath(path: string): boolean {
  return !INSTALLED.test(path);
}

/** Reads the graph from `packages` of a lockfile. */
export function readNpmGraph(packages: JsonObject): LockGraph {
  const nodes = new Map<string, LockNode>();
  const holders = new Set<string>();
  for (const [path, row] of Object.entries(packages)) {
    if (!isJsonObject(row) || row['link'] === true) continue;
    const { name, version = '' } = readStrings(row, ['name', 'version']);
    const installed = INSTALLED.exec(path);
    const ownName = name ?? installed?.groups?.['name'] ?? '';
    const isProject = installed === null;
    if (!isProject) holders.add(path.slice(0, path.indexOf(PACKAGES, installed.index)));
    nodes.set(path, { path, isProject, name: ownName, version, requests: requestsOf(row) });
  }
  return makeLockGraph([...nodes.values()], ({ path }, { name }) => {
    const found = findFrom(path, name, { nodes, holders });
    return found === undefined ? [] : [found];
  });
}

/** What requests are resolved with. */
interface Installed {
  readonly nodes: ReadonlyMap<string, LockNode>;
  /** Directories that have packages, each with its closing slash; empty for that of the lockfile. Most packages have none. */
  readonly holders: ReadonlySet<string>;
}

/** Node looks into `node_modules` of the directory of the package and of each directory above. */
function findFrom(path: string, name: string, { nodes, holders }: Installed): LockNode | undefined {
  for (const directory of ancestorDirectories(path)) {
    const prefix = directory === '' ? '' : `${directory}/`;
    // A directory of packages has none of its own.
    if (!holders.has(prefix) || directory.endsWith('node_modules')) continue;
    const found = nodes.get(`${prefix}${PACKAGES}${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
