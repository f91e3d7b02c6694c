/** Puts one layer on top of a tree: first what it erases, then folders and links from the root down, then files. */

import type { Diagnostic, RuleFinding } from '../model/finding.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import {
  FolderPaths,
  makeFolder,
  splitPath,
  type FileNode,
  type FolderNode,
  type HardLinkNode,
  type SymlinkNode,
  type TreeNode,
} from './root-tree.ts';

/** What a record says of no file of its own: shown whatever happens in higher layers. Located in its layer. */
export interface LooseRows {
  readonly diagnostics: readonly Diagnostic[];
  readonly rules: readonly RuleFinding[];
}

/** Applies a record to the tree of the layers below it. */
export function applyLayer(root: FolderNode, record: LayerRecord, layer: number): LooseRows {
  const erasedIn = erase(root, record);
  const state: LayerState = {
    layer,
    folders: new FolderPaths(root, { remembering: erasedIn }),
    placed: new Map(),
    erasedIn,
  };
  placeStructure(state, record);
  for (const fact of record.files) {
    const node = place(state, fact.path, (before) => ({
      kind: 'file',
      fact,
      ...readable(state, fact.path, before),
    }));
    state.placed.set(fact.path, node);
  }
  placeHardLinks(state, record);
  const loose = attach(state, record);
  for (const folder of state.erasedIn) folder.erased = undefined;
  return loose;
}

interface LayerState {
  readonly layer: number;
  readonly folders: FolderPaths;
  /** Files and hard links of the layer, by stored path. */
  readonly placed: Map<string, FileNode | HardLinkNode>;
  /** Folders that remember what was erased in them. */
  readonly erasedIn: FolderNode[];
}

/** Removes what whiteouts and opaque folders hide. Answers which folders remember it. */
function erase(root: FolderNode, record: LayerRecord): FolderNode[] {
  if (record.whiteouts.length === 0 && record.opaques.length === 0) return [];
  // A folder of this layer hides a link of a lower one: what is erased below it was never behind that link.
  const folders = new FolderPaths(root, { hidden: new Set(record.directories) });
  const erasedIn: FolderNode[] = [];
  for (const path of byDepth(record.opaques, (row) => row)) {
    const folder = folders.find(path === '/' ? '' : path);
    if (folder === undefined || folder.erased !== undefined) continue;
    folder.erased = folder.children;
    folder.children = new Map();
    erasedIn.push(folder);
  }
  folders.forget();
  for (const path of byDepth(record.whiteouts, (row) => row)) {
    const [parentPath, name] = splitPath(path);
    const folder = folders.find(parentPath);
    const child = folder?.children.get(name);
    if (folder === undefined || child === undefined) continue;
    folder.children.delete(name);
    if (folder.erased === undefined) {
      folder.erased = new Map();
      erasedIn.push(folder);
    }
    folder.erased.set(name, child);
    if (child.kind !== 'file') folders.forget();
  }
  return erasedIn;
}

/** Folders and symbolic links, from the root down, so that each lies where the links above it lead. */
function placeStructure(state: LayerState, record: LayerRecord): void {
  const rows = [
    ...record.directories.map((path) => ({ path, target: undefined })),
    ...record.links.filter((link) => !link.isHard),
  ];
  for (const { path, target } of byDepth(rows, (row) => row.path)) {
    const [parentPath, name] = splitPath(path);
    if (name === '') continue;
    const parent = state.folders.make(parentPath);
    const there = parent.children.get(name);
    if (target !== undefined) {
      place(state, path, (): SymlinkNode => ({ kind: 'symlink', layer: state.layer, target }));
    } else if (there?.kind !== 'folder') {
      if (there !== undefined) state.folders.forget();
      makeFolder(parent, name, state.erasedIn);
    }
  }
}

/** A target may be another hard link that comes later, so those that found nothing get a second chance. */
function placeHardLinks(state: LayerState, record: LayerRecord): void {
  const nodes: HardLinkNode[] = [];
  for (const link of record.links) {
    if (!link.isHard) continue;
    const target = absolute(link.target);
    const [parentPath, name] = splitPath(target);
    const folder = state.folders.find(parentPath);
    const aim = folder?.children.get(name) ?? folder?.erased?.get(name);
    if (aim?.kind === 'symlink') {
      // The same link under a second name.
      place(state, link.path, () => aim);
      continue;
    }
    const node = place(state, link.path, (before): HardLinkNode => ({
      kind: 'hardlink',
      target,
      body: bodyOf(aim),
      ...readable(state, link.path, before),
    }));
    state.placed.set(link.path, node);
    if (node.body === undefined) nodes.push(node);
  }
  for (const node of nodes) {
    const aim = state.placed.get(node.target);
    if (aim !== node) node.body ??= bodyOf(aim);
  }
}

function bodyOf(node: TreeNode | undefined): FileNode | undefined {
  if (node?.kind === 'hardlink') return node.body;
  return node?.kind === 'file' ? node : undefined;
}

/** Puts a node in the place of whatever is there; it learns which file was there in the state below. */
function place<T extends Exclude<TreeNode, FolderNode>>(
  state: LayerState,
  path: string,
  make: (before: FileNode | HardLinkNode | undefined) => T,
): T {
  const [parentPath, name] = splitPath(path);
  const parent = state.folders.make(parentPath);
  const there = parent.children.get(name);
  if (there?.kind === 'folder' || there?.kind === 'symlink') state.folders.forget();
  const node = make(fileBefore(there ?? parent.erased?.get(name), state.layer));
  parent.children.set(name, node);
  return node;
}

/** Two paths of one layer can mean one place, through a link: neither was there before the other. */
function fileBefore(
  node: TreeNode | undefined,
  layer: number,
): FileNode | HardLinkNode | undefined {
  if (node?.kind !== 'file' && node?.kind !== 'hardlink') return undefined;
  return node.layer === layer ? node.before : node;
}

function readable(
  state: LayerState,
  storedPath: string,
  before: FileNode | HardLinkNode | undefined,
): Pick<FileNode, 'layer' | 'storedPath' | 'before' | 'cataloged' | 'diagnostics' | 'rules'> {
  return { layer: state.layer, storedPath, before, cataloged: [], diagnostics: [], rules: [] };
}

/** Gives readings, rules and diagnostics to their files, so that they are hidden together. */
function attach(state: LayerState, record: LayerRecord): LooseRows {
  for (const reading of record.cataloged) {
    let node = state.placed.get(reading.path);
    if (node === undefined) {
      node = place(state, reading.path, (before): FileNode => ({
        kind: 'file',
        fact: undefined,
        ...readable(state, reading.path, before),
      }));
      state.placed.set(reading.path, node);
    }
    node.cataloged.push(reading);
  }
  const { layer } = state;
  const diagnostics: Diagnostic[] = [];
  for (const row of record.diagnostics) {
    const { location } = row;
    const relocated = location === undefined ? row : { ...row, location: { ...location, layer } };
    const node = location === undefined ? undefined : state.placed.get(location.path);
    (node?.diagnostics ?? diagnostics).push(relocated);
  }
  const rules: RuleFinding[] = [];
  for (const row of record.rules) {
    const relocated = { ...row, location: { ...row.location, layer } };
    (state.placed.get(row.location.path)?.rules ?? rules).push(relocated);
  }
  return { diagnostics, rules };
}

/** Stable: what is equally deep stays in its order. */
function byDepth<T>(rows: readonly T[], pathOf: (row: T) => string): readonly T[] {
  const levels: T[][] = [];
  for (const row of rows) {
    const path = pathOf(row);
    let depth = 0;
    for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth += 1;
    (levels[depth] ??= []).push(row);
  }
  return levels.flat();
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
