/**
 * Verifies the content of what was cataloged. Digests that manifests name and no walk has taken are
 * questions to the layers.
 */

import { assess, withoutShippedPrograms, type Assessment } from '../integrity/index.ts';
import { isDigestAlgorithm } from '../collect/digest-plan.ts';
import type { BuiltInventory } from '../inventory/inventory.ts';
import type { MergedView } from '../rootfs/merge-layers.ts';
import type { Artifact, Digest } from '../../core/model/artifact/artifact.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import type { DigestQuestion, LayerAnswer } from '../../core/model/layer/layer-walk.ts';
import type { RecordOnlyChange } from '../../core/model/package/package-occurrence.ts';
import { CATALOGER_ROWS } from './cataloger-rows.ts';
import type { VerifyDepth } from './request.ts';

/** The input of a verification. */
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

/** Returns the inventory with its evidence. `moreDigests` are those that second walks took. */
export function verifyContents(
  { built, view, erased, lone, artifactKind, depth, environment }: Verification,
  moreDigests: ReadonlyMap<FileFact, readonly Digest[]> = new Map(),
): Assessment {
  const { inventory, entries } = built;
  if (artifactKind === 'sbom') return { inventory, missing: [] };
  const known = {
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
    const input = { ...known, depth: 'manifests', accounts: false } as const;
    return { inventory: withoutShippedPrograms(input), missing: [] };
  }
  const accounts = artifactKind === 'image' || artifactKind === 'rootfs';
  return assess({
    ...known,
    depth,
    accounts,
    ...(moreDigests.size > 0 && { moreDigests }),
  });
}

/** Returns one question for each file that lacks a digest. */
export function digestQuestions(missing: Assessment['missing']): readonly DigestQuestion[] {
  const byFile = new Map<string, DigestQuestion & { readonly algorithms: string[] }>();
  for (const { stored, algorithm } of missing) {
    if (!isDigestAlgorithm(algorithm)) continue;
    const key = fileKey(stored.layer, stored.path);
    const question = byFile.get(key);
    if (question === undefined) {
      byFile.set(key, { kind: 'digests', ...stored, algorithms: [algorithm] });
    } else if (!question.algorithms.includes(algorithm)) {
      question.algorithms.push(algorithm);
    }
  }
  return [...byFile.values()];
}

/** Returns the digests that answers give to the files that lacked them. */
export function takenDigests(
  missing: Assessment['missing'],
  answers: readonly LayerAnswer[],
): ReadonlyMap<FileFact, readonly Digest[]> {
  const facts = new Map<string, FileFact>();
  for (const { fact, stored } of missing) {
    const key = fileKey(stored.layer, stored.path);
    if (!facts.has(key)) facts.set(key, fact);
  }
  const taken = new Map<FileFact, readonly Digest[]>();
  for (const { layer, found } of answers) {
    for (const { path, digests } of found.files) {
      const fact = facts.get(fileKey(layer, path));
      if (fact !== undefined && digests.length > 0) taken.set(fact, digests);
    }
  }
  return taken;
}

function fileKey(layer: number, path: string): string {
  return `${String(layer)} ${path}`;
}
