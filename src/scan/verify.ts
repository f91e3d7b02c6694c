/** Verifies the content of what was cataloged; where a digest is missing, a second walk over the few layers takes it. */

import { assess, withoutShippedPrograms } from '../integrity/index.ts';
import type { CollectorOptions } from '../collect/collector.ts';
import type { DigestAlgorithm } from '../collect/digest-plan.ts';
import type { BuiltInventory } from '../inventory/inventory.ts';
import type { MergedView } from '../rootfs/merge-layers.ts';
import type { Artifact, Digest } from '../model/artifact.ts';
import type { FileFact } from '../model/layer-record.ts';
import type { RecordOnlyChange } from '../model/package-occurrence.ts';
import type { Inventory } from '../model/package.ts';
import { CATALOGER_ROWS } from './cataloger-rows.ts';
import type { VerifyDepth } from './request.ts';
import type { SecondWalk } from '../model/layer-walk.ts';

export interface Verification {
  readonly built: BuiltInventory;
  readonly view: MergedView;
  /** Readings of files that are gone. */
  readonly erased: MergedView['erased'];
  /** Records that a layer changed without the files beside them. */
  readonly lone: readonly RecordOnlyChange[];
  readonly artifactKind: Artifact['kind'];
  readonly depth: VerifyDepth;
  /** Variables of the image's configuration. */
  readonly environment: readonly string[];
}

/** Walks one layer for the digests of a table. */
export type DigestWalk = (
  layer: number,
  digests: Extract<CollectorOptions['digests'], ReadonlyMap<string, unknown>>,
) => Promise<Pick<SecondWalk, 'facts'>>;

/** The inventory with its evidence. Each layer is walked once more at most. */
export async function verifyContents(
  { built, view, erased, lone, artifactKind, depth, environment }: Verification,
  walk: DigestWalk,
): Promise<Inventory> {
  const { inventory, entries } = built;
  if (artifactKind === 'sbom') return inventory;
  const told = {
    inventory,
    entries,
    catalogers: CATALOGER_ROWS,
    readings: view.cataloged,
    erased,
    lone,
    root: view.root,
    environment,
  };
  if (depth === 'none') {
    return withoutShippedPrograms({ ...told, depth: 'manifests', accounts: false });
  }
  const input = {
    ...told,
    depth,
    accounts: artifactKind === 'image' || artifactKind === 'rootfs',
  };
  const first = assess(input);
  if (first.missing.length === 0) return first.inventory;
  const moreDigests = await takeDigests(first.missing, walk);
  return moreDigests.size === 0 ? first.inventory : assess({ ...input, moreDigests }).inventory;
}

async function takeDigests(
  missing: ReturnType<typeof assess>['missing'],
  walk: DigestWalk,
): Promise<ReadonlyMap<FileFact, readonly Digest[]>> {
  const layers = new Map<number, Map<string, Wanted>>();
  for (const { fact, stored, algorithm } of missing) {
    if (!isAlgorithm(algorithm)) continue;
    const paths = layers.get(stored.layer) ?? new Map<string, Wanted>();
    layers.set(stored.layer, paths);
    const wanted = paths.get(stored.path);
    if (wanted === undefined) paths.set(stored.path, { fact, algorithms: new Set([algorithm]) });
    else wanted.algorithms.add(algorithm);
  }
  const taken = new Map<FileFact, readonly Digest[]>();
  for (const [layer, paths] of layers) {
    const table = new Map([...paths].map(([path, { algorithms }]) => [path, [...algorithms]]));
    const { facts } = await walk(layer, table);
    for (const { path, digests } of facts.files) {
      const wanted = paths.get(path);
      if (wanted !== undefined && digests.length > 0) taken.set(wanted.fact, digests);
    }
  }
  return taken;
}

interface Wanted {
  readonly fact: FileFact;
  readonly algorithms: Set<DigestAlgorithm>;
}

function isAlgorithm(name: string): name is DigestAlgorithm {
  return name === 'md5' || name === 'sha1' || name === 'sha256' || name === 'sha512';
}
