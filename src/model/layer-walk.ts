/** Contracts between walking a layer and merging layers: what a walk collects, and which paths it looks for. */

import type { LayerRecord } from './layer-record.ts';
import type { CatalogFile } from './catalog.ts';

/** What a second walk over a layer gave, as far as records take it up. */
export interface SecondWalk {
  readonly facts: Pick<LayerRecord, 'files' | 'late' | 'diagnostics'>;
}

/** A wanted file with its body in memory. */
export interface CollectedFile extends CatalogFile {
  readonly mode: number;
  /** Ids of the rows that read it; empty for companions and for extra paths. */
  readonly wantedBy: readonly string[];
}

/** The files that a walk over a layer collected. */
export interface CollectedFiles {
  /** In stored order; at most one for a path. */
  readonly files: readonly CollectedFile[];
  /** By path, companions and extra paths too: the `Siblings` of the catalogers. */
  get(path: string): CollectedFile | undefined;
}

/** Which paths the catalogers want, as far as the merged root filesystem has to know it. */
export interface PathSelectors {
  /**
   * Ids of the rows that want the file for its name, in the order of the rows; empty for most files.
   * `path` is absolute. Rows that look at first bytes are not among them.
   */
  wantedBy(path: string): readonly string[];
  /**
   * The same for a path that is a link or lies behind one: without what wants excerpts, because the program or library that
   * the link leads to has a name of its own.
   */
  wantedByLink(path: string): readonly string[];
  /**
   * Whether a link in a folder above could make the path a wanted one: its base name is that of an exact path or of a
   * suffix with a folder in it, or its folder is named like a wanted one.
   */
  isWantedThroughLinks(path: string): boolean;
  /** All exact paths, absolute; those that end in `/` want the files directly in them. */
  readonly rootedPaths: readonly string[];
  /** Paths that a suffix with a folder in it would want below `path`, if `path` were a folder. */
  wantedBelow(path: string): readonly string[];
  /** True only where no row wants the path for its name, as a companion, or through links: a quick answer for most files. */
  readonly isPlain: (path: string) => boolean;
}
