/** The view of the merged root that `integrity/` has: its paths, and what lies there. */

import type { Digest } from '../artifact/artifact.ts';
import type { FileFact } from './layer-record.ts';

/** An entry at a path of the merged root. */
export type RootfsEntry =
  | RootfsFile
  | {
      readonly kind: 'link';
      readonly path: string;
      readonly target: string;
      readonly layer: number;
    }
  | { readonly kind: 'folder'; readonly path: string }
  /** `isCertain` is false where layer records do not hold every file, so that one may be there. */
  | { readonly kind: 'nothing'; readonly path: string; readonly isCertain: boolean };

/** A file of the merged root. */
export interface RootfsFile {
  readonly kind: 'file';
  /** The path without symlinks. */
  readonly path: string;
  /**
   * The number of the body among all of the root; of a hard link, that of the file that it shares
   * it with.
   */
  readonly body: number;
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
  /** The digests that the walk took. */
  readonly digests: readonly Digest[];
  /** Returns whether `digests` has one; no list is made for it. */
  hasDigest(digest: Digest): boolean;
  /** The fact of the body, which is made at the first access. */
  readonly fact: FileFact;
  /** The layer that put the file, or the hard link, in its place. */
  readonly layer: number;
  /** The layer and path under which the body is stored, for a second walk. */
  readonly stored: { readonly layer: number; readonly path: string };
}

/** A directory of the merged root, under the path that was passed. */
export interface RootfsDirectory {
  /** Returns what {@link RootfsView.lookUp} returns for the path of this name in the directory. */
  lookUp(name: string, followsLast: boolean): RootfsEntry;
  /** Returns `false` only if {@link RootfsDirectory.lookUp} finds nothing under the name. */
  mayHave(name: string): boolean;
}

/** A manifest, by its layer and its number there. */
export interface FileListRef {
  readonly layer: number;
  readonly list: number;
}

/**
 * The merged root. `lookUp`, `linkNames` and `runnable` answer all questions about it. The other
 * members save most of the comparison of manifests with files: a layer that many images share is
 * compared once, when it is read.
 */
export interface RootfsView {
  /**
   * Follows symlinks in the directories of an absolute path, and one at its end if `followsLast` is
   * set.
   */
  lookUp(path: string, followsLast: boolean): RootfsEntry;
  /** Returns a directory, for lookups of many names in it. */
  folder(path: string): RootfsDirectory;
  /**
   * Returns whether all files that one of a layer's manifests shares with its layer (see
   * `LayerManifestMatch`) lie where the layer put them; false if the manifests of the layer were
   * not compared with its files.
   */
  isUnchanged(layer: number, list: number): boolean;
  /**
   * Returns the manifest of its own layer that lists a body, as in `FileColumns.lists`; `undefined`
   * without one.
   */
  listOf(body: number): FileListRef | undefined;
  /**
   * The base names of all symlinks and hard links: any other path leads to a file of its own base
   * name.
   */
  readonly linkNames: ReadonlySet<string>;
  /**
   * Returns the recorded files that are executable or that have a base name with one of some ends,
   * as in `FileTable.runnable`; each body once, whatever hard links share it. Their order has no
   * meaning.
   */
  runnable(nameEnds: RegExp): Iterable<RootfsFile>;
}
