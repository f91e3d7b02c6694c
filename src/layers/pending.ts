/** Wanted paths that lead through links to files whose bodies nobody asked for on the first walk. */

import type { CatalogResult } from '../model/catalog.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import type { CollectedFile } from './collector.ts';
import type { MergedView } from './merge.ts';
import type { SelectorTable } from './selector.ts';

/** One body to be fetched by a second walk. */
export interface PendingLink {
  /** The wanted path; catalogers see the body under it. */
  readonly path: string;
  /** The path of the body as stored in the layers. Belongs into the collector's `extraPaths`. */
  readonly target: string;
  /** Layers that hold the body, or that may hold it where the records do not tell. Ascending. */
  readonly layers: readonly number[];
  /** Ids of the rows that want it and have not read it yet. */
  readonly wantedBy: readonly string[];
}

/** What a second walk made of a pending link. */
export interface PendingReading {
  readonly link: PendingLink;
  /** The layer that was walked. */
  readonly layer: number;
  readonly foundBy: string;
  readonly result: CatalogResult;
}

/** The wanted paths of the merged view whose bodies are missing. Sorted by path. */
export function pendingLinks(view: MergedView, selectors: SelectorTable): readonly PendingLink[] {
  throw new Error(String(view.layerCount) + String(selectors.headBytes));
}

/** A collected body under the wanted path that leads to it. */
export function underPath(file: CollectedFile, path: string): CollectedFile {
  throw new Error(file.path + path);
}

/** The records with the readings of the second walk added; merge them again for the final view. */
export function withReadings(
  records: readonly LayerRecord[],
  readings: readonly PendingReading[],
): readonly LayerRecord[] {
  throw new Error(String(records.length) + String(readings.length));
}

/** Notes on links that lead to nothing inside the artifact: those of `pending` whose body no walk found. */
export function danglingNotes(
  pending: readonly PendingLink[],
  isFound: (link: PendingLink) => boolean,
): readonly Diagnostic[] {
  throw new Error(String(pending.length) + String(isFound));
}
