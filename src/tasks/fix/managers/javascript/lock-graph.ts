/**
 * The packages of a lockfile with the ranges by which they request each other. Each manager reads
 * its own lockfile into nodes, because the catalogers read the same files without ranges.
 */

import { appendTo } from '../../../../core/base/maps.ts';
import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';

/** A package of the lockfile, the project itself, or a member of its workspace. */
export interface LockNode {
  /**
   * The directory of the project or of a member, relative to that of the lockfile (empty for the
   * project); for a package, its key in the lockfile.
   */
  readonly path: string;
  readonly isProject: boolean;
  readonly name: string;
  readonly version: string;
  readonly requests: readonly LockRequest[];
}

/** One request of a node. */
export interface LockRequest {
  readonly section: RequestSection;
  readonly name: string;
  /** A range, a tag or an address. Absent: the lockfile does not have it, and the registry does. */
  readonly range?: string;
  /** Where the range is written if the manifest of the node only refers to it. */
  readonly catalog?: CatalogPlace;
}

/** The entry of a catalog. */
export interface CatalogPlace {
  /** Path of the file that holds the catalog, relative to the target. */
  readonly manifest: string;
  /** As in `catalog` or `catalogs/react`. */
  readonly section: string;
  readonly name: string;
  /** What the manifest of the node has in place of the range, as in `catalog:`. */
  readonly reference: string;
}

/** Members of a manifest that hold requests. */
export type RequestSection = (typeof REQUEST_SECTIONS)[number];
/** All members of a manifest that hold requests. */
export const REQUEST_SECTIONS = [
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

/**
 * Returns the packages that a request finds: usually one, none if the lockfile has none, several if
 * it does not say which.
 */
type ResolveRequest = (node: LockNode, request: LockRequest) => readonly LockNode[];

/**
 * Makes the graph of nodes. Edges become objects when they are asked for, because most of a large
 * lockfile never is.
 */
export function makeLockGraph(nodes: readonly LockNode[], resolve: ResolveRequest): LockGraph {
  const incoming = new Map<LockNode, Incoming[]>();
  const byName = new Map<string, LockNode[]>();
  for (const node of nodes) {
    appendTo(byName, node.name, node);
    for (const request of node.requests) {
      for (const to of resolve(node, request)) appendTo(incoming, to, [node, request]);
    }
  }
  return {
    nodes,
    requestsFor: (name, version) =>
      (byName.get(name) ?? [])
        .filter((node) => node.version === version)
        .flatMap((to) =>
          (incoming.get(to) ?? []).map(([from, request]) => ({ ...request, from, to })),
        ),
    versionsOf: (name) => [
      ...new Set(
        (byName.get(name) ?? [])
          .filter(({ isProject }) => !isProject)
          .map(({ version }) => version),
      ),
    ],
  };
}

/** A node, and its request that finds another one. */
type Incoming = readonly [from: LockNode, request: LockRequest];

/** Returns the requests of a manifest, or of a row of a lockfile that has the same members. */
export function requestsOf(row: JsonObject): readonly (LockRequest & { readonly range: string })[] {
  const found: (LockRequest & { readonly range: string })[] = [];
  for (const section of REQUEST_SECTIONS) {
    const requests = row[section];
    if (!isJsonObject(requests)) continue;
    for (const [name, range] of Object.entries(requests)) {
      if (typeof range === 'string') found.push({ section, name, range });
    }
  }
  return found;
}
