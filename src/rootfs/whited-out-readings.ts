/**
 * What lower layers said in files that higher layers deleted, or put something else in the place of. Package managers
 * delete their records with the files that these name; whoever only wants to hide a package leaves the files.
 */

import type { LayerRecord } from '../model/layer-record.ts';
import type { CatalogResult } from '../model/catalog.ts';
import type { WhitedOutReading, Reading } from '../model/package-occurrence.ts';
import { erasingLayers } from './erasing-layers.ts';

/** The readings of all layers that neither are visible nor were an earlier state of one that is; the highest first. */
export function whitedOutReadings(
  records: readonly LayerRecord[],
  visible: readonly Reading[],
): readonly WhitedOutReading[] {
  const known = new Set<CatalogResult>();
  for (const { result, earlier = [] } of visible) {
    known.add(result);
    for (const state of earlier) known.add(state.result);
  }
  const lost: Omit<WhitedOutReading, 'erasedIn'>[] = [];
  for (const [layer, record] of [...records.entries()].reverse()) {
    for (const { path, foundBy, result } of record.cataloged) {
      if (!known.has(result)) lost.push({ path, layer, foundBy, result });
    }
  }
  const erasedIn = erasingLayers(records, lost);
  return lost.map((one, index) => ({ ...one, erasedIn: erasedIn[index] ?? one.layer }));
}
