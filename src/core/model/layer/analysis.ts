/** The combined content of one artifact's layers, before advisories are matched. */

import type { Diagnostic } from '../finding/finding.ts';
import type { Inventory } from '../package/package.ts';
import type { RuleFinding } from '../rule/rule-finding.ts';

/**
 * The analysis of one artifact: plain data, so that it can be cached and evaluated again without
 * its layers.
 */
export interface Analysis extends PackageAnalysis {
  /** Sorted by place; empty where no detector ran. */
  readonly rules: readonly RuleFinding[];
}

/** The part of an analysis that is about packages. */
export interface PackageAnalysis {
  readonly inventory: Inventory;
  /** In order of discovery. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A cached analysis of a directory, keyed by the digests of the files that were read. */
export interface CachedAnalysis {
  /** {@link CachedTree.digest} of the files. */
  readonly tree: string;
  readonly analysis: Analysis;
}

/** The files of a directory that a cached analysis depends on. */
export interface CachedTree {
  /** Digest of the whole walk, with the bodies that were read. */
  readonly digest: string;
  /** Paths of the files whose bodies were read, in the order of the walk. */
  readonly read: readonly string[];
  /**
   * Paths of other files that were recorded with their modes and sizes, in the order of the walk.
   */
  readonly noted: readonly string[];
}
