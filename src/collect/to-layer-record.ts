/** From the collection of a layer and what catalogers read in its files to the record of the layer. */

import type { LayerRecord } from '../model/layer-record.ts';
import type { Digest } from '../model/artifact.ts';
import type { LayerCollection } from './layer-collection.ts';

/** What is known once the layer's files have been read. */
export interface CatalogedLayer {
  readonly diffId?: Digest;
  readonly cataloged: LayerRecord['cataloged'];
  readonly rules?: LayerRecord['rules'];
  /** Added to those of the collection. */
  readonly diagnostics?: LayerRecord['diagnostics'];
}

/** The record of a layer: what its collection gave and what was read from it. */
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
