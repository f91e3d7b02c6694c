/**
 * The graph of a `yarn.lock`.
 *
 * Source: Yarn documentation, "yarn.lock", "Protocols", "Catalogs" and "resolutions". Yarn 1
 * records no peer dependencies; those of later versions find any version of the package that they
 * accept.
 *
 * Reads: `yarn.lock`.
 */

import { appendTo } from '../../../../core/base/maps.ts';
import { isJsonObject, readStrings, type JsonObject } from '../../../../formats/text/json/json.ts';
import {
  makeLockGraph,
  requestsOf,
  type LockGraph,
  type LockNode,
  type LockRequest,
} from '../javascript/lock-graph.ts';
import { accepts } from '../javascript/range-text.ts';
import { plainRange, splitSpec, type YarnFile } from './yarn-file.ts';

/** The sources of a graph. */
export interface YarnSources {
  readonly file: YarnFile;
  /** The manifests of the project and its members by their directories. */
  readonly manifests: ReadonlyMap<string, JsonObject>;
  /** Resolves a request that refers to a catalog. */
  readonly inCatalog: (request: LockRequest & { readonly range: string }) => LockRequest;
}

/** Reads the graph. */
export function readYarnGraph({ file, manifests, inCatalog }: YarnSources): LockGraph {
  const nodes: LockNode[] = [];
  const bySpec = new Map<string, LockNode>();
  const byName = new Map<string, LockNode[]>();
  for (const [path, manifest] of manifests) {
    const { name = '', version = '' } = readStrings(manifest, ['name', 'version']);
    const requests = requestsOf(manifest).map(inCatalog);
    nodes.push({ path, isProject: true, name, version, requests });
  }
  for (const { name, version, entry, member } of file.packages) {
    if (member !== undefined) continue;
    const requests = (
      ['dependencies', 'optionalDependencies', 'peerDependencies'] as const
    ).flatMap((section) =>
      [...(entry.sections.get(section) ?? [])].map(([dependency, range]): LockRequest => ({
        section,
        name: dependency,
        range: plainRange(range),
      })),
    );
    const node = { path: entry.specs[0] ?? name, isProject: false, name, version, requests };
    nodes.push(node);
    for (const spec of entry.specs) {
      bySpec.set(spec, node);
      // Ranges of an alias have its name.
      appendTo(byName, splitSpec(spec).name, node);
    }
  }
  return makeLockGraph(nodes, (_, { section, name, range = '' }) => {
    const named = [...new Set(byName.get(name) ?? [])];
    if (section === 'peerDependencies') {
      return named.filter(({ version }) => accepts(range, version));
    }
    const exact = bySpec.get(`${name}@npm:${range}`) ?? bySpec.get(`${name}@${range}`);
    if (exact !== undefined) return [exact];
    // A resolution replaced the range.
    return named.length === 1 || !isMember(name, manifests) ? named : [];
  });
}

function isMember(name: string, manifests: ReadonlyMap<string, JsonObject>): boolean {
  return [...manifests.values()].some(
    (manifest) => isJsonObject(manifest) && manifest['name'] === name,
  );
}
