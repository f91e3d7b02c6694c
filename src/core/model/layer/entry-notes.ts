/**
 * Facts about entries of a layer that only image rules look at. They are collected only if such a
 * rule runs.
 */

/** Criteria for noted entries. */
export interface EntryCriteria {
  /** Files with one of these mode bits, as in `0o6000`. */
  readonly fileModes: number;
  /** Directories with one of these mode bits. */
  readonly directoryModes: number;
  /** Absolute paths of directories whose files, at any depth, are counted. */
  readonly countedDirectories: readonly string[];
}

/** The mode and owner of a file or directory, as stored. */
export interface EntryMode {
  readonly kind: 'file' | 'directory';
  readonly path: string;
  /** The low twelve bits. */
  readonly mode: number;
  /** Absent where the source does not give owners, as for directories of this machine. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Files of a layer in one directory of {@link EntryCriteria.countedDirectories}. */
export interface CountedDirectory {
  readonly path: string;
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** The noted entries of an artifact. */
export interface VisibleNotes {
  /** Entries of the merged root, sorted by path. */
  readonly modes: readonly PlacedEntry[];
  /**
   * Entries of all layers, oldest layer first: a layer stores its files whatever a higher layer
   * deletes.
   */
  readonly counted: readonly (CountedDirectory & { readonly layer: number })[];
}

/** A visible entry, and the layer that stores it. */
export type PlacedEntry = EntryMode & { readonly layer: number };

/** The noted entries of one layer. */
export interface EntryNotes {
  /** In stored order. */
  readonly modes: readonly EntryMode[];
  /** Directories without files are absent. */
  readonly counted: readonly CountedDirectory[];
}
