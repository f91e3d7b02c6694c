/** Layers on top of each other: what is visible in the end, and what it was in the layers below. */

import type { CatalogResult } from '../model/catalog.ts';
import type { Diagnostic, RuleFinding } from '../model/finding.ts';
import type { FileFact, LayerRecord } from '../model/layer-record.ts';

/** A file's reading that is visible in the merged root. */
export interface VisibleResult {
  /** In the merged root: links in its folders are resolved. */
  readonly path: string;
  /** The layer that holds the file. */
  readonly layer: number;
  readonly foundBy: string;
  readonly result: CatalogResult;
  /**
   * What the same cataloger read from this path in lower layers, newest first, as far down as a file was there in
   * every state between; layers that did not touch it are absent.
   */
  readonly earlier: readonly { readonly layer: number; readonly result: CatalogResult }[];
}

export interface VisibleFile extends FileFact {
  readonly layer: number;
}

export interface VisibleLink {
  readonly path: string;
  readonly target: string;
  readonly isHard: boolean;
  readonly layer: number;
}

/** The merged root, as far as records know it. */
export interface MergedView {
  readonly layerCount: number;
  /** Sorted by path, then cataloger. */
  readonly cataloged: readonly VisibleResult[];
  /** Sorted by path. */
  readonly files: readonly VisibleFile[];
  /** Sorted by path. */
  readonly links: readonly VisibleLink[];
  /** Rule findings in visible files, located in their layer. */
  readonly rules: readonly RuleFinding[];
  /** Of visible files, and those of no file; located in their layer. */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * The path without links: absolute targets start at the root, `..` never leaves it. `undefined` after 40 links.
   * What is not known to the records counts as a plain file or folder, so an answer does not say that it exists.
   */
  resolve(path: string): string | undefined;
}

/** Merges the records of an artifact's layers, oldest first. */
export function mergeLayers(records: readonly LayerRecord[]): MergedView {
  throw new Error(String(records.length));
}
