/** Makes the record of a layer from its collection and from the results of catalogers. */

import type { LayerRecord } from '../model/layer-record.ts';
import type { Digest } from '../model/artifact.ts';
import type { LayerCollection } from './layer-collection.ts';

/** The results of catalogers for the files of a layer. */
export interface CatalogedLayer {
  readonly diffId?: Digest;
  readonly cataloged: LayerRecord['cataloged'];
  readonly rules?: LayerRecord['rules'];
  /** Added to those of the collection. */
  readonly diagnostics?: LayerRecord['diagnostics'];
}

/** Returns the record of a layer, whose diagnostics are those of the collection and of the catalogers. */
export function toLayerRecord(collection: LayerCollection, reading: CatalogedLayer): LayerRecord {
  const { diagnostics, ...facts } = collection.facts;
  return {
    ...(reading.diffId !== undefined && { diffId: reading.diffId }),
    ...facts,
    cataloged: reading.cataloged,
    rules: reading.rules ?? [],
    diagnostics: [...diagnostics, ...(reading.diagnostics ?? [])],
  };
}
