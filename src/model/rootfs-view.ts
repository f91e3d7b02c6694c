/** The merged root as `integrity/` sees it: places, and what lies there. Plain data behind one function. */

import type { Digest } from './artifact.ts';
import type { FileFact } from './layer-record.ts';

/** What lies at a path of the merged root. */
export type RootfsEntry =
  | RootfsFile
  | {
      readonly kind: 'link';
      readonly path: string;
      readonly target: string;
      readonly layer: number;
    }
  | { readonly kind: 'folder'; readonly path: string }
  /** `isCertain`: false where records do not keep every file, so that one may be there all the same. */
  | { readonly kind: 'nothing'; readonly path: string; readonly isCertain: boolean };

export interface RootfsFile {
  readonly kind: 'file';
  /** Without links. */
  readonly path: string;
  /** The number of the body among all of the root; of a hard link, that of the file that it shares it with. */
  readonly body: number;
  readonly sizeBytes: number;
  readonly isExecutable: boolean;
  /** Those that the walk took. */
  readonly digests: readonly Digest[];
  hasDigest(digest: Digest): boolean;
  /** All of the body; made when it is asked for, which the rest is not. */
  readonly fact: FileFact;
  /** Layer that put the file, or the hard link, in its place. */
  readonly layer: number;
  /** Where the body is stored, for a second walk. */
  readonly stored: { readonly layer: number; readonly path: string };
}

/** A folder, by the path that it was asked for. */
export interface RootfsDirectory {
  /** What {@link RootfsView.lookUp} answers for the path of this name in the folder. */
  lookUp(name: string, followsLast: boolean): RootfsEntry;
  /** Nothing is known to lie in it. */
  readonly isEmpty: boolean;
  /** Whether something may be known that {@link RootfsDirectory.lookUp} finds there; false only where that finds nothing. */
  mayHave(name: string): boolean;
}

/** A manifest, by its layer and its number there. */
export interface FileListRef {
  readonly layer: number;
  readonly list: number;
}

/** The merged root. */
export interface RootfsView {
  /** Follows links in the folders of a path, and one at its end where `followsLast` says so. Absolute paths only. */
  lookUp(path: string, followsLast: boolean): RootfsEntry;
  /** The same for many names of one folder. */
  folder(path: string): RootfsDirectory;
  /**
   * Whether all files that one of a layer's manifests has, as of `LayerManifestMatch`, lie where the layer put them; false where
   * nobody compared the manifests of the layer with its files.
   */
  isUnchanged(layer: number, list: number): boolean;
  /** The manifest of its own layer that has a body, as of `FileColumns.lists`; `undefined` where there is none. */
  listOf(body: number): FileListRef | undefined;
  /** Base names of all links of either kind: a path with another one leads to a file of its own base name. */
  readonly linkNames: ReadonlySet<string>;
  /**
   * The files that records keep and that are executable or have a base name with one of some ends, as of
   * `FileTable.runnable`; each body once, whatever hard links share it. In no order that means anything.
   */
  runnable(nameEnds: RegExp): Iterable<RootfsFile>;
}
