/**
 * The noted entries of an artifact, as its merged root has them: the mode of a file is that of its
 * body, the mode of a directory is that of the highest layer that has an entry for it.
 */

import { compareText } from '../../core/base/compare.ts';
import { ancestorDirectories, directoryOf } from '../../core/base/artifact-path.ts';
import { appendTo, indexBy } from '../../core/base/maps.ts';
import type { EntryMode, PlacedEntry, VisibleNotes } from '../../core/model/layer/entry-notes.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { MergedView } from './merge-layers.ts';

/** Returns the notes of the records, oldest layer first, whose merged root is `view`. */
export function visibleNotes(
  records: readonly LayerRecord[],
  view: Pick<MergedView, 'root' | 'resolve'>,
): VisibleNotes {
  const modes = [...visibleFiles(records, view), ...visibleDirectories(records, view)];
  return {
    modes: modes.sort((a, b) => compareText(a.path, b.path)),
    counted: records.flatMap(({ notes }, layer) =>
      (notes?.counted ?? []).map((row) => ({ ...row, layer })),
    ),
  };
}

function visibleFiles(
  records: readonly LayerRecord[],
  { root }: Pick<MergedView, 'root'>,
): readonly PlacedEntry[] {
  const found: PlacedEntry[] = [];
  for (const [layer, record] of records.entries()) {
    const files = notedOf(record, 'file');
    if (files.length === 0) continue;
    const names = namesByBody(record);
    for (const file of files) {
      // A hard link keeps the body where the path of the body was deleted.
      for (const name of [file.path, ...(names.get(file.path) ?? [])]) {
        const entry = root.lookUp(name, false);
        if (entry.kind !== 'file') continue;
        if (entry.stored.layer !== layer || entry.stored.path !== file.path) continue;
        found.push({ ...file, path: entry.path, layer });
        break;
      }
    }
  }
  return found;
}

/** Returns the paths of hard links by the path of their body in the same layer. */
function namesByBody({ links }: LayerRecord): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { path, target, isHard } of links) if (isHard) appendTo(names, target, path);
  return names;
}

function visibleDirectories(
  records: readonly LayerRecord[],
  { root, resolve }: Pick<MergedView, 'root' | 'resolve'>,
): readonly PlacedEntry[] {
  const visible = new Map<string, PlacedEntry>();
  for (const [layer, record] of records.entries()) {
    const noted = indexBy(notedOf(record, 'directory'), 'path');
    if (visible.size > 0) dropErased(visible, record);
    for (const path of visible.size > 0 || noted.size > 0 ? record.directories : []) {
      const place = resolve(path);
      if (place === undefined) continue;
      const entry = noted.get(path);
      if (entry === undefined) visible.delete(place);
      else visible.set(place, { ...entry, path: place, layer });
    }
  }
  return [...visible.values()].filter(({ path }) => root.lookUp(path, false).kind === 'folder');
}

/** Removes what the whiteouts and opaque directories of a layer hide. */
function dropErased(visible: Map<string, PlacedEntry>, { whiteouts, opaques }: LayerRecord): void {
  if (whiteouts.length === 0 && opaques.length === 0) return;
  const gone = new Set(whiteouts);
  const emptied = new Set(opaques.map((path) => (path === '/' ? '' : path)));
  for (const path of [...visible.keys()]) {
    const above = [...ancestorDirectories(directoryOf(path))];
    if (gone.has(path) || above.some((one) => gone.has(one) || emptied.has(one))) {
      visible.delete(path);
    }
  }
}

function notedOf({ notes }: LayerRecord, kind: EntryMode['kind']): readonly EntryMode[] {
  return notes?.modes.filter((entry) => entry.kind === kind) ?? [];
}
