/** Puts the files and links of a layer in their places of a tree. */

import { splitPath } from '../../core/base/artifact-path.ts';
import { addTo } from '../../core/base/maps.ts';
import type { FileTable } from '../../core/model/layer/file-table.ts';
import { PlacedLayerFiles } from './directory-entries.ts';
import type { PartialRoot } from './partial-root.ts';
import {
  TableFile,
  type DirectoryNode,
  type FileNode,
  type FileResults,
  type HardLinkNode,
  type TreeNode,
} from './root-tree.ts';

/** A root while a layer is put onto it. */
export interface LayerState extends PartialRoot {
  readonly layer: number;
  /** Results in the record for files that are not placed yet, by stored path. */
  readonly said: Map<string, FileResults>;
}

/**
 * Puts a node in the place of whatever is there; it learns which file was there in the state below.
 */
export function place<T extends Exclude<TreeNode, DirectoryNode>>(
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

/**
 * Two paths of one layer can mean one place, through a link: neither was there before the other.
 */
function fileBefore(
  node: TreeNode | undefined,
  layer: number,
): FileNode | HardLinkNode | undefined {
  if (node?.kind !== 'file' && node?.kind !== 'hardlink') return undefined;
  return node.layer === layer ? node.before : node;
}

/**
 * Places the files of a layer. Most files of a layer are new and have no results: those of one
 * directory are placed at once.
 */
export function placeFiles(state: LayerState, files: FileTable): void {
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
    // The file may have taken the place of a link that led here: what is stored behind that lies
    // elsewhere now.
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

/** Returns what the nodes of files and hard links have in common. */
export function readable(
  state: LayerState,
  storedPath: string,
  before: FileNode | HardLinkNode | undefined,
): Pick<FileNode, 'layer' | 'storedPath' | 'before' | 'said'> {
  const { layer, said: ahead } = state;
  const said = ahead.size === 0 ? undefined : ahead.get(storedPath);
  if (said !== undefined) ahead.delete(storedPath);
  return { layer, storedPath, before, said };
}
