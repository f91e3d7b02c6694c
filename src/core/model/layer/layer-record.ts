/** The contribution of one layer to an artifact. */

import type { Digest } from '../artifact/artifact.ts';
import type { EntryNotes } from './entry-notes.ts';
import type { CatalogResult } from '../catalog/catalog.ts';
import type { Diagnostic } from '../finding/finding.ts';
import type { RuleDraft } from '../rule/rule-finding.ts';

/**
 * The contribution of one layer: plain data, except for access to its files. The unit of the cache.
 */
export interface LayerRecord {
  readonly diffId?: Digest;
  readonly unpackedBytes: number;
  readonly entryCount: number;
  readonly whiteouts: readonly string[];
  readonly opaques: readonly string[];
  readonly links: readonly {
    readonly path: string;
    readonly target: string;
    readonly isHard: boolean;
  }[];
  /**
   * Folders stored as entries of their own: such a folder replaces a link or a file of a lower
   * layer.
   */
  readonly directories: readonly string[];
  /**
   * Only files that a selector wants, an executable bit marks, or a manifest may own: never every
   * path.
   */
  readonly files: LayerFiles;
  /**
   * Hashes of the paths of all other files, ascending, as base64 of little-endian 32 bit numbers:
   * about 5.3 characters a file. A hit is only a question to the layer, see
   * `scan/rootfs/shadowed-paths.ts`: hashes collide, and a later entry of the layer may have replaced
   * the file. Absent where there are none and for an artifact's lowest layer, as nothing lies below
   * that; so a cache must not give the record of a lowest layer to another height.
   */
  readonly unrecordedPathHashes?: string;
  /**
   * Paths at which an entry or their whiteout stands after others below the path. Where a lower
   * layer has a link there, these others are where the link leads. Opaque directories whose mark
   * may stand after entries in them end in `/`. Absent where there are none, as in nearly all
   * layers, and for an artifact's lowest layer.
   */
  readonly late?: readonly string[];
  /** Entries that image rules look at; absent where no such rule runs. */
  readonly notes?: EntryNotes;
  readonly cataloged: readonly {
    readonly path: string;
    readonly foundBy: string;
    readonly result: CatalogResult;
  }[];
  /** Detectors' reports about files of the layer. Their ids depend on the other layers. */
  readonly rules: readonly RuleDraft[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Files in stored order: a table, or a list of facts. */
export interface LayerFiles extends Iterable<FileFact> {
  readonly length: number;
}

/** The facts of one file of a layer. */
export interface FileFact {
  readonly path: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly digests: readonly Digest[];
  readonly isExecutable: boolean;
}

/** Result of a second walk over a layer; see `LayerQuestion` in `layer-walk.ts`. */
export interface SecondWalkRecord {
  /** The requested files, in stored order. */
  readonly files: readonly FileFact[];
  readonly late?: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly readings: readonly {
    /** The number of the question about the link that led to the body. */
    readonly link: number;
    /** Path of the body in the layer. */
    readonly storedPath: string;
    readonly foundBy: string;
    readonly result: CatalogResult;
  }[];
}
