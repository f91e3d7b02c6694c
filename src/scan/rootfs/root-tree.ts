/**
 * The merged root as a tree, as far as records know it: folders, files, links, and what was at a
 * place before. Paths are followed as container runtimes do: inside the root, through links in
 * their folders, at most 40 of them.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset"; the cap is that of Linux
 * (`path_resolution(7)`).
 */

import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { FileFact, LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import { DirectoryEntries, type PlacedLayerFiles } from './directory-entries.ts';

/** A folder, a file or a link of the merged root. */
export type TreeNode = DirectoryNode | FileNode | SymlinkNode | HardLinkNode;

/** A directory of the tree. */
export interface DirectoryNode {
  readonly kind: 'folder';
  readonly name: string;
  /** Absent for the root. */
  readonly parent: DirectoryNode | undefined;
  children: DirectoryEntries<TreeNode>;
  /**
   * While a layer is applied: what the layer has erased here, so that what returns in the same
   * layer never left.
   */
  erased: DirectoryEntries<TreeNode> | undefined;
}

/** The results of a record for one file. */
export interface FileResults {
  readonly cataloged: LayerRecord['cataloged'][number][];
  readonly diagnostics: Diagnostic[];
  /** Rows of the record. */
  readonly rules: RuleDraft[];
}

interface Readable {
  readonly layer: number;
  /** The path in its layer, which can differ from the path in the merged root. */
  readonly storedPath: string;
  /** The file that was here in the state below. */
  readonly before: FileNode | HardLinkNode | undefined;
  /** Absent for most files. */
  readonly said: FileResults | undefined;
}

/** A regular file of the tree. */
export interface FileNode extends Readable {
  readonly kind: 'file';
  /** Absent for a file that is known only from a reading. */
  readonly fact: FileFact | undefined;
}

/** A symlink of the tree. */
export interface SymlinkNode {
  readonly kind: 'symlink';
  readonly layer: number;
  readonly target: string;
}

/** A hard link of the tree. */
export interface HardLinkNode extends Readable {
  readonly kind: 'hardlink';
  readonly target: string;
  /**
   * The file whose body it shares, as it was when the link was made; absent where the records do
   * not know it.
   */
  body: FileNode | undefined;
}

/** The target of a path. */
export interface ResolvedPath {
  /** Without links; absolute. */
  readonly path: string;
  /** Absent where the records know nothing. */
  readonly node: TreeNode | undefined;
}

/** Largest number of links on one path. */
export const MAX_SYMLINKS = 40;

/**
 * Largest number of names that are followed for one path, links included. Ordinary paths take less
 * than a hundred; forty links of the longest kind would take 80,000, for each path that goes
 * through them.
 */
export const MAX_STEPS = 1024;

/** A file of a layer's table. Its fields are read from the table on demand. */
export class TableFile implements FileNode {
  readonly kind = 'file';
  readonly before: FileNode | HardLinkNode | undefined;
  readonly said: FileResults | undefined;
  readonly source: PlacedLayerFiles;
  readonly row: number;

  constructor(
    source: PlacedLayerFiles,
    row: number,
    { before, said }: Partial<Pick<FileNode, 'before' | 'said'>> = {},
  ) {
    this.source = source;
    this.row = row;
    this.before = before;
    this.said = said;
  }

  get layer(): number {
    return this.source.layer;
  }

  get storedPath(): string {
    return this.source.files.path(this.row);
  }

  get fact(): FileFact {
    return this.source.files.fact(this.row);
  }
}

/** Returns the empty entries of a directory. */
export function newDirectoryEntries(): DirectoryEntries<TreeNode> {
  return new DirectoryEntries<TreeNode>((source, row) => new TableFile(source, row));
}

/** Creates an empty root directory. */
export function newRoot(): DirectoryNode {
  return {
    kind: 'folder',
    name: '',
    parent: undefined,
    children: newDirectoryEntries(),
    erased: undefined,
  };
}

/**
 * Puts a new folder in the place of whatever is there. It knows what the layer erased in its
 * predecessor; `remembering` takes the folders that have to forget it once the layer is applied.
 */
export function placeDirectory(
  parent: DirectoryNode,
  name: string,
  remembering: DirectoryNode[],
): DirectoryNode {
  const erased = parent.erased?.get(name);
  const folder: DirectoryNode = {
    kind: 'folder',
    name,
    parent,
    children: newDirectoryEntries(),
    // An opaque folder that is deleted besides has lost its children before.
    erased: erased?.kind === 'folder' ? (erased.erased ?? erased.children) : undefined,
  };
  if (folder.erased !== undefined) remembering.push(folder);
  parent.children.set(name, folder);
  return folder;
}

/** A directory of a tree and its path; `''` for the root. */
export interface DirectoryAtPath {
  readonly path: string;
  readonly folder: DirectoryNode;
}

/**
 * Yields all folders, depth first; those of one folder in the reverse of the order in which layers
 * brought their names.
 */
export function* walkDirectories(root: DirectoryNode): Generator<DirectoryAtPath, undefined> {
  const ahead: DirectoryAtPath[] = [{ path: '', folder: root }];
  for (let found = ahead.pop(); found !== undefined; found = ahead.pop()) {
    yield found;
    const { path, folder } = found;
    folder.children.forEachPlaced((name, node) => {
      if (node.kind === 'folder') ahead.push({ path: `${path}/${name}`, folder: node });
    });
  }
  return undefined;
}

/** Returns the names in a path; empty ones and `.` are left out. */
export function segmentsOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/**
 * Follows a path from the root, through a link at its end only where `followLast` says so;
 * `undefined` after too many links. `..` never leaves the root; what is not known counts as a
 * folder or a file, as the path needs it.
 */
export function followPath(
  root: DirectoryNode,
  path: string,
  followLast: boolean,
): ResolvedPath | undefined {
  const names: string[] = [];
  const nodes: (TreeNode | undefined)[] = [root];
  const ahead = segmentsOf(path).reverse();
  let linkCount = 0;
  for (let step = 0; ahead.length > 0; step += 1) {
    if (step > MAX_STEPS) return undefined;
    const name = ahead.pop() ?? '';
    if (name === '..') {
      if (names.pop() !== undefined) nodes.pop();
      continue;
    }
    const child = childOf(nodes.at(-1), name);
    if (child?.kind === 'symlink' && (ahead.length > 0 || followLast)) {
      linkCount += 1;
      if (linkCount > MAX_SYMLINKS) return undefined;
      if (child.target.startsWith('/')) {
        names.length = 0;
        nodes.length = 1;
      }
      pushReversed(ahead, segmentsOf(child.target));
      continue;
    }
    names.push(name);
    nodes.push(child);
  }
  return { path: `/${names.join('/')}`, node: nodes.at(-1) };
}

/** Puts names onto a stack, so that the first one is taken first. */
export function pushReversed(ahead: string[], names: readonly string[]): void {
  for (let index = names.length - 1; index >= 0; index -= 1) ahead.push(names[index] ?? '');
}

/** Returns the entry of a directory under a name. */
export function childOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'folder' ? node.children.get(name) : undefined;
}
