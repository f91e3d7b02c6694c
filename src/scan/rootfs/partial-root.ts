/** A root filesystem while layers are put onto it. */

import { DirectoryResolver } from './directory-resolver.ts';
import type { PlacedLayerFiles } from './directory-entries.ts';
import { newRoot, type DirectoryNode } from './root-tree.ts';

/** A root that layers are applied to, one after the other. */
export interface PartialRoot {
  readonly root: DirectoryNode;
  /** Shared by all layers, because most of them store their entries under the same folders. */
  readonly folders: DirectoryResolver;
  /** Folders that remember what the layer that is being applied has erased in them. */
  readonly erasedIn: DirectoryNode[];
  /** The files of each layer so far. */
  readonly sources: PlacedLayerFiles[];
  /** Number of files of all layers so far. */
  fileCount: number;
  /** See {@link UnpackMode}. */
  readonly unpacking: UnpackMode;
}

/**
 * The way in which a runtime puts layers on top of each other. `onto`: each layer is unpacked onto
 * the tree of the layers below it, and entries below a link of a lower layer go where the link
 * leads. `apart`: each layer is unpacked into a directory of its own, and the directories are laid
 * over each other (overlayfs): an entry below a path that is a link in a lower layer makes a
 * directory, which hides the link.
 */
export type UnpackMode = 'onto' | 'apart';

/** Creates an empty root filesystem that layers are applied to. */
export function newPartialRoot(unpacking: UnpackMode = 'onto'): PartialRoot {
  const root = newRoot();
  const erasedIn: DirectoryNode[] = [];
  const isApart = unpacking === 'apart';
  return {
    root,
    unpacking,
    folders: new DirectoryResolver(root, { remembering: erasedIn, isApart }),
    erasedIn,
    sources: [],
    fileCount: 0,
  };
}
