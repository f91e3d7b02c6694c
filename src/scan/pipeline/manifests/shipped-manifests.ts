/**
 * Manifests that installed packages ship: files of the system's packages, and data files of Python
 * distributions.
 *
 * A line in a file list is easily forged. The bytes of the manifest must therefore have the digest
 * of the list where the scan took digests, and the manifest must lie where such packages put files:
 * never in a directory of applications.
 */

import { baseName, directoryOf, isWithin } from '../../../core/base/artifact-path.ts';
import { isInSystemDirectory } from '../../integrity/system-directory.ts';
import type { MergedView } from '../../rootfs/merge-layers.ts';
import type { OwnedFile, OwnedFiles } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { ManifestRows } from './project-manifest.ts';

/** The list of a Python distribution. */
const RECORD = 'pypi/record';
/**
 * `PREFIX/lib/python3.12/site-packages/NAME.dist-info/RECORD`; its data lies in `PREFIX/share` and
 * `PREFIX/etc`.
 */
const SITE = /^(?<prefix>.*)\/[Ll]ib(?:64)?\/(?:(?:python|pypy)[\d.]*\/)?(?:site|dist)-packages\//;
const DATA_FOLDERS = ['share', 'etc'];

/** Selects the manifests that installed packages ship. The lists are read on the first query. */
export class ShippedManifests {
  readonly #view: MergedView;
  readonly #rows: ManifestRows;
  readonly #paths: ReadonlySet<string>;
  #owned: ReadonlySet<string> | undefined;

  constructor(view: MergedView, rows: ManifestRows, paths: readonly string[]) {
    this.#view = view;
    this.#rows = rows;
    this.#paths = new Set(paths);
  }

  own(path: string): boolean {
    return (this.#owned ??= this.#find()).has(path);
  }

  #find(): ReadonlySet<string> {
    const names = new Set([...this.#paths].map(baseName));
    const owned = new Set<string>();
    for (const { path: list, foundBy, result } of this.#view.cataloged) {
      const mayOwn = this.#ownershipOf(foundBy, list);
      if (mayOwn === undefined) continue;
      for (const { ownedFiles: owns } of [...result.packages, ...(result.externalClaims ?? [])]) {
        for (const file of filesNamed(owns, names)) {
          const path = this.#paths.has(file.path) ? file.path : this.#view.resolve(file.path);
          if (path === undefined || !this.#paths.has(path) || !mayOwn(path)) continue;
          if (this.#hasBytesOf(path, file)) owned.add(path);
        }
      }
    }
    return owned;
  }

  /**
   * Returns a test for the files that the package of a list may own; `undefined` if the reader
   * records no installed package.
   */
  #ownershipOf(foundBy: string, list: string): ((path: string) => boolean) | undefined {
    const ecosystem = this.#rows.get(foundBy)?.ecosystem;
    if (ecosystem !== undefined && ECOSYSTEMS[ecosystem].kind === 'os') return isInSystemDirectory;
    const prefix = foundBy === RECORD ? SITE.exec(list)?.groups?.['prefix'] : undefined;
    if (prefix === undefined) return undefined;
    return (path) => DATA_FOLDERS.some((name) => isWithin(directoryOf(path), `${prefix}/${name}`));
  }

  /** Without digests of the file nothing can be compared, and the list is believed. */
  #hasBytesOf(path: string, { digest }: OwnedFile): boolean {
    const seen = this.#view.root.lookUp(path, true);
    if (seen.kind !== 'file') return false;
    return seen.digests.length === 0 || (digest !== undefined && seen.hasDigest(digest));
  }
}

function* filesNamed(
  files: OwnedFiles | undefined,
  names: ReadonlySet<string>,
): Generator<OwnedFile> {
  for (const file of files ?? []) {
    if (names.has(baseName(file.path))) yield file;
  }
}
