/** The content of a merged root filesystem: what its records say, as later stations take it. */

import type { CatalogResult } from '../catalog/catalog.ts';
import type { Diagnostic } from '../finding/finding.ts';
import type { FileFact } from './layer-record.ts';

/** A file's reading that is visible in the merged root. */
export interface VisibleResult {
  /** In the merged root: links in its folders are resolved. */
  readonly path: string;
  /** The layer that holds the file. */
  readonly layer: number;
  readonly foundBy: string;
  readonly result: CatalogResult;
  /**
   * The same cataloger's readings of this path in lower layers, newest first, down to the first
   * state without a file; layers that did not change it are absent.
   */
  readonly earlier: readonly { readonly layer: number; readonly result: CatalogResult }[];
}

/** A file that is visible in the merged root filesystem. */
export interface VisibleFile extends FileFact {
  readonly layer: number;
}

/** A file that its layer stores under another path than the visible one. */
export interface MovedFile {
  /** In the merged root. */
  readonly path: string;
  /** The layer that holds the file. */
  readonly layer: number;
}

/** A symlink or hard link that is visible in the merged root filesystem. */
export interface VisibleLink {
  readonly path: string;
  readonly target: string;
  readonly isHard: boolean;
  readonly layer: number;
}

/** The readings of a merged root filesystem, and how its paths resolve. */
export interface RootfsContent {
  /** Sorted by path, then cataloger. */
  readonly cataloged: readonly VisibleResult[];
  /**
   * Diagnostics of visible files and their readings, and those without a file; located in their
   * layer.
   */
  readonly diagnostics: readonly Diagnostic[];
  /**
   * Returns the path without links: absolute targets start at the root, `..` never leaves it.
   * `undefined` after 40 links. What is not known to the records counts as a plain file or folder,
   * so an answer does not say that it exists.
   */
  resolve(path: string): string | undefined;
}
