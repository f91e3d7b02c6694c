/**
 * What lower layers said in files that higher layers deleted, or put something else in the place of. Package managers
 * delete their records with the files that these name; whoever only wants to hide a package leaves the files.
 */

import { FileTable } from '../model/file-table.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { CatalogResult } from '../model/catalog.ts';
import type { ErasedReading, Reading } from '../model/package-entry.ts';

/** The readings of all layers that neither are visible nor were an earlier state of one that is; the highest first. */
export function erasedReadings(
  records: readonly LayerRecord[],
  visible: readonly Reading[],
): readonly ErasedReading[] {
  if (records.length < 2) return [];
  const known = new Set<CatalogResult>();
  for (const { result, earlier = [] } of visible) {
    known.add(result);
    for (const state of earlier) known.add(state.result);
  }
  const erased: ErasedReading[] = [];
  for (const [layer, record] of [...records.entries()].reverse()) {
    for (const { path, foundBy, result } of record.cataloged) {
      if (known.has(result)) continue;
      erased.push({ path, layer, foundBy, result, erasedIn: erasedIn(records, layer, path) });
    }
  }
  return erased;
}

/** The next layer that touches the path or a folder above it; the highest where links hide which one it is. */
function erasedIn(records: readonly LayerRecord[], layer: number, path: string): number {
  const above = new Set<string>();
  for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
    above.add(path.slice(0, end));
  }
  for (let at = layer + 1; at < records.length; at += 1) {
    const record = records[at];
    if (record === undefined) break;
    const isTouched =
      record.whiteouts.some((row) => above.has(row)) ||
      record.opaques.some((row) => row === '/' || (above.has(row) && row !== path)) ||
      record.links.some((row) => above.has(row.path)) ||
      hasAny(FileTable.from(record.files), above);
    if (isTouched) return at;
  }
  return records.length - 1;
}

/** Whether a layer holds a file at one of some paths. */
function hasAny(files: FileTable, paths: ReadonlySet<string>): boolean {
  const { folders, folderOf } = files.columns;
  const parents = new Set([...paths].map((path) => path.slice(0, path.lastIndexOf('/'))));
  const numbers = new Set([...folders.keys()].filter((at) => parents.has(folders[at] ?? '')));
  return (
    numbers.size > 0 && folderOf.some((at, row) => numbers.has(at) && paths.has(files.path(row)))
  );
}
