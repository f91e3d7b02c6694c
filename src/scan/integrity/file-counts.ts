/** Counts of the files of one package, by what the comparison with the merged root found. */

import type { OwnedFile } from '../../core/model/catalog/catalog.ts';
import type { RootfsEntry } from '../../core/model/layer/rootfs-view.ts';
import { classifyMissingFile, mayBeMissing } from './file-class.ts';

/** The counted files of one package. */
export interface FileCounts {
  readonly matchedCount: number;
  readonly mismatchedCount: number;
  readonly missingCount: number;
  /** Files that may differ or be absent without a contradiction. */
  readonly excludedCount: number;
  /** Executables among the missing files. */
  readonly missingCode: readonly OwnedFile[];
  /**
   * Files that the manifest lists without a digest, or that lie where records do not hold every
   * file.
   */
  readonly uncheckedCount: number;
  /** Code among the unchecked files that the manifest lists without a digest. */
  readonly bareCodeCount: number;
  /**
   * The highest layer that holds code of the package or a manifest of its own; -1 without either.
   */
  readonly newestLayer: number;
  readonly hasCode: boolean;
  /** The highest layer that holds code of the package; absent without any. */
  readonly newestCode?: number;
  /** The lowest layer that holds a shared library of the package; absent without one. */
  readonly oldestLibrary?: number;
  /** The highest layer that holds a manifest of the package alone; absent without one. */
  readonly ownManifest?: number;
}

/** Counts while files are compared. */
export type FileCountsDraft = {
  -readonly [Key in keyof Omit<FileCounts, 'missingCode'>]: FileCounts[Key];
} & { readonly missingCode: OwnedFile[] };

/** Returns counts of no files yet. */
export function newCounts(): FileCountsDraft {
  return {
    matchedCount: 0,
    mismatchedCount: 0,
    missingCount: 0,
    excludedCount: 0,
    missingCode: [],
    uncheckedCount: 0,
    bareCodeCount: 0,
    newestLayer: -1,
    hasCode: false,
  };
}

/** Notes the layer of a manifest that lists the files of one package alone. */
export function countManifest(counts: FileCountsDraft, layer: number): void {
  counts.newestLayer = Math.max(counts.newestLayer, layer);
  counts.ownManifest = Math.max(counts.ownManifest ?? 0, layer);
}

/** Notes the layer of a file that is code. */
export function countCode(counts: FileCountsDraft, layer: number, isLibrary: boolean): void {
  counts.hasCode = true;
  counts.newestLayer = Math.max(counts.newestLayer, layer);
  counts.newestCode = Math.max(counts.newestCode ?? 0, layer);
  if (isLibrary) counts.oldestLibrary = Math.min(counts.oldestLibrary ?? layer, layer);
}

/** Counts a file that is not in its place. */
export function countMissing(counts: FileCountsDraft, owned: OwnedFile, found: RootfsEntry): void {
  if (mayBeMissing(owned)) counts.excludedCount += 1;
  else if (found.kind === 'nothing' && !found.isCertain) counts.uncheckedCount += 1;
  else {
    counts.missingCount += 1;
    if (isRecorded(owned) && classifyMissingFile(owned) === 'code') counts.missingCode.push(owned);
  }
}

/** Links count only if the manifest records their targets: scripts make and remove all others. */
function isRecorded({ kind, target, digest }: OwnedFile): boolean {
  return kind !== 'link' || target !== undefined || digest !== undefined;
}
