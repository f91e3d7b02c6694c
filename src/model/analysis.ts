/** What the layers of one artifact hold together, before anything is known of advisories. */

import type { Diagnostic } from './finding.ts';
import type { Inventory } from './package.ts';

/** What was found out about one artifact: plain data, so that it can be kept and judged again without its layers. */
export interface Analysis {
  readonly inventory: Inventory;
  /** In order of discovery. */
  readonly diagnostics: readonly Diagnostic[];
}

/** An analysis as it is kept where nothing but the files names them. */
export interface CachedAnalysis {
  /** {@link CachedTree.digest} of the files. */
  readonly tree: string;
  readonly analysis: Analysis;
}

/** The files of a folder as a run was told of them. */
export interface CachedTree {
  /** Of the whole walk, with the bodies that were read. */
  readonly digest: string;
  /** Paths of the files whose bodies were read, in the order of the walk. */
  readonly read: readonly string[];
  /** Paths of others that were remembered with their modes and sizes, likewise. */
  readonly noted: readonly string[];
}
