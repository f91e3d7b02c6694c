/**
 * Layers on top of each other: what is visible in the end, and what it was in the layers below.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset". Whiteouts and opaque folders
 * act on lower layers only, wherever they stand in their own. A folder with an entry of its own
 * replaces a link. Entries below a link of a lower layer go where the link leads inside the root,
 * or make a folder in its place: see `Unpacking`.
 */

import { compareText } from '../../core/base/compare.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { WhitedOutReading } from '../../core/model/package/package-occurrence.ts';
import type { RootfsView } from '../../core/model/layer/rootfs-view.ts';
import { applyLayer } from './apply-layer.ts';
import { newPartialRoot, type PartialRoot, type UnpackMode } from './partial-root.ts';
import { whitedOutReadings } from './whited-out-readings.ts';
import { AliasesAcrossLayers, type DirectoryAliases } from './directory-aliases.ts';
import { createCycleBudget, hasSymlinkCycle, type CycleBudget } from './symlink-cycle.ts';
import {
  followPath,
  walkDirectories,
  type FileNode,
  type DirectoryNode,
  type HardLinkNode,
  type ResolvedPath,
  type TreeNode,
} from './root-tree.ts';
import { createRootfsLookup } from './rootfs-lookup.ts';
import { RulePlacement, type PlacedRule } from './placed-rules.ts';
import type {
  RootfsContent,
  VisibleResult,
  VisibleFile,
  MovedFile,
  VisibleLink,
} from '../../core/model/layer/rootfs-content.ts';

/** The merged root, as far as records know it. */
export interface MergedView extends RootfsContent {
  readonly layerCount: number;
  readonly unpacking: UnpackMode;
  /**
   * The other way of unpacking may give another tree. Always false for layers that are unpacked
   * apart.
   */
  readonly isAmbiguous: boolean;
  /**
   * Readings of files that higher layers deleted, or put something else in the place of; the
   * highest first.
   */
  readonly erased: readonly WhitedOutReading[];
  /** Sorted by path. A hard link to a known file is among the links, not here. */
  readonly files: readonly VisibleFile[];
  /**
   * Files and hard links that their layer stores under another path, through a link in their
   * folders; sorted by path.
   */
  readonly moved: readonly MovedFile[];
  /** Sorted by path. */
  readonly links: readonly VisibleLink[];
  /** Findings of rules in visible files, and in files that higher layers deleted or replaced. */
  readonly rules: readonly PlacedRule[];
  /** Resolves as {@link MergedView.resolve} does, with details of the place. */
  placeOf(path: string): ResolvedPath | undefined;
  /**
   * Returns whether a path that leads nowhere does so because a symlink on the way leads to itself.
   */
  leadsInCircle(path: string): boolean;
  /** The other names of the folders that were asked for when the layers were merged. */
  readonly otherNames: DirectoryAliases;
  /** The same root for `integrity/`. */
  readonly root: RootfsView;
  /** Returns whether a file of the tree is still at the place that its layer gave it. */
  isVisible(node: FileNode | HardLinkNode): boolean;
}

/**
 * Merges the records of an artifact's layers, oldest first. `namedFolders` are those whose other
 * names are wanted.
 */
export function mergeLayers(
  records: readonly LayerRecord[],
  namedFolders: readonly string[] = [],
  unpacking: UnpackMode = 'onto',
): MergedView {
  const growing = newPartialRoot(unpacking);
  const aliases =
    namedFolders.length === 0 ? undefined : new AliasesAcrossLayers(growing.root, namedFolders);
  const known = {
    diagnostics: [] as Diagnostic[],
    otherNames: aliases ?? NO_ALIASES,
    isAmbiguous: false,
    unpacking,
  };
  for (const [layer, record] of records.entries()) {
    const rest = applyLayer(growing, record, layer);
    if (rest.isAmbiguous) known.isAmbiguous = true;
    aliases?.learn(record);
    for (const row of rest.diagnostics) known.diagnostics.push(row);
  }
  return viewOf(growing, records, known);
}

const NO_ALIASES: DirectoryAliases = { names: new Map(), crowded: new Set() };

function viewOf(
  { root, sources }: PartialRoot,
  records: readonly LayerRecord[],
  known: Pick<MergedView, 'otherNames' | 'isAmbiguous' | 'unpacking'> & {
    readonly diagnostics: Diagnostic[];
  },
): MergedView {
  const { diagnostics, otherNames, isAmbiguous, unpacking } = known;
  const cataloged: VisibleResult[] = [];
  let files: readonly VisibleFile[] | undefined;
  const links: VisibleLink[] = [];
  const moved: MovedFile[] = [];
  const rules = new RulePlacement(records);
  let visible: ReadonlySet<TreeNode> | undefined;

  const takeReadable = (path: string, node: FileNode | HardLinkNode): void => {
    if (node.storedPath !== path) moved.push({ path, layer: node.layer });
    rules.add(path, node);
    if (node.said === undefined) return;
    for (const row of node.said.diagnostics) diagnostics.push(row);
    for (const { foundBy, result } of node.said.cataloged) {
      cataloged.push({
        path,
        layer: node.layer,
        foundBy,
        result,
        earlier: earlierOf(node, foundBy),
      });
      for (const row of result.diagnostics ?? []) diagnostics.push(located(row, node.layer, path));
    }
  };

  for (const { path: folderPath, folder } of walkDirectories(root)) {
    const prefix = `${folderPath}/`;
    folder.children.forEach({
      node(name, node) {
        switch (node.kind) {
          case 'folder':
            break;
          case 'symlink':
          case 'hardlink': {
            const isHard = node.kind === 'hardlink';
            links.push({ path: prefix + name, target: node.target, isHard, layer: node.layer });
            if (isHard) takeReadable(prefix + name, node);
            break;
          }
          case 'file':
            takeReadable(prefix + name, node);
            break;
        }
      },
      rows({ files: stored, layer }, start, end) {
        // Most are where their layer has put them.
        if (stored.folder(start) === folderPath) return;
        for (let row = start; row < end; row += 1) {
          moved.push({ path: prefix + stored.name(row), layer });
        }
      },
    });
  }

  const place = (path: string): ResolvedPath | undefined => followPath(root, path, true);
  let erased: readonly WhitedOutReading[] | undefined;
  let cycleBudget: CycleBudget | undefined;
  return {
    layerCount: records.length,
    unpacking,
    isAmbiguous,
    cataloged: cataloged.sort(
      (a, b) => compareText(a.path, b.path) || compareText(a.foundBy, b.foundBy),
    ),
    get erased() {
      return (erased ??= records.length < 2 ? [] : whitedOutReadings(records, cataloged));
    },
    // Rarely asked for, and the longest of the lists.
    get files() {
      return (files ??= visibleFiles(root));
    },
    moved: moved.sort((a, b) => compareText(a.path, b.path)),
    links: links.sort((a, b) => compareText(a.path, b.path)),
    rules: rules.done(),
    diagnostics: diagnostics.sort((a, b) => byLocation(a, b) || compareText(a.message, b.message)),
    resolve: (path) => place(path)?.path,
    placeOf: place,
    leadsInCircle: (path) => hasSymlinkCycle(root, path, (cycleBudget ??= createCycleBudget())),
    otherNames,
    root: createRootfsLookup(root, links, sources),
    isVisible: (node) => (visible ??= nodesBelow(root)).has(node),
  };
}

function visibleFiles(root: DirectoryNode): readonly VisibleFile[] {
  const found: VisibleFile[] = [];
  for (const { path: folderPath, folder } of walkDirectories(root)) {
    folder.children.forEach({
      node(name, node) {
        if (node.kind !== 'file' || node.fact === undefined) return;
        found.push({ ...node.fact, path: `${folderPath}/${name}`, layer: node.layer });
      },
      rows({ files, layer }, start, end) {
        for (let row = start; row < end; row += 1) {
          const path = `${folderPath}/${files.name(row)}`;
          found.push({ ...files.fact(row), path, layer });
        }
      },
    });
  }
  return found.sort((a, b) => compareText(a.path, b.path));
}

/** Returns all looked-up nodes, except directories. */
function nodesBelow(root: DirectoryNode): ReadonlySet<TreeNode> {
  const found = new Set<TreeNode>();
  for (const { folder } of walkDirectories(root)) {
    folder.children.forEachNode((_, node) => {
      if (node.kind !== 'folder') found.add(node);
    });
  }
  return found;
}

function earlierOf(node: FileNode | HardLinkNode, foundBy: string): VisibleResult['earlier'] {
  const earlier: { readonly layer: number; readonly result: CatalogResult }[] = [];
  for (let before = node.before; before !== undefined; before = before.before) {
    const reading = before.said?.cataloged.find((row) => row.foundBy === foundBy);
    if (reading !== undefined) earlier.push({ layer: before.layer, result: reading.result });
  }
  return earlier;
}

/** A record does not know at which height its layer lies. */
function located(row: Diagnostic, layer: number, path: string): Diagnostic {
  return { ...row, location: { path, ...row.location, layer } };
}

function byLocation(a: Pick<Diagnostic, 'location'>, b: Pick<Diagnostic, 'location'>): number {
  return (
    compareText(a.location?.path ?? '', b.location?.path ?? '') ||
    (a.location?.layer ?? 0) - (b.location?.layer ?? 0) ||
    (a.location?.line ?? 0) - (b.location?.line ?? 0)
  );
}
