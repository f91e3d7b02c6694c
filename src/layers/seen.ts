/**
 * What lies at a path of the merged root, for whoever asks about tens of thousands of them: folders are followed once.
 */

import type { RootView, Seen, SeenFile } from '../model/root-view.ts';
import { mayBeOwned } from './digest-plan.ts';
import {
  follow,
  foldersBelow,
  splitPath,
  type FileNode,
  type FolderNode,
  type HardLinkNode,
  type TreeNode,
} from './root-tree.ts';

/** The view of a tree that no longer changes; `links` are those in it. */
export function viewOfRoot(
  root: FolderNode,
  links: readonly { readonly path: string }[],
): RootView {
  return new Sight(root, links);
}

class Sight implements RootView {
  readonly #root: FolderNode;
  readonly #links: readonly { readonly path: string }[];
  #linkNames: ReadonlySet<string> | undefined;
  /** By folder as asked for; `undefined` where none is known, or where too many links lead to it. */
  readonly #folders = new Map<string, { readonly path: string; readonly node?: TreeNode }>();

  constructor(root: FolderNode, links: readonly { readonly path: string }[]) {
    this.#root = root;
    this.#links = links;
  }

  lookUp(path: string, followsLast: boolean): Seen {
    const [folderPath, name] = splitPath(path);
    // The rest of what a name can be is rare, and not worth a rule of its own here.
    if (name === '' || name === '.' || name === '..') return this.#far(path, followsLast);
    const folder = this.#folder(folderPath);
    const here = `${folder.path === '/' ? '' : folder.path}/${name}`;
    const child = folder.node?.kind === 'folder' ? folder.node.children.get(name) : undefined;
    if (child?.kind === 'symlink' && followsLast) return this.#far(path, true);
    return seen(here, child);
  }

  get linkNames(): ReadonlySet<string> {
    return (this.#linkNames ??= new Set(this.#links.map(({ path }) => splitPath(path)[1])));
  }

  get files(): Iterable<SeenFile> {
    return filesBelow(this.#root);
  }

  #far(path: string, followsLast: boolean): Seen {
    const place = follow(this.#root, path, followsLast);
    // A chain of links that no system would follow leads nowhere, and that is certain.
    if (place === undefined) return { kind: 'nothing', path, isCertain: true };
    return seen(place.path, place.node);
  }

  #folder(path: string): { readonly path: string; readonly node?: TreeNode } {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const place = follow(this.#root, path, true);
    const found = {
      path: place?.path ?? path,
      ...(place?.node !== undefined && { node: place.node }),
    };
    this.#folders.set(path, found);
    return found;
  }
}

function seen(path: string, node: TreeNode | undefined): Seen {
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
      // A hard link to a body that records do not keep, or a file that only a reading tells of.
      return file ?? { kind: 'nothing', path, isCertain: false };
    }
  }
}

function seenFile(path: string, node: FileNode | HardLinkNode): SeenFile | undefined {
  const body = node.kind === 'file' ? node : node.body;
  if (body?.fact === undefined) return undefined;
  return {
    kind: 'file',
    path,
    fact: body.fact,
    layer: node.layer,
    stored: { layer: body.layer, path: body.storedPath },
  };
}

/** In the order of {@link foldersBelow}: sorting takes longer than the rest. */
function* filesBelow(root: FolderNode): Generator<SeenFile, undefined> {
  for (const { path: folderPath, folder } of foldersBelow(root)) {
    const found: SeenFile[] = [];
    folder.children.forEach({
      node(name, node) {
        const file = node.kind === 'file' ? seenFile(`${folderPath}/${name}`, node) : undefined;
        if (file !== undefined) found.push(file);
      },
      rows({ files, layer }, start, end) {
        for (let row = start; row < end; row += 1) {
          const fact = files.fact(row);
          const path = `${folderPath}/${files.name(row)}`;
          found.push({ kind: 'file', path, fact, layer, stored: { layer, path: fact.path } });
        }
      },
    });
    yield* found;
  }
  return undefined;
}
