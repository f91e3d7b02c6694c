/**
 * The other names of folders: the paths that lead to one through links, in a tree that layers are
 * being added to.
 */

import { baseName, splitPath } from '../../core/base/artifact-path.ts';
import { addTo } from '../../core/base/maps.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { followPath, MAX_SYMLINKS, MAX_STEPS, type DirectoryNode } from './root-tree.ts';

/**
 * More than any image has for one folder; links that lead to a folder above themselves make them
 * without end.
 */
const MAX_NAMES = 1000;

/** A hostile image can hold a million links, each of which leads through forty others. */
const MAX_FOLLOWED = 1_000_000;

/** A hundred thousand folders in ten layers. */
const MAX_LOOKUPS = 10_000_000;

/**
 * A folder without links, and what follows it in the path: `''`, or links and what they need not
 * resolve.
 */
interface Prefix {
  readonly real: string;
  readonly rest: string;
  readonly linkCount: number;
}

/** Names of some directories in all states of a tree together. */
export interface DirectoryAliases {
  /** By folder. */
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folders that have too many in some state. */
  readonly crowded: ReadonlySet<string>;
}

/**
 * Learns it while layers are being added to a tree: what is stored in front of a link of its own
 * layer goes where the state below leads.
 */
export class AliasesAcrossLayers implements DirectoryAliases {
  readonly names = new Map<string, Set<string>>();
  readonly crowded = new Set<string>();
  readonly #now: DirectoryAliasIndex;

  /** `folders` have no links in them. */
  constructor(root: DirectoryNode, folders: Iterable<string>) {
    this.#now = new DirectoryAliasIndex(root);
    for (const folder of folders) this.names.set(folder, new Set());
  }

  /** Records a layer after it has been applied. */
  learn(record: LayerRecord): void {
    if (this.names.size === 0) return;
    this.#now.learn(record);
    for (const [folder, names] of this.names) {
      const found = this.#now.of(folder);
      if (found === undefined) this.crowded.add(folder);
      for (const name of found ?? []) names.add(name);
    }
  }
}

/** Finds the paths that lead to a directory through symlinks, in a tree that grows. */
export class DirectoryAliasIndex {
  readonly #root: DirectoryNode;
  /**
   * Places of links, by the last name of their targets; by `''` those that do not end in a name.
   */
  readonly #linksTo = new Map<string, Set<string>>();
  /** Targets of links in the current tree. */
  readonly #targets = new Map<string, string | undefined>();
  #followedCount = 0;
  #lookupCount = 0;

  constructor(root: DirectoryNode) {
    this.#root = root;
  }

  /** Records a layer after it has been applied. */
  learn(record: LayerRecord): void {
    this.#targets.clear();
    const placeOf = linkPlaces(this.#root);
    for (const { path, target, isHard } of record.links) {
      const place = isHard ? undefined : placeOf(path);
      if (place === undefined) continue;
      const key = lastName(target);
      addTo(this.#linksTo, key, place);
    }
  }

  /**
   * Returns the names of a directory without `folder` itself, which must have no links in it;
   * `undefined` if they are too many.
   */
  of(folder: string): ReadonlySet<string> | undefined {
    const names = new Set<string>();
    const ahead: Prefix[] = [{ real: folder, rest: '', linkCount: 0 }];
    for (let prefix = ahead.pop(); prefix !== undefined; prefix = ahead.pop()) {
      const { real, rest, linkCount } = prefix;
      if (linkCount === MAX_SYMLINKS) continue;
      for (let end = real.length; ; end = real.lastIndexOf('/', end - 1)) {
        const links = this.#linksInto(real.slice(0, end));
        if (links === undefined) return undefined;
        for (const link of links) {
          const [parent, name] = splitPath(link);
          const below = `/${name}${real.slice(end)}${rest}`;
          if (names.has(parent + below)) continue;
          if (names.size === MAX_NAMES) return undefined;
          names.add(parent + below);
          ahead.push({ real: parent, rest: below, linkCount: linkCount + 1 });
        }
        if (end === 0) break;
      }
    }
    return names;
  }

  /**
   * Returns the links that lead to a folder in the end. A link to one of them ends in its name, not
   * in that of the folder.
   */
  #linksInto(folder: string): readonly string[] | undefined {
    const links = new Set<string>();
    this.#lookupCount += 1;
    if (this.#lookupCount > MAX_LOOKUPS) return undefined;
    const keys = new Set(['', splitPath(folder)[1]]);
    for (const key of keys) {
      for (const link of this.#linksTo.get(key) ?? []) {
        if (!this.#targets.has(link)) {
          this.#followedCount += 1;
          if (this.#followedCount > MAX_FOLLOWED) return undefined;
          this.#targets.set(link, this.#targetOf(link));
        }
        if (this.#targets.get(link) !== folder) continue;
        links.add(link);
        keys.add(splitPath(link)[1]);
      }
    }
    return [...links];
  }

  /** Returns the target of a link; `''` for the root; `undefined` if there is no link any more. */
  #targetOf(link: string): string | undefined {
    const place = followPath(this.#root, link, false);
    if (place?.node?.kind !== 'symlink' || place.path !== link) return undefined;
    const path = followPath(this.#root, link, true)?.path;
    return path === '/' ? '' : path;
  }
}

/**
 * Returns a question that gives the place of a symbolic link, `undefined` where the path leads to
 * none: what `follow` says without the link at its end, with each folder followed once where links
 * of one folder are asked for one after the other.
 */
function linkPlaces(root: DirectoryNode): (path: string) => string | undefined {
  let asked = '';
  let folder: DirectoryNode | undefined = root;
  return (path) => {
    const [parent, name] = splitPath(path);
    if (parent !== asked) {
      asked = parent;
      const place = followPath(root, parent, true);
      folder = place?.node?.kind === 'folder' && place.path === parent ? place.node : undefined;
    }
    // No path that is so short takes more names than are followed.
    const isPlain = name !== '' && name !== '.' && name !== '..' && path.length <= MAX_STEPS;
    if (folder === undefined || !isPlain) {
      const place = followPath(root, path, false);
      return place?.node?.kind === 'symlink' ? place.path : undefined;
    }
    const node = folder.children.find(name);
    return typeof node === 'object' && node.kind === 'symlink' ? path : undefined;
  };
}

function lastName(target: string): string {
  const end = baseName(target);
  // As nearly all do: in a name, and in none that might be `.` or `..`.
  if (end !== '' && !end.startsWith('.')) return end;
  const names = target.split('/').filter((name) => name !== '' && name !== '.');
  const last = names.at(-1) ?? '';
  return last === '..' || /\/\.?$/.test(target) ? '' : last;
}
