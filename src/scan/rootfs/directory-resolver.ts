/** Finds the folders that the stored paths of a layer mean in the tree of the layers below it. */

import { directoryOf, splitPath } from '../../core/base/artifact-path.ts';
import {
  MAX_STEPS,
  MAX_SYMLINKS,
  placeDirectory,
  pushReversed,
  segmentsOf,
  type DirectoryNode,
  type SymlinkNode,
} from './root-tree.ts';

/** The treatment of symlinks of lower layers. */
export interface DirectoryResolverOptions {
  /**
   * Places, without links, at which a link of a lower layer is not followed because a folder hides
   * it.
   */
  readonly hidden?: ReadonlySet<string>;
  /** See {@link placeDirectory}. */
  readonly remembering?: DirectoryNode[];
  /**
   * Each layer is unpacked by itself: only links of the layer named by {@link
   * DirectoryResolver.enterLayer} are followed.
   */
  readonly isApart?: boolean;
}

/**
 * The folders that paths of one layer mean. Remembers what it found until something takes the place
 * of a folder or a link, so that a layer of many entries below a long chain of links costs no more
 * than another.
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

  /**
   * Forgets the found places, after a directory or a link has been replaced: they may lead
   * elsewhere now.
   */
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
      // A file, a link to a file, one that leads in circles or one that is not followed: what lies
      // below needs a folder in its place. Nothing else may be replaced, or an entry below a link
      // to a package database could remove that database.
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

/** Returns an absolute path; `''` for the root. */
function pathOfFolder(folder: DirectoryNode): string {
  const names: string[] = [];
  for (let node = folder; node.parent !== undefined; node = node.parent) names.push(node.name);
  return names
    .map((name) => `/${name}`)
    .reverse()
    .join('');
}
