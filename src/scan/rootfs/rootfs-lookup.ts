/**
 * Look-up of paths in the merged root, for tens of thousands of paths: each directory is resolved
 * once.
 */

import { splitPath } from '../../core/base/artifact-path.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { FileFact } from '../../core/model/layer/layer-record.ts';
import type {
  FileListRef,
  RootfsView,
  RootfsEntry,
  RootfsFile,
  RootfsDirectory,
} from '../../core/model/layer/rootfs-view.ts';
import { rowOf, type DirectoryEntries, type PlacedLayerFiles } from './directory-entries.ts';
import {
  followPath,
  walkDirectories,
  MAX_STEPS,
  TableFile,
  type FileNode,
  type DirectoryNode,
  type HardLinkNode,
  type TreeNode,
} from './root-tree.ts';
import { mayBeOwned } from '../../core/model/package/owned-paths.ts';

/**
 * Returns the view of a tree that no longer changes; `links` are those in it, `sources` the files
 * of its layers, oldest first.
 */
export function createRootfsLookup(
  root: DirectoryNode,
  links: readonly { readonly path: string }[],
  sources: readonly PlacedLayerFiles[],
): RootfsView {
  return new RootfsLookup(root, links, sources);
}

/** The target of a directory's path. */
interface FolderPlace {
  readonly asked: string;
  /** Without links; `''` for the root. */
  readonly path: string;
  /** Absent where no folder is known. */
  readonly children: DirectoryEntries<TreeNode> | undefined;
}

class RootfsLookup implements RootfsView {
  readonly #root: DirectoryNode;
  readonly #links: readonly { readonly path: string }[];
  readonly #sources: readonly PlacedLayerFiles[];
  /** By layer: manifests of which a file lies no more where the layer put it. */
  readonly #changed: ReadonlySet<number>[] = [];
  #linkNames: ReadonlySet<string> | undefined;
  /** By folder as asked for. */
  readonly #folders = new Map<string, FolderPlace>();
  /** Files of one folder are mostly asked for one after the other. */
  #last: FolderPlace;

  constructor(
    root: DirectoryNode,
    links: readonly { readonly path: string }[],
    sources: readonly PlacedLayerFiles[],
  ) {
    this.#root = root;
    this.#links = links;
    this.#sources = sources;
    this.#last = { asked: '', path: '', children: root.children };
    this.#folders.set('', this.#last);
  }

  lookUp(path: string, followsLast: boolean): RootfsEntry {
    const slash = path.lastIndexOf('/');
    if (slash !== this.#last.asked.length || !path.startsWith(this.#last.asked)) {
      this.#last = this.#folder(path.slice(0, slash));
    }
    return this.#lookIn(this.#last, path.slice(slash + 1), followsLast);
  }

  folder(path: string): RootfsDirectory {
    const folder = this.#folder(path);
    return {
      lookUp: (name, followsLast) => this.#lookIn(folder, name, followsLast),
      mayHave: (name) => !isPlainName(name) || folder.children?.has(name) === true,
    };
  }

  #lookIn(folder: FolderPlace, name: string, followsLast: boolean): RootfsEntry {
    // The rest of what a name can be is rare, and not worth a rule of its own here.
    if (!isPlainName(name)) return this.#far(`${folder.asked}/${name}`, followsLast);
    const here = `${folder.path}/${name}`;
    const found = folder.children?.find(name);
    if (typeof found === 'number') {
      const source = folder.children?.sourceOf(found);
      if (source !== undefined)
        return new TableRootfsFile(here, source.layer, source, rowOf(found));
    } else if (found !== undefined) {
      const isFollowed = found.kind === 'symlink' && followsLast;
      return isFollowed ? this.#far(`${folder.asked}/${name}`, true) : seen(here, found);
    }
    return seen(here, undefined);
  }

  get linkNames(): ReadonlySet<string> {
    return (this.#linkNames ??= new Set(this.#links.map(({ path }) => splitPath(path)[1])));
  }

  isUnchanged(layer: number, list: number): boolean {
    const source = this.#sources[layer];
    const lists = source?.files.columns.lists;
    if (source === undefined || lists === undefined) return false;
    return !(this.#changed[layer] ??= this.#changedLists(source, lists)).has(list);
  }

  listOf(body: number): FileListRef | undefined {
    const source = this.#sources.findLast(({ filesBelow }) => filesBelow <= body);
    const list = source?.files.columns.lists?.[body - source.filesBelow] ?? 0;
    return source === undefined || list === 0 ? undefined : { layer: source.layer, list };
  }

  #changedLists(source: PlacedLayerFiles, lists: Uint16Array): ReadonlySet<number> {
    const { files, layer, filesBelow, homes, apart } = source;
    const { folderOf } = files.columns;
    const changed = new Set<number>();
    for (let row = 0, end = 0; row < files.length; row = end) {
      end = files.endOfFolder(row);
      const home = homes[folderOf[row] ?? 0];
      const { asked, path, children } = this.#folder(files.folder(row));
      if (path === asked && children === home) continue;
      for (let at = row; at < end; at += 1) changed.add(lists[at] ?? 0);
    }
    for (const row of apart) {
      const list = lists[row] ?? 0;
      if (list === 0 || changed.has(list)) continue;
      const path = files.path(row);
      const seen = this.lookUp(path, false);
      const isThere = seen.kind === 'file' && seen.body === filesBelow + row;
      if (!isThere || seen.path !== path || seen.layer !== layer) changed.add(list);
    }
    return changed;
  }

  runnable(nameEnds: RegExp): Iterable<RootfsFile> {
    return this.#runnableWhereStored(nameEnds) ?? runnableBelow(this.#root, nameEnds);
  }

  /**
   * Returns `undefined` where files do not lie where their layers have stored them: those have to
   * be looked for.
   */
  #runnableWhereStored(nameEnds: RegExp): readonly RootfsFile[] | undefined {
    const found: RootfsFile[] = [];
    for (const source of this.#sources) {
      if (source.isScattered) return undefined;
      const { files, layer, homes } = source;
      const apart = new Set(source.apart);
      let folder = -1;
      let place = this.#last;
      for (const row of files.runnable(nameEnds)) {
        const own = files.columns.folderOf[row] ?? 0;
        if (own !== folder) {
          folder = own;
          place = this.#folder(files.folder(row));
          if (place.path !== place.asked || place.children !== homes[folder]) return undefined;
        }
        const name = files.name(row);
        if (apart.has(row) && !isRow(place.children, name, { source, row })) continue;
        found.push(new TableRootfsFile(`${place.path}/${name}`, layer, source, row));
      }
    }
    return found;
  }

  #far(path: string, followsLast: boolean): RootfsEntry {
    const place = followPath(this.#root, path, followsLast);
    // A chain of links that no system would follow leads nowhere, and that is certain.
    if (place === undefined) return { kind: 'nothing', path, isCertain: true };
    return seen(place.path, place.node);
  }

  #folder(asked: string): FolderPlace {
    const known = this.#folders.get(asked);
    if (known !== undefined) return known;
    const found = this.#below(asked) ?? this.#farFolder(asked);
    this.#folders.set(asked, found);
    return found;
  }

  /**
   * Returns the place with one step from the parent directory if no link is on the way; `undefined`
   * if it has to be resolved.
   */
  #below(asked: string): FolderPlace | undefined {
    // No path without links that is so short takes more names than are followed.
    if (asked.length > MAX_STEPS || !asked.startsWith('/')) return undefined;
    const [parentPath, name] = splitPath(asked);
    if (!isPlainName(name)) return undefined;
    const parent = this.#folder(parentPath);
    if (parent.path !== parent.asked) return undefined;
    const child = parent.children?.find(name);
    if (typeof child === 'number' || child === undefined) {
      return { asked, path: asked, children: undefined };
    }
    if (child.kind === 'symlink') return undefined;
    return { asked, path: asked, children: child.kind === 'folder' ? child.children : undefined };
  }

  #farFolder(asked: string): FolderPlace {
    const place = followPath(this.#root, asked, true);
    const path = place?.path ?? asked;
    const children = place?.node?.kind === 'folder' ? place.node.children : undefined;
    return { asked, path: path === '/' ? '' : path, children };
  }
}

function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..';
}

function seen(path: string, node: TreeNode | undefined): RootfsEntry {
  switch (node?.kind) {
    case undefined:
      return { kind: 'nothing', path, isCertain: mayBeOwned(path) };
    case 'folder':
      return { kind: 'folder', path };
    case 'symlink':
      return { kind: 'link', path, target: node.target, layer: node.layer };
    case 'file':
    case 'hardlink': {
      const file = seenFile(path, node);
      // A hard link to a body that records do not store, or a file that is known only from a
      // reading.
      return file ?? { kind: 'nothing', path, isCertain: false };
    }
  }
}

function seenFile(path: string, node: FileNode | HardLinkNode): RootfsFile | undefined {
  const body = node.kind === 'file' ? node : node.body;
  return body instanceof TableFile
    ? new TableRootfsFile(path, node.layer, body.source, body.row)
    : undefined;
}

/** A file whose fields are read from a layer's table. */
class TableRootfsFile implements RootfsFile {
  readonly kind = 'file';
  readonly path: string;
  readonly layer: number;
  readonly #source: PlacedLayerFiles;
  readonly #row: number;

  constructor(path: string, layer: number, source: PlacedLayerFiles, row: number) {
    this.path = path;
    this.layer = layer;
    this.#source = source;
    this.#row = row;
  }

  get body(): number {
    return this.#source.filesBelow + this.#row;
  }

  get sizeBytes(): number {
    return this.#source.files.sizeBytes(this.#row);
  }

  get isExecutable(): boolean {
    return this.#source.files.isExecutable(this.#row);
  }

  get digests(): readonly Digest[] {
    return this.#source.files.digests(this.#row);
  }

  hasDigest(digest: Digest): boolean {
    return this.#source.files.hasDigest(this.#row, digest);
  }

  get fact(): FileFact {
    return this.#source.files.fact(this.#row);
  }

  get stored(): RootfsFile['stored'] {
    const { files, layer } = this.#source;
    return { layer, path: files.path(this.#row) };
  }
}

/** Returns whether a name means that row of a layer, and nothing that took its place. */
function isRow(
  children: DirectoryEntries<TreeNode> | undefined,
  name: string,
  { source, row }: { readonly source: PlacedLayerFiles; readonly row: number },
): boolean {
  const found = children?.find(name);
  if (typeof found === 'number') {
    return children?.sourceOf(found) === source && rowOf(found) === row;
  }
  return found instanceof TableFile && found.source === source && found.row === row;
}

function* runnableBelow(root: DirectoryNode, nameEnds: RegExp): Generator<RootfsFile, undefined> {
  const wanted = new Map<PlacedLayerFiles, ReadonlySet<number>>();
  const isWanted = (source: PlacedLayerFiles, row: number): boolean => {
    let rows = wanted.get(source);
    if (rows === undefined) wanted.set(source, (rows = new Set(source.files.runnable(nameEnds))));
    return rows.has(row);
  };
  for (const { path: folderPath, folder } of walkDirectories(root)) {
    const found: RootfsFile[] = [];
    const take = (source: PlacedLayerFiles, row: number, name: string): void => {
      if (!isWanted(source, row)) return;
      found.push(new TableRootfsFile(`${folderPath}/${name}`, source.layer, source, row));
    };
    folder.children.forEach({
      node(name, node) {
        if (node instanceof TableFile) take(node.source, node.row, name);
      },
      rows(source, start, end) {
        for (let row = start; row < end; row += 1) take(source, row, source.files.name(row));
      },
    });
    yield* found;
  }
  return undefined;
}
