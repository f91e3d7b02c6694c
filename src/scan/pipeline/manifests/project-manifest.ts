/** A project's manifest with its place, and the arithmetic of paths that the rules share. */

import { resolvePath } from '../../../core/base/artifact-path.ts';
import type { DependencyManifest } from '../../../core/model/package/dependency-manifest.ts';
import type { Ecosystem } from '../../../core/model/package/ecosystem.ts';

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
  /** See `CatalogerRow.isScript`. */
  readonly isScript: boolean;
}

/**
 * Joins a relative path to a directory; `''` for the root, `undefined` where it leaves the root.
 */
export function joinPath(folder: string, relative: string): string | undefined {
  const path = resolvePath('', `${folder}/${relative}`);
  return path === '/' ? '' : path;
}
