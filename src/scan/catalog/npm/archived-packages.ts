/** Installed Node packages inside an archive, each by its own `package.json`. */

import type { Context } from '../../../core/base/context.ts';
import { ParseError } from '../../../core/base/errors.ts';
import { readJson, readStrings } from '../../../formats/text/json/json.ts';
import { openZip, type ZipArchive, type ZipEntry } from '../../../formats/archive/zip/zip.ts';
import type { CatalogedPackage, CatalogFile } from '../../../core/model/catalog/catalog.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { installedName } from './installed-name.ts';

/** The longest `package.json` known has some 100 KB. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** A zip archive, and its members that describe installed packages. */
export interface ZippedManifests {
  readonly archive: ZipArchive;
  readonly manifests: readonly ZipEntry[];
}

/** Opens a zip archive. @throws ParseError where it is none, or is damaged. */
export async function openZippedManifests(
  file: CatalogFile,
  limits: Context['limits'],
): Promise<ZippedManifests> {
  const archive = await openZip(file, {
    maxEntries: limits.maxEntries,
    maxEntryBytes: MAX_MANIFEST_BYTES,
    maxTotalBytes: limits.maxUnpackedBytes,
  });
  const manifests = archive.entries.filter(({ name }) => installedName(name) !== undefined);
  return { archive, manifests };
}

/**
 * Adds the packages of an archive to a result, each with `more`. @throws ParseError where a member
 * cannot be unpacked.
 */
export async function addZippedPackages(
  result: CatalogBuilder,
  { archive, manifests }: ZippedManifests,
  more: Partial<CatalogedPackage> = {},
): Promise<void> {
  const packages = new ArchivePackages(result);
  for (const entry of manifests) packages.add(entry.name, await archive.read(entry), more);
  packages.addTo(result);
}

/** Packages by name and version: an archive may hold one at several places. */
export class ArchivePackages {
  readonly #packages = new Map<string, CatalogedPackage>();
  readonly #result: CatalogBuilder;

  /** Unreadable archives are reported in `result`. */
  constructor(result: CatalogBuilder) {
    this.#result = result;
  }

  /**
   * Takes the `package.json` at a path of the archive. Without a name or version, the package has
   * the name of its directory and an empty version, and a note says so. `more` is added to the
   * package.
   */
  add(path: string, bytes: Uint8Array, more: Partial<CatalogedPackage> = {}): void {
    try {
      const { name = '', version = '' } = readStrings(readJson(path, bytes), ['name', 'version']);
      const isComplete = name.trim() !== '' && version.trim() !== '';
      if (!isComplete) this.#result.note(`"${path}" without name or version`);
      const shown = isComplete ? name : installedName(path);
      if (shown === undefined) return;
      const pkg = { name: shown, version: version.trim(), ...more };
      this.#packages.set(`${pkg.name}@${pkg.version}`, pkg);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#result.unreadableRow(path, { reason: error.reason });
    }
  }

  addTo(result: CatalogBuilder): void {
    for (const pkg of this.#packages.values()) result.add(pkg);
  }
}
