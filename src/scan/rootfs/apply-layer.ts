/**
 * Puts one layer on top of a tree: first what it erases, then folders and links from the root down,
 * then files.
 */

import { splitPath } from '../../core/base/artifact-path.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { DirectoryResolver, resolveOpaqueDirectory } from './directory-resolver.ts';
import type { PartialRoot } from './partial-root.ts';
import { place, placeFiles, readable, type LayerState } from './place-entries.ts';
import {
  newDirectoryEntries,
  placeDirectory,
  type FileNode,
  type FileResults,
  type HardLinkNode,
  type SymlinkNode,
  type TreeNode,
} from './root-tree.ts';
import { checkSymlinkOrder } from './symlink-order-check.ts';

/**
 * Facts of a layer record that do not belong to a single file. They are retained whatever happens
 * in higher layers. Located in its layer.
 */
export interface LayerWideFacts {
  readonly diagnostics: readonly Diagnostic[];
}

/** The contribution of a layer to the merged view. */
export interface AppliedLayer extends LayerWideFacts {
  /**
   * The two ways of `UnpackMode` may give different trees. Not looked at where layers are unpacked
   * apart.
   */
  readonly isAmbiguous: boolean;
}

/** Applies a record to the tree of the layers below it. */
export function applyLayer(growing: PartialRoot, record: LayerRecord, layer: number): AppliedLayer {
  if (growing.unpacking === 'apart') {
    return { ...reapplyLayer(growing, record, layer), isAmbiguous: false };
  }
  const order = checkSymlinkOrder(growing.root, record);
  const loose = applyErased(growing, record, layer, () => order.watchPlaces());
  loose.diagnostics.push(...order.gaps(layer));
  return { ...loose, isAmbiguous: order.isAmbiguous };
}

/**
 * Returns the same for a tree that was built once before: without a look at the order of the
 * entries.
 */
export function reapplyLayer(growing: PartialRoot, record: LayerRecord, layer: number): LooseLists {
  return applyErased(growing, record, layer, () => undefined);
}

interface LooseLists {
  readonly diagnostics: Diagnostic[];
}

/**
 * Applies the whiteouts of a layer. `whenErased` is called between the erased and the stored
 * entries.
 */
function applyErased(
  growing: PartialRoot,
  record: LayerRecord,
  layer: number,
  whenErased: () => void,
): LooseLists {
  const { said, loose } = sayingsIn(record, layer);
  growing.folders.enterLayer(layer);
  erase(growing, record, layer);
  whenErased();
  const state: LayerState = { ...growing, layer, said };
  const files = FileTable.from(record.files);
  placeStructure(state, record);
  placeFiles(state, files);
  growing.fileCount += files.length;
  placeHardLinks(state, record);
  // Readings and findings without a file fact hide nothing all the same. Other diagnostics of no
  // known file are shown.
  for (const [path, rest] of said) {
    if (rest.cataloged.length > 0 || rest.rules.length > 0) {
      place(state, path, (before): FileNode => ({
        kind: 'file',
        fact: undefined,
        ...readable(state, path, before),
      }));
    } else {
      for (const row of rest.diagnostics) loose.diagnostics.push(row);
    }
  }
  for (const folder of growing.erasedIn) folder.erased = undefined;
  growing.erasedIn.length = 0;
  return loose;
}

/** Removes what whiteouts and opaque folders hide. */
function erase(
  { root, folders: allFolders, erasedIn, unpacking }: PartialRoot,
  record: LayerRecord,
  layer: number,
): void {
  if (record.whiteouts.length === 0 && record.opaques.length === 0) return;
  const isApart = unpacking === 'apart';
  // A folder or link of this layer hides a link of a lower one: what is erased below it was never
  // behind that link.
  const hidden = new Set(record.directories);
  for (const link of record.links) if (!link.isHard) hidden.add(link.path);
  const folders = new DirectoryResolver(root, { hidden, isApart });
  folders.enterLayer(layer);
  for (const path of byDepth(record.opaques, (row) => row)) {
    // The root of an overlay is never opaque.
    if (isApart && path === '/') continue;
    const folder = resolveOpaqueDirectory(root, folders, path);
    if (folder === undefined || folder.erased !== undefined) continue;
    folder.erased = folder.children;
    folder.children = newDirectoryEntries();
    erasedIn.push(folder);
    folders.forget();
  }
  const own = new Set(isApart ? record.directories : []);
  for (const path of byDepth(record.whiteouts, (row) => row)) {
    // Where a layer has its own directory by itself, its whiteout of that name is lost.
    if (own.has(path)) continue;
    const [parentPath, name] = splitPath(path);
    const folder = folders.find(parentPath);
    const child = folder?.children.get(name);
    if (folder === undefined || child === undefined) continue;
    folder.children.delete(name);
    if (folder.erased === undefined) {
      folder.erased = newDirectoryEntries();
      erasedIn.push(folder);
    }
    folder.erased.set(name, child);
    if (child.kind !== 'file') folders.forget();
  }
  allFolders.forget();
}

/**
 * Places directories and symbolic links, from the root down, so that each lies where the links
 * above it lead.
 */
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
      placeDirectory(parent, name, state.erasedIn);
    }
  }
}

/**
 * A target may be another hard link that comes later, so those that found nothing get a second
 * chance.
 */
function placeHardLinks(state: LayerState, record: LayerRecord): void {
  const placed = new Map<string, HardLinkNode>();
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
    // A file that records do not keep is known by its own name only.
    const isNameless = aim?.kind === 'hardlink' && aim.body === undefined;
    const node = place(state, link.path, (before): HardLinkNode => ({
      kind: 'hardlink',
      target: isNameless ? aim.target : target,
      body: bodyOf(aim),
      ...readable(state, link.path, before),
    }));
    placed.set(link.path, node);
  }
  for (const node of placed.values()) node.body ??= placed.get(node.target)?.body;
}

function bodyOf(node: TreeNode | undefined): FileNode | undefined {
  if (node?.kind === 'hardlink') return node.body;
  return node?.kind === 'file' ? node : undefined;
}

/**
 * Groups readings, rule findings and diagnostics by their file, so that they are hidden together;
 * the rest is loose.
 */
function sayingsIn(
  record: LayerRecord,
  layer: number,
): { readonly said: Map<string, FileResults>; readonly loose: LooseLists } {
  const said = new Map<string, FileResults>();
  const loose: LooseLists = { diagnostics: [] };
  const of = (path: string): FileResults => {
    let sayings = said.get(path);
    if (sayings === undefined) said.set(path, (sayings = newSayings()));
    return sayings;
  };
  for (const reading of record.cataloged) of(reading.path).cataloged.push(reading);
  for (const row of record.diagnostics) {
    const { location } = row;
    if (location === undefined) loose.diagnostics.push(row);
    else of(location.path).diagnostics.push({ ...row, location: { ...location, layer } });
  }
  for (const row of record.rules) of(row.location.path).rules.push(row);
  return { said, loose };
}

function newSayings(): FileResults {
  return { cataloged: [], diagnostics: [], rules: [] };
}

/** Sorts by depth. Stable: equally deep rows stay in their order. */
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
