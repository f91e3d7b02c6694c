/** A project's manifest with its place, and the arithmetic of paths that the rules share. */

import type { DependencyManifest } from '../../model/dependency-manifest.ts';
import type { Ecosystem } from '../../model/ecosystem.ts';

/** The rows of the catalogers, as far as manifests go. */
export type ManifestRows = ReadonlyMap<
  string,
  { readonly ecosystem?: Ecosystem; readonly isLockfile?: boolean; readonly isScript?: boolean }
>;

/** A manifest of the merged root. */
export interface ProjectManifest {
  readonly path: string;
  readonly layer: number;
  readonly foundBy: string;
  /** Directory of the manifest, without a slash at the end; empty for the root. */
  readonly folder: string;
  readonly ecosystem: Ecosystem;
  readonly manifest: DependencyManifest;
  /** As of `CatalogerRow.isScript`. */
  readonly isScript: boolean;
}

/** The directory of a path, without a slash at the end; empty for the root. */
export function directoryOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A directory and all above it, the nearest first; the last one is the root. */
export function* ancestorDirectories(folder: string): Generator<string> {
  for (let at = folder; at !== ''; at = directoryOf(at)) yield at;
  yield '';
}

/** Joins a relative path to a directory; `undefined` where it leaves the root. */
export function joinPath(folder: string, relative: string): string | undefined {
  const parts = folder.split('/').filter((part) => part !== '');
  for (const part of relative.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.length === 0 ? '' : `/${parts.join('/')}`;
}

/** Whether a directory is another one or lies below it. */
export function isWithin(folder: string, above: string): boolean {
  return folder === above || folder.startsWith(`${above}/`);
}
