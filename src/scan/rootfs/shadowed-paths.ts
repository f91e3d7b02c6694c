/**
 * Plain files of no interest that take the place of a folder, a link or a file of a lower layer:
 * what was there is gone, without any whiteout. Records hold only hashes of such files, so they
 * answer with places where it may have happened, usually none, and a second walk over the layer
 * says whether it did. A hash alone hides nothing.
 *
 * Two things are not asked for, and what they replace stays visible: a file that its layer stores
 * below a link, and not where the link leads, and a folder that has no entry of its own and only
 * forgotten files. Overlay drivers, which nearly all layers come from, write neither.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", "Applying Changesets".
 */

import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type {
  LayerAnswer,
  PathQuestion,
  QuestionRules,
} from '../../core/model/layer/layer-walk.ts';
import type { MergedView } from './merge-layers.ts';
import { hashPath, PathHashSet } from '../../core/model/layer/path-hashes.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

/** Whether a plain file has taken the place of a directory, a link or a file of a lower layer. */
export const SHADOWED_PATHS: QuestionRules<Pick<MergedView, 'moved'>> = {
  ask: shadowCandidates,
  complete: withShadowedPaths,
};

/**
 * Returns one question for each place that may be taken, by layer and then in the order of the
 * lower layers.
 */
export function shadowCandidates(
  records: readonly LayerRecord[],
  view: Pick<MergedView, 'moved'>,
): readonly PathQuestion[] {
  const forgotten = records.map(({ unrecordedPathHashes: text }) =>
    text === undefined ? undefined : PathHashSet.fromText(text),
  );
  const sets = forgotten.filter((set) => set !== undefined);
  if (sets.length === 0) return [];
  const lowestAt = lowestLayers(records, view, PathHashSet.union(sets));
  return forgotten.flatMap((set, layer) => {
    if (set === undefined) return [];
    const paths = [...lowestAt]
      .filter(([path, lowest]) => lowest < layer && set.mayHave(path))
      .map(([path]) => path);
    return withoutHeld(paths, records[layer]).map((path): PathQuestion => ({
      kind: 'paths',
      layer,
      paths: [path],
    }));
  });
}

/**
 * Returns the records with the files that second walks found. Like that of `withTargetReadings` the
 * result is of this artifact alone.
 */
export function withShadowedPaths(
  records: readonly LayerRecord[],
  answers: readonly LayerAnswer[],
): readonly LayerRecord[] {
  const complete = [...records];
  for (const { layer, found } of answers) {
    const record = complete[layer];
    if (record === undefined || found.files.length === 0) continue;
    // In front, so that what the layer itself stores through links is not taken for what was there
    // before.
    complete[layer] = { ...record, files: [...found.files, ...record.files] };
  }
  return complete;
}

/**
 * Returns the places that hold something known and may be forgotten files elsewhere, each with the
 * lowest layer that is there.
 */
function lowestLayers(
  records: readonly LayerRecord[],
  view: Parameters<typeof shadowCandidates>[1],
  forgotten: PathHashSet,
): ReadonlyMap<string, number> {
  const lowestAt = new Map<string, number>();
  const add = (path: string, layer: number): void => {
    for (const place of forgotten.prefixesOf(path)) {
      // Files at such places are never forgotten.
      if (mayBeOwned(place)) continue;
      lowestAt.set(place, Math.min(layer, lowestAt.get(place) ?? layer));
    }
  };
  // The hashes of folders that were looked at: from the lowest layer up, so that none needs a
  // second look.
  const folderHashes = new Map<string, number>();
  const addOne = (path: string, hash: number, layer: number): void => {
    if (!forgotten.has(hash) || mayBeOwned(path)) return;
    lowestAt.set(path, Math.min(layer, lowestAt.get(path) ?? layer));
  };
  const addFolder = (folder: string, layer: number): number => {
    const known = folderHashes.get(folder);
    if (known !== undefined) return known;
    const slash = folder.lastIndexOf('/');
    const above = slash < 0 ? undefined : addFolder(folder.slice(0, slash), layer);
    const hash = hashPath(folder.slice(Math.max(slash, 0)), above);
    folderHashes.set(folder, hash);
    if (folder !== '') addOne(folder, hash, layer);
    return hash;
  };
  const addStored = (path: string, layer: number): void => {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash);
    const isNew = !folderHashes.has(folder);
    const above = addFolder(folder, layer);
    if (isNew || !mayBeOwned(path)) addOne(path, hashPath(path.slice(slash), above), layer);
  };
  for (const [layer, record] of records.entries()) {
    const files = FileTable.from(record.files);
    for (let row = 0, end = 0; row < files.length; row = end) {
      end = files.endOfFolder(row);
      const folder = files.folder(row);
      const above = addFolder(folder, layer);
      // Files at such places are never forgotten.
      if (mayBeOwned(`${folder}/`)) continue;
      const below = hashPath('/', above);
      for (let at = row; at < end; at += 1) {
        const name = files.name(at);
        const hash = hashPath(name, below);
        if (forgotten.has(hash)) addOne(`${folder}/${name}`, hash, layer);
      }
    }
    for (const { path } of record.links) addStored(path, layer);
    for (const { path } of record.cataloged) addStored(path, layer);
    for (const { location } of record.rules) addStored(location.path, layer);
  }
  for (const { path, layer } of view.moved) add(path, layer);
  return lowestAt;
}

/**
 * Leaves out places at or below which the layer itself keeps something: in the end it holds no
 * plain file there.
 */
function withoutHeld(paths: readonly string[], record: LayerRecord | undefined): readonly string[] {
  if (paths.length === 0 || record === undefined) return [];
  const asked = new Set(paths);
  const release = (path: string): void => {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      asked.delete(path.slice(0, end));
    }
  };
  for (const path of record.directories) release(path);
  for (const path of FileTable.from(record.files).paths()) release(path);
  for (const { path } of record.links) release(path);
  return [...asked];
}
