/**
 * Entries that a layer stores behind links, where the order in the archive decides their place.
 *
 * A merge places folders and links first and then files; a runtime takes one entry after the other.
 * Both agree for what tools write: a folder or link in front of what lies below it, and nothing
 * behind a link that the same layer changes. A crafted layer can use the difference to put a
 * package database where only the runtime finds it, so such layers are reported as gaps.
 *
 * A layer that stores or erases something behind a link of a lower layer is ambiguous: runtimes
 * that unpack each layer into a directory of its own do not see that link. The same holds for an
 * opaque root, which overlayfs does not know, and for the whiteout of a directory that its own
 * layer makes again.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", "Applying Changesets".
 */

import { splitPath } from '../../core/base/artifact-path.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import {
  followPath,
  MAX_SYMLINKS,
  MAX_STEPS,
  type DirectoryNode,
  type TreeNode,
} from './root-tree.ts';

/** A folder that a layer stores entries in, and where it leads. */
interface Watched {
  readonly folder: string;
  readonly real: string;
}

/** The result of {@link checkSymlinkOrder}. */
export interface SymlinkOrderCheck {
  /** See `Unpacking` in `apply-layer.ts`. */
  readonly isAmbiguous: boolean;
  /**
   * Records the places; must be called when the whiteouts of the layer have been applied, and
   * nothing else of it.
   */
  watchPlaces(): void;
  /** Returns the gaps; must be called after the layer has been applied. */
  gaps(layer: number): readonly Diagnostic[];
}

/** Looks at the tree below a layer. */
export function checkSymlinkOrder(root: DirectoryNode, record: LayerRecord): SymlinkOrderCheck {
  const lateLink = record.late?.find(
    (path) => !path.endsWith('/') && followPath(root, path, false)?.node?.kind === 'symlink',
  );
  const { watched: before, isAmbiguous, clash } = foldersBehindLinks(root, record);
  let watched = before;
  return {
    isAmbiguous: isAmbiguous || lateLink !== undefined,
    watchPlaces() {
      // What stands behind entries below its path is late. A late whiteout of a link is a gap by
      // itself.
      const isErased = record.whiteouts.length > 0 || record.opaques.length > 0;
      const isAnyOpaqueLate = record.late?.some((path) => path.endsWith('/')) === true;
      if (!isErased || isAnyOpaqueLate || before.length === 0) return;
      watched = foldersBehindLinks(root, record).watched;
    },
    gaps(layer) {
      const moved = watched.find(
        ({ folder, real }) => followPath(root, folder, true)?.path !== (real === '' ? '/' : real),
      );
      const path = lateLink ?? moved?.folder ?? clash;
      if (path === undefined) return [];
      return [
        {
          stage: 'layers',
          message: `layer ${String(layer)}: where entries below "${path}" lie depends on their order, as a link in the way changes`,
          gap: 'unreadable',
        },
      ];
    },
  };
}

interface BehindLinks {
  readonly watched: readonly Watched[];
  readonly isAmbiguous: boolean;
  /** The path of a link or directory that comes to lie where the layer stores another one. */
  readonly clash: string | undefined;
}

function foldersBehindLinks(root: DirectoryNode, record: LayerRecord): BehindLinks {
  const own = new Map<string, string | undefined>();
  for (const path of record.directories) own.set(path, undefined);
  for (const { path, target, isHard } of record.links) if (!isHard) own.set(path, target);
  const folders = new Set<string>();
  const files = FileTable.from(record.files);
  for (let row = 0; row < files.length; row = files.endOfFolder(row))
    folders.add(files.folder(row));
  let last = '';
  for (const { path } of record.links) {
    const end = path.lastIndexOf('/');
    // Entries of one folder mostly follow each other.
    if (end === last.length && path.startsWith(last)) continue;
    last = path.slice(0, end);
    folders.add(last);
  }
  const places = new OwnPlaces(root, own);
  const watched: Watched[] = [];
  for (const folder of folders) {
    const real = places.find(folder)?.path;
    if (real !== undefined && real !== folder) watched.push({ folder, real });
  }
  for (const path of record.whiteouts) places.find(splitPath(path)[0]);
  for (const path of record.opaques) places.find(path === '/' ? '' : path);
  const isRootOpaque = record.opaques.includes('/') && !root.children.isEmpty;
  // Overlayfs loses the whiteout of a directory that the layer has itself.
  const isWhiteoutLost = record.whiteouts.some(
    (path) => own.has(path) && own.get(path) === undefined,
  );
  const isAmbiguous = places.isLowerLinkMet || isRootOpaque || isWhiteoutLost;
  return { watched, isAmbiguous, clash: watched.length === 0 ? undefined : clashIn(own, places) };
}

/**
 * Returns two paths of one layer that mean one place, through a link: the later entry wins, and a
 * merge does not know which one that is.
 */
function clashIn(
  own: ReadonlyMap<string, string | undefined>,
  places: OwnPlaces,
): string | undefined {
  const moved = new Map<string, string | undefined>();
  for (const [stored, target] of own) {
    const [folder, name] = splitPath(stored);
    const parent = places.find(folder);
    const path = `${parent?.path ?? folder}/${name}`;
    if (path === stored) continue;
    const others = own.has(path) ? own : moved;
    if (others.has(path) && others.get(path) !== target) return stored;
    moved.set(path, target);
  }
  return undefined;
}

interface OwnPlace {
  /** `''` for the root. */
  readonly path: string;
  readonly node: TreeNode | undefined;
}

/**
 * Targets of directories in the tree with the layer's own directories and links already in place.
 */
class OwnPlaces {
  readonly #root: DirectoryNode;
  /** Targets of the layer's links; `undefined` for its folders. */
  readonly #own: ReadonlyMap<string, string | undefined>;
  /** By stored path: folders share most of their way. */
  readonly #found = new Map<string, OwnPlace | undefined>();
  #isLowerLinkMet = false;

  constructor(root: DirectoryNode, own: ReadonlyMap<string, string | undefined>) {
    this.#root = root;
    this.#own = own;
    this.#found.set('', { path: '', node: root });
  }

  /** Returns whether a path led through a link of a lower layer. */
  get isLowerLinkMet(): boolean {
    return this.#isLowerLinkMet;
  }

  /** Returns the place of a directory; `undefined` after too many links. */
  find(folder: string): OwnPlace | undefined {
    const missing: string[] = [];
    let prefix = folder;
    while (!this.#found.has(prefix)) {
      missing.push(prefix);
      prefix = splitPath(prefix)[0];
    }
    let place = this.#found.get(prefix);
    for (let at = missing.pop(); at !== undefined; at = missing.pop()) {
      place = place && this.#step(place, at);
      this.#found.set(at, place);
    }
    return place;
  }

  /**
   * Returns the place of a stored name. The layer's entry at a path comes before entries below it;
   * otherwise `LayerRecord.late` lists it.
   */
  #step(parent: OwnPlace, stored: string): OwnPlace | undefined {
    const name = splitPath(stored)[1];
    const path = `${parent.path}/${name}`;
    // Behind a link, an entry of the path where it comes to lie is another entry for the same
    // place.
    const isOwn = this.#own.has(stored) && (stored === path || !this.#own.has(path));
    const child = isOwn ? this.#own.get(stored) : this.#childOf(parent, name);
    if (typeof child === 'string') return this.#follow(parent, child);
    return child ?? { path, node: nodeIn(parent, name) };
  }

  /**
   * Returns the child, or the target if it is a link. One of a lower layer wins: a layer that
   * stores something behind one link and changes another on the way may have done so before or
   * after.
   */
  #childOf(parent: OwnPlace, name: string): OwnPlace | string {
    const path = `${parent.path}/${name}`;
    const node = nodeIn(parent, name);
    if (node?.kind === 'symlink') {
      this.#isLowerLinkMet = true;
      return node.target;
    }
    return (node === undefined ? this.#own.get(path) : undefined) ?? { path, node };
  }

  #follow(parent: OwnPlace, target: string): OwnPlace | undefined {
    const root: OwnPlace = { path: '', node: this.#root };
    const places = target.startsWith('/') ? [root] : this.#above(parent);
    const ahead = target.split('/').reverse();
    let linkCount = 1;
    for (let step = 0; ahead.length > 0; step += 1) {
      if (step > MAX_STEPS) return undefined;
      const name = ahead.pop() ?? '';
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (places.length > 1) places.pop();
        continue;
      }
      const child = this.#childOf(places.at(-1) ?? root, name);
      if (typeof child !== 'string') {
        places.push(child);
        continue;
      }
      linkCount += 1;
      if (linkCount > MAX_SYMLINKS) return undefined;
      if (child.startsWith('/')) places.length = 1;
      for (const part of child.split('/').reverse()) ahead.push(part);
    }
    return places.at(-1);
  }

  /** Returns the places from the root to a place; there is no link on the way. */
  #above({ path }: OwnPlace): OwnPlace[] {
    const places: OwnPlace[] = [{ path: '', node: this.#root }];
    for (const name of path.split('/').slice(1)) {
      const parent = places.at(-1) ?? { path: '', node: this.#root };
      places.push({ path: `${parent.path}/${name}`, node: nodeIn(parent, name) });
    }
    return places;
  }
}

function nodeIn({ node }: OwnPlace, name: string): TreeNode | undefined {
  return node?.kind === 'folder' ? node.children.get(name) : undefined;
}
