/**
 * The merged root as a tree, as far as records know it: folders, files, links, and what was at a place before. Paths
 * are followed as container runtimes do: inside the root, through links in their folders, at most 40 of them.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset"; the cap is that of Linux (`path_resolution(7)`).
 */

import { directoryOf, splitPath } from '../base/artifact-path.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { FileFact, LayerRecord } from '../model/layer-record.ts';
import type { RuleDraft } from '../model/rule-finding.ts';
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
  /** While a layer is applied: what the layer has erased here, so that what returns in the same layer never left. */
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
  /** The file whose body it shares, as it was when the link was made; absent where the records do not know it. */
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
 * Puts a new folder in the place of whatever is there. It knows what the layer erased in its predecessor; `remembering`
 * takes the folders that have to forget it once the layer is applied.
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

/** Returns an absolute path; `''` for the root. */
function pathOfFolder(folder: DirectoryNode): string {
  const names: string[] = [];
  for (let node = folder; node.parent !== undefined; node = node.parent) names.push(node.name);
  return names
    .map((name) => `/${name}`)
    .reverse()
    .join('');
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
 * Follows a path from the root, through a link at its end only where `followLast` says so; `undefined` after too many
 * links. `..` never leaves the root; what is not known counts as a folder or a file, as the path needs it.
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

function pushReversed(ahead: string[], names: readonly string[]): void {
  for (let index = names.length - 1; index >= 0; index -= 1) ahead.push(names[index] ?? '');
}

/** Returns the entry of a directory under a name. */
export function childOf(node: TreeNode | undefined, name: string): TreeNode | undefined {
  return node?.kind === 'folder' ? node.children.get(name) : undefined;
}

/** The treatment of symlinks of lower layers. */
export interface DirectoryResolverOptions {
  /** Places, without links, at which a link of a lower layer is not followed because a folder hides it. */
  readonly hidden?: ReadonlySet<string>;
  /** See {@link placeDirectory}. */
  readonly remembering?: DirectoryNode[];
  /** Each layer is unpacked by itself: only links of the layer named by {@link DirectoryResolver.enterLayer} are followed. */
  readonly isApart?: boolean;
}

/**
 * The folders that paths of one layer mean. Remembers what it found until something takes the place of a folder or a
 * link, so that a layer of many entries below a long chain of links costs no more than another.
 */
export class DirectoryResolver {
  readonly #root: DirectoryNode;
  readonly #hidden: ReadonlySet<string>;
  readonly #remembering: DirectoryNode[];
  readonly #isApart: boolean;
  /** The layer whose paths are asked for. */
  #layer = 0;
  readonly #found = new Map<string, DirectoryNode>();
  /** Entries of one folder mostly follow each other. */
  #last: { readonly path: string; readonly folder: DirectoryNode } | undefined;

  constructor(root: DirectoryNode, options: DirectoryResolverOptions = {}) {
    this.#root = root;
    this.#hidden = options.hidden ?? new Set();
    this.#remembering = options.remembering ?? [];
    this.#isApart = options.isApart ?? false;
  }

  /** Begins a layer; must be called before its first path. */
  enterLayer(layer: number): void {
    this.#layer = layer;
    // Where links of lower layers are not followed, a path leads elsewhere in each layer.
    if (this.#isApart) this.forget();
  }

  /** Forgets the found places, after a directory or a link has been replaced: they may lead elsewhere now. */
  forget(): void {
    this.#found.clear();
    this.#last = undefined;
  }

  /** Returns the folder at a stored path, `undefined` where there is none. `''` is the root. */
  find(path: string): DirectoryNode | undefined {
    return this.#walk(path, (parent, name) => {
      const child = parent.children.get(name);
      if (child?.kind === 'symlink' && this.#isFollowed(child)) {
        return this.#throughLink(parent, child, name, false);
      }
      return child?.kind === 'folder' ? child : undefined;
    });
  }

  /** Returns the folder at a stored path; what is missing is made. */
  make(path: string): DirectoryNode {
    if (this.#last?.path === path) return this.#last.folder;
    const made = this.#walk(path, (parent, name) => {
      const child = parent.children.get(name);
      if (child?.kind === 'folder') return child;
      if (child?.kind === 'symlink' && this.#isFollowed(child)) {
        const target = this.#throughLink(parent, child, name, true);
        if (target !== undefined) return target;
      }
      // A file, a link to a file, one that leads in circles or one that is not followed: what lies below needs a folder
      // in its place. Nothing else may be replaced, or an entry below a link to a package database could remove that
      // database.
      if (child !== undefined) this.forget();
      return placeDirectory(parent, name, this.#remembering);
    });
    const folder = made ?? this.#root;
    this.#last = { path, folder };
    return folder;
  }

  /** Goes down from the longest prefix that is known already. */
  #walk(
    path: string,
    step: (parent: DirectoryNode, name: string) => DirectoryNode | undefined,
  ): DirectoryNode | undefined {
    const missing: string[] = [];
    let prefix = path;
    while (prefix !== '' && !this.#found.has(prefix)) {
      missing.push(prefix);
      prefix = directoryOf(prefix);
    }
    let folder = prefix === '' ? this.#root : this.#found.get(prefix);
    for (let at = missing.pop(); at !== undefined; at = missing.pop()) {
      folder = folder === undefined ? undefined : step(folder, splitPath(at)[1]);
      if (folder === undefined) return undefined;
      this.#found.set(at, folder);
    }
    return folder;
  }

  #throughLink(
    parent: DirectoryNode,
    link: SymlinkNode,
    name: string,
    isMade: boolean,
  ): DirectoryNode | undefined {
    let here = parent;
    const ahead: string[] = [];
    let linkCount = 0;
    let unknownDepth = 0;
    const enter = (folder: DirectoryNode, next: SymlinkNode, nextName: string): boolean => {
      linkCount += 1;
      if (linkCount > MAX_SYMLINKS || this.#isHidden(folder, nextName)) return false;
      here = next.target.startsWith('/') ? this.#root : folder;
      pushReversed(ahead, segmentsOf(next.target));
      return true;
    };
    if (!enter(parent, link, name)) return undefined;
    for (let step = 0; ahead.length > 0; step += 1) {
      if (step > MAX_STEPS) return undefined;
      const next = ahead.pop() ?? '';
      // What is not known may be a folder of forgotten files: `..` leads back out of it.
      if (unknownDepth > 0) {
        unknownDepth += next === '..' ? -1 : 1;
        continue;
      }
      if (next === '..') {
        here = here.parent ?? here;
        continue;
      }
      const child = here.children.get(next);
      if (child?.kind === 'folder') here = child;
      else if (child?.kind === 'symlink' && this.#isFollowed(child)) {
        if (!enter(here, child, next)) return undefined;
      } else if (child !== undefined && !(isMade && child.kind === 'symlink')) return undefined;
      else if (!isMade) unknownDepth = 1;
      else here = placeDirectory(here, next, this.#remembering);
    }
    return unknownDepth > 0 ? undefined : here;
  }

  #isFollowed(link: SymlinkNode): boolean {
    return !this.#isApart || link.layer === this.#layer;
  }

  #isHidden(parent: DirectoryNode, name: string): boolean {
    return this.#hidden.size > 0 && this.#hidden.has(`${pathOfFolder(parent)}/${name}`);
  }
}

/**
 * Returns the directory that an opaque mark empties. Where its own path is a link of a lower layer,
 * some tools erase nothing: the larger tree is taken. Links above it are followed, as by all tools.
 */
export function resolveOpaqueDirectory(
  root: DirectoryNode,
  folders: DirectoryResolver,
  path: string,
): DirectoryNode | undefined {
  if (path === '/') return root;
  const [parentPath, name] = splitPath(path);
  const child = folders.find(parentPath)?.children.get(name);
  return child?.kind === 'folder' ? child : undefined;
}
