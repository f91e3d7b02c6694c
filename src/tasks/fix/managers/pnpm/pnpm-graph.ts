/**
 * The graph of a `pnpm-lock.yaml` of version 9.
 *
 * Source: `pnpm/spec`, "lockfile", and the files that pnpm 9 and 10 write: `importers` hold the
 * projects, `snapshots` what each package finds, `packages` their peer dependencies. The ranges of
 * packages are not in the file; the registry has them.
 *
 * Reads: `pnpm-lock.yaml`.
 */

import { isJsonObject, readStrings, type JsonObject } from '../../../../formats/text/json/json.ts';
import { catalogReader } from '../javascript/catalogs.ts';
import {
  makeLockGraph,
  requestsOf,
  type LockGraph,
  type LockNode,
  type LockRequest,
  type RequestSection,
} from '../javascript/lock-graph.ts';

/** The sources of a graph. */
export interface PnpmSources {
  /** The document of the lockfile that has the project. */
  readonly lock: JsonObject;
  /** The manifests of the importers by their keys. */
  readonly manifests: ReadonlyMap<string, JsonObject>;
  /** Path of `pnpm-workspace.yaml`, relative to the target. */
  readonly workspacePath: string;
  /** The content of `pnpm-workspace.yaml`; empty if there is none. */
  readonly workspace: JsonObject;
}

const INSTALLED: readonly RequestSection[] = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
];
const KEY = /^(?<name>(?:@[^/@]+\/)?[^/@]+)@(?<reference>.+)$/u;

/** Reads the graph. */
export function readPnpmGraph({
  lock,
  manifests,
  workspacePath,
  workspace,
}: PnpmSources): LockGraph {
  const packages = objectAt(lock, 'packages');
  const snapshots = objectAt(lock, 'snapshots');
  const nodes = new Map<string, LockNode>();
  const references = new Map<LockNode, ReadonlyMap<string, string>>();
  for (const [key, row] of Object.entries(objectAt(lock, 'importers'))) {
    const manifest = manifests.get(key);
    if (!isJsonObject(row) || manifest === undefined) continue;
    const requests = requestsOf(manifest).map(catalogReader(workspacePath, workspace));
    const { name = '', version = '' } = readStrings(manifest, ['name', 'version']);
    const node = { path: key === '.' ? '' : key, isProject: true, name, version, requests };
    nodes.set(`importer ${key}`, node);
    references.set(node, referencesOf(row));
  }
  for (const [key, row] of Object.entries(snapshots)) {
    if (!isJsonObject(row)) continue;
    const own = packages[withoutPeers(key)];
    const node = packageNode(key, row, isJsonObject(own) ? own : {});
    nodes.set(key, node);
    references.set(node, referencesOf(row));
  }
  return makeLockGraph([...nodes.values()], (node, { name }) => {
    const reference = references.get(node)?.get(name);
    if (reference === undefined) return [];
    const found = nodes.get(`${name}@${reference}`) ?? nodes.get(reference);
    return found === undefined ? [] : [found];
  });
}

function packageNode(key: string, row: JsonObject, own: JsonObject): LockNode {
  const groups = KEY.exec(withoutPeers(key))?.groups;
  const { name = groups?.['name'] ?? key, version = groups?.['reference'] ?? '' } = readStrings(
    own,
    ['name', 'version'],
  );
  const peers = objectAt(own, 'peerDependencies');
  const requests = INSTALLED.flatMap((section) =>
    Object.keys(objectAt(row, section)).map((dependency): LockRequest => {
      const peer = peers[dependency];
      return typeof peer === 'string'
        ? { section: 'peerDependencies', name: dependency, range: peer }
        : { section, name: dependency };
    }),
  );
  return { path: key, isProject: false, name, version, requests };
}

/**
 * Returns the resolution of each dependency: a version, or the key of a package with another name.
 */
function referencesOf(row: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    INSTALLED.flatMap((section) =>
      Object.entries(objectAt(row, section)).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : (readStrings(value, ['version']).version ?? ''),
      ]),
    ),
  );
}

/** Returns a key without the peers that this copy of the package was installed with. */
function withoutPeers(key: string): string {
  const at = key.indexOf('(');
  return at > 0 ? key.slice(0, at) : key;
}

/** Returns the mapping of a key; an empty one if there is none. */
export function objectAt(value: JsonObject, key: string): JsonObject {
  const found = value[key];
  return isJsonObject(found) ? found : {};
}
