/**
 * Readings of files in lower layers that higher layers deleted or replaced. Package managers delete
 * their records together with the files that these name; an attempt to hide a package leaves the
 * files.
 */

import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { WhitedOutReading, Reading } from '../../core/model/package/package-occurrence.ts';
import { erasingLayers } from './erasing-layers.ts';

/**
 * Returns the readings of all layers that neither are visible nor were an earlier state of one that
 * is; the highest first.
 */
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
