/** Collects from the entries of one layer, as they stream by, what the layer contributes. */

import type { Context } from '../base/context.ts';
import type { Digest, LayerVisitor } from '../model/artifact.ts';
import type { CatalogFile } from '../model/catalog.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { Packaging } from './digest-plan.ts';
import type { SelectorTable } from './selector.ts';

export interface CollectorOptions {
  /** Index of the layer, for the locations of diagnostics. */
  readonly layer: number;
  readonly selectors: SelectorTable;
  /** Paths that are passed over as if they were not there. */
  readonly isSkipped?: (path: string) => boolean;
  /** Further paths whose bodies are wanted, as stored in the layer; see `pending.ts`. */
  readonly extraPaths?: ReadonlySet<string>;
  /** `none` takes no digest of any body. */
  readonly digests: 'full' | 'none';
  /** Packaging of the base, where an earlier layer or a label tells it; else it is guessed from the first entries. */
  readonly packaging?: Packaging;
}

/** A wanted file with its body in memory. */
export interface CollectedFile extends CatalogFile {
  readonly mode: number;
  /** Ids of the rows that read it; empty for companions and for extra paths. */
  readonly wantedBy: readonly string[];
}

/** What one walk over a layer gave. */
export interface LayerCollection {
  /** In stored order; at most one for a path. */
  readonly files: readonly CollectedFile[];
  /** By path, companions and extra paths too: the {@link Siblings} of the catalogers. */
  get(path: string): CollectedFile | undefined;
  readonly facts: Omit<LayerRecord, 'cataloged' | 'rules' | 'diffId'>;
}

/** The two ends of a collection: a visitor for the walk, and what it gathered once the walk is over. */
export interface Collector {
  readonly visit: LayerVisitor;
  finish(): LayerCollection;
}

export function createCollector(options: CollectorOptions, context: Context): Collector {
  throw new Error(String(options.layer) + String(context.now()));
}

/** What is known once the layer's files have been read. */
export interface LayerReading {
  readonly diffId?: Digest;
  readonly cataloged: LayerRecord['cataloged'];
  readonly rules?: LayerRecord['rules'];
  /** Files that could not be read; added to those of the collection. */
  readonly diagnostics?: LayerRecord['diagnostics'];
}

/** The record of a layer: what its collection gave and what was read from it. */
export function toLayerRecord(collection: LayerCollection, reading: LayerReading): LayerRecord {
  throw new Error(String(collection.files.length) + String(reading.diffId));
}
