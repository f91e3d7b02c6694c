/**
 * The packages of a `package-lock.json` with the ranges by which they request each other.
 *
 * Source: npm documentation, "package-lock.json" (versions 2 and 3, `packages`) and "folders" (which installed package a
 * request finds). The catalogers read the same file without ranges.
 */

import { ancestorDirectories } from '../../../base/artifact-path.ts';
import { appendTo } from '../../../base/maps.ts';
import {
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../format/json.ts';

/** A package of the lockfile, the project itself, or a member of its workspace. */
export interface LockNode {
  /** Its key in `packages`: empty for the project, `packages/a` for a member, `node_modules/a` for a package. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly requests: readonly LockRequest[];
}

/** One request of a node. */
export interface LockRequest {
  readonly section: RequestSection;
  readonly name: string;
  /** As it is written: a range, a tag or an address. */
  readonly range: string;
}

/** Members of a manifest that hold requests. */
export type RequestSection = (typeof REQUEST_SECTIONS)[number];
const REQUEST_SECTIONS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

/** A request, and what it finds. */
export interface LockEdge extends LockRequest {
  readonly from: LockNode;
  readonly to: LockNode;
}

/** The graph of one lockfile. */
export interface LockGraph {
  readonly nodes: readonly LockNode[];
  /** Returns the requests that find a version of a package. */
  requestsFor(name: string, version: string): readonly LockEdge[];
  /** Returns the versions of a package. */
  versionsOf(name: string): readonly string[];
}

const INSTALLED = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)$/u;

/** Whether a node is the project or a member of its workspace. */
export function isProjectNode({ path }: Pick<LockNode, 'path'>): boolean {
  return !INSTALLED.test(path);
}

/** Reads the graph from `packages` of a lockfile. */
export function readLockGraph(packages: JsonObject): LockGraph {
  const nodes = new Map<string, LockNode>();
  for (const [path, row] of Object.entries(packages)) {
    if (!isJsonObject(row) || row['link'] === true) continue;
    const { name, version = '' } = readStrings(row, ['name', 'version']);
    const ownName = name ?? INSTALLED.exec(path)?.groups?.['name'] ?? '';
    nodes.set(path, { path, name: ownName, version, requests: requestsOf(row) });
  }
  const edges = new Map<string, LockEdge[]>();
  const versions = new Map<string, Set<string>>();
  for (const node of nodes.values()) {
    if (!isProjectNode(node)) {
      const known = versions.get(node.name) ?? new Set();
      versions.set(node.name, known.add(node.version));
    }
    for (const request of node.requests) {
      const to = findFrom(node.path, request.name, nodes);
      if (to !== undefined)
        appendTo(edges, keyOf(to.name, to.version), { ...request, from: node, to });
    }
  }
  return {
    nodes: [...nodes.values()],
    requestsFor: (name, version) => edges.get(keyOf(name, version)) ?? [],
    versionsOf: (name) => [...(versions.get(name) ?? [])],
  };
}

function keyOf(name: string, version: string): string {
  return `${name}\0${version}`;
}

function requestsOf(row: JsonObject): readonly LockRequest[] {
  return REQUEST_SECTIONS.flatMap((section) => {
    const requests: JsonValue | undefined = row[section];
    if (!isJsonObject(requests)) return [];
    return Object.entries(requests).flatMap(([name, range]) =>
      typeof range === 'string' ? [{ section, name, range }] : [],
    );
  });
}

/** Node looks into `node_modules` of the directory of the package and of each directory above. */
function findFrom(
  path: string,
  name: string,
  nodes: ReadonlyMap<string, LockNode>,
): LockNode | undefined {
  for (const directory of ancestorDirectories(path)) {
    const prefix = directory === '' ? '' : `${directory}/`;
    const found = nodes.get(`${prefix}node_modules/${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
