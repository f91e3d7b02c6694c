/** Finds the layers that deleted or replaced files of lower layers. */

import { directoryOf } from '../../core/base/artifact-path.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';

/** A file as a layer stores it. */
interface StoredPlace {
  readonly path: string;
  readonly layer: number;
}

/**
 * Returns for each file, which no longer is in the merged root, the layer that deleted or replaced
 * it: the highest layer where symlinks hide which one it is.
 */
export function erasingLayers(
  records: readonly LayerRecord[],
  lost: readonly StoredPlace[],
): readonly number[] {
  if (lost.length === 0) return [];
  const touches = touchesOf(records, lost);
  return lost.map((place) => erasingLayer(place, touches) ?? records.length - 1);
}

/** Layers by the paths that they touch, each ascending. */
interface Touches {
  /** Layers that put something at the path, or delete it. */
  readonly at: ReadonlyMap<string, readonly number[]>;
  /** Layers that delete what lies in the folder; `/` is the root. */
  readonly within: ReadonlyMap<string, readonly number[]>;
}

/** Reads each layer once, whatever the number of places is. */
function touchesOf(records: readonly LayerRecord[], lost: readonly StoredPlace[]): Touches {
  const wanted = new Set(['/']);
  for (const { path } of lost) {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      wanted.add(path.slice(0, end));
    }
  }
  const parents = new Set([...wanted].map(directoryOf));
  const at = new Map<string, number[]>();
  const within = new Map<string, number[]>();
  const add = (touched: Map<string, number[]>, path: string, layer: number): void => {
    if (!wanted.has(path)) return;
    const layers = touched.get(path);
    if (layers === undefined) touched.set(path, [layer]);
    else if (layers.at(-1) !== layer) layers.push(layer);
  };
  for (const [layer, record] of records.entries()) {
    if (layer === 0) continue;
    for (const path of record.whiteouts) add(at, path, layer);
    for (const path of record.opaques) add(within, path, layer);
    for (const { path } of record.links) add(at, path, layer);
    const files = FileTable.from(record.files);
    const { folders, folderOf } = files.columns;
    const numbers = new Set(
      [...folders.keys()].filter((number) => parents.has(folders[number] ?? '')),
    );
    if (numbers.size === 0) continue;
    for (const [row, number] of folderOf.entries()) {
      if (numbers.has(number)) add(at, files.path(row), layer);
    }
  }
  return { at, within };
}

/**
 * Returns the next layer that touches the path or a folder above it; `undefined` where links hide
 * which one it is.
 */
function erasingLayer({ path, layer }: StoredPlace, { at, within }: Touches): number | undefined {
  let first: number | undefined;
  const take = (layers: readonly number[] | undefined): void => {
    const next = layers?.find((one) => one > layer);
    if (next !== undefined && (first === undefined || next < first)) first = next;
  };
  take(within.get('/'));
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    const above = path.slice(0, end);
    take(at.get(above));
    if (above !== path) take(within.get(above));
  }
  return first;
}
