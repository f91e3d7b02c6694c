/** Puts one layer on top of a tree: first what it erases, then folders and links from the root down, then files. */

import { splitPath } from '../base/artifact-path.ts';
import { addTo } from '../base/maps.ts';
import type { Diagnostic } from '../model/finding.ts';
import { FileTable } from '../model/file-table.ts';
import type { LayerRecord } from '../model/layer-record.ts';
import { PlacedLayerFiles } from './directory-entries.ts';
import { checkSymlinkOrder } from './symlink-order-check.ts';
import {
  DirectoryResolver,
  placeDirectory,
  newDirectoryEntries,
  newRoot,
  resolveOpaqueDirectory,
  TableFile,
  type FileNode,
  type DirectoryNode,
  type HardLinkNode,
  type FileResults,
  type SymlinkNode,
  type TreeNode,
} from './root-tree.ts';

/**
 * Facts of a layer record that do not belong to a single file. They are retained whatever happens
 * in higher layers. Located in its layer.
 */
export interface LayerWideFacts {
  readonly diagnostics: readonly Diagnostic[];
}

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

/** The contribution of a layer to the merged view. */
export interface AppliedLayer extends LayerWideFacts {
  /** The two ways of {@link UnpackMode} may give different trees. Not looked at where layers are unpacked apart. */
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

/** Applies the whiteouts of a layer. `whenErased` is called between the erased and the stored entries. */
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
  // Readings and findings without a file fact hide nothing all the same. Other diagnostics of no known file are shown.
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

interface LayerState extends PartialRoot {
  readonly layer: number;
  /** Results in the record for files that are not placed yet, by stored path. */
  readonly said: Map<string, FileResults>;
}

/** Removes what whiteouts and opaque folders hide. */
function erase(
  { root, folders: allFolders, erasedIn, unpacking }: PartialRoot,
  record: LayerRecord,
  layer: number,
): void {
  if (record.whiteouts.length === 0 && record.opaques.length === 0) return;
  const isApart = unpacking === 'apart';
  // A folder or link of this layer hides a link of a lower one: what is erased below it was never behind that link.
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

/** Places directories and symbolic links, from the root down, so that each lies where the links above it lead. */
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

/** A target may be another hard link that comes later, so those that found nothing get a second chance. */
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

/** Puts a node in the place of whatever is there; it learns which file was there in the state below. */
function place<T extends Exclude<TreeNode, DirectoryNode>>(
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

/**
 * Places files. Most files of a layer are new and have no results: those of one directory are
 * placed at once.
 */
function placeFiles(state: LayerState, files: FileTable): void {
  const source = new PlacedLayerFiles(files, state.layer, state.fileCount);
  state.sources.push(source);
  const spokenOf = namesByFolder(state.said.keys());
  for (let row = 0, end = 0; row < files.length; row = end) {
    end = files.endOfFolder(row);
    const path = files.folder(row);
    const folder = state.folders.make(path);
    if (folder.erased !== undefined) {
      for (let at = row; at < end; at += 1) placeFile(state, source, at);
      continue;
    }
    const spoken = spokenOf.get(path);
    if (spoken === undefined && folder.children.addRows(source, row, end)) continue;
    placeApart(state, source, { folder, spoken, start: row, end });
  }
}

interface FolderRows {
  readonly folder: DirectoryNode;
  /** Base names of the files that have results. */
  readonly spoken: ReadonlySet<string> | undefined;
  readonly start: number;
  readonly end: number;
}

/**
 * Places the files of one directory, some of which have results or replace entries: these one by
 * one.
 */
function placeApart(
  state: LayerState,
  source: PlacedLayerFiles,
  { folder, spoken, start, end }: FolderRows,
): void {
  const { children } = folder;
  let next = start;
  const placeUpTo = (row: number): void => {
    if (next < row && !children.addRows(source, next, row)) {
      for (let at = next; at < row; at += 1) placeFile(state, source, at);
    }
    next = row;
  };
  for (let row = start; row < end; row += 1) {
    const name = source.files.name(row);
    if (spoken?.has(name) !== true && !children.has(name)) continue;
    placeUpTo(row);
    placeFile(state, source, row);
    next = row + 1;
    // The file may have taken the place of a link that led here: what is stored behind that lies elsewhere now.
    if (next === end || state.folders.make(source.files.folder(row)) === folder) continue;
    for (let at = next; at < end; at += 1) placeFile(state, source, at);
    return;
  }
  placeUpTo(end);
}

function namesByFolder(paths: Iterable<string>): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const path of paths) {
    const [folder, name] = splitPath(path);
    addTo(names, folder, name);
  }
  return names;
}

/** Does the work of `place` for one file. */
function placeFile(state: LayerState, source: PlacedLayerFiles, row: number): void {
  const { folders, layer, said: ahead } = state;
  const folderPath = source.files.folder(row);
  const name = source.files.name(row);
  const parent = folders.make(folderPath);
  const there = parent.children.get(name);
  if (there?.kind === 'folder' || there?.kind === 'symlink') folders.forget();
  const before = fileBefore(there ?? parent.erased?.get(name), layer);
  const path = `${folderPath}/${name}`;
  const said = ahead.size === 0 ? undefined : ahead.get(path);
  if (said !== undefined) ahead.delete(path);
  source.settle(row, parent.children);
  source.apart.push(row);
  parent.children.set(name, new TableFile(source, row, { before, said }));
}

function readable(
  state: LayerState,
  storedPath: string,
  before: FileNode | HardLinkNode | undefined,
): Pick<FileNode, 'layer' | 'storedPath' | 'before' | 'said'> {
  const { layer, said: ahead } = state;
  const said = ahead.size === 0 ? undefined : ahead.get(storedPath);
  if (said !== undefined) ahead.delete(storedPath);
  return { layer, storedPath, before, said };
}

/** Groups readings, rule findings and diagnostics by their file, so that they are hidden together; the rest is loose. */
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
