/**
 * Node packages inside an extension of Visual Studio Code that is not unpacked: `.vsix`.
 *
 * Source: VS Code documentation, "Publishing Extensions": a zip archive with the extension below
 * `extension/`. Its `node_modules` hold packages as on disk, each named by its `package.json`, or
 * by its directory if that file has no name. A missing version stays empty and is a note. The
 * extension itself is no package of the npm registry. A file that is no zip archive cannot be
 * installed: a note. Refused: a damaged archive.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { openZip } from '../../../formats/archive/zip/zip.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { ArchivePackages } from './archived-packages.ts';

const MANIFEST = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/;
/** `PK`, with which every member and every empty archive begins. */
const SIGNATURE = [0x50, 0x4b];
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export const vsix: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const head = await file.readAt(0, Math.min(file.sizeBytes, SIGNATURE.length));
    if (!SIGNATURE.every((byte, index) => head[index] === byte)) {
      result.note('not a zip archive, so no extension');
      return result.done();
    }
    const archive = await openZip(file, {
      maxEntries: limits.maxEntries,
      maxEntryBytes: MAX_MANIFEST_BYTES,
      maxTotalBytes: limits.maxUnpackedBytes,
    });
    const packages = new ArchivePackages(result);
    for (const entry of archive.entries) {
      if (!MANIFEST.test(entry.name)) continue;
      try {
        packages.add(entry.name, await archive.read(entry));
      } catch (error) {
        if (!(error instanceof ParseError)) throw error;
        result.unreadableRow(entry.name, { reason: error.reason });
      }
    }
    packages.addTo(result);
    return result.done();
  },
};
