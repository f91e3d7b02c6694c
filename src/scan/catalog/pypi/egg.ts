/**
 * Python packages installed as one zipped `.egg`, by the `EGG-INFO/PKG-INFO` inside.
 *
 * Source: setuptools documentation, "The Internal Structure of Python Eggs". An egg without that
 * member names no version: a note. So is a file that is no zip archive, because other tools use the
 * extension too. Refused: a damaged archive, and what `metadata.ts` refuses.
 */

import { openZip } from '../../../formats/archive/zip/zip.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readMetadata } from './metadata.ts';

const MEMBER = 'EGG-INFO/PKG-INFO';
/** `PK`, with which every member and every empty archive begins. */
const SIGNATURE = [0x50, 0x4b];
/** The longest description seen in a `PKG-INFO` has 200 KB. */
const MAX_METADATA_BYTES = 8 * 1024 * 1024;

export const egg: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const head = await file.readAt(0, Math.min(file.sizeBytes, SIGNATURE.length));
    if (!SIGNATURE.every((byte, index) => head[index] === byte)) {
      result.note('not a zip archive, so no Python egg');
      return result.done();
    }
    const archive = await openZip(file, {
      maxEntries: limits.maxEntries,
      maxEntryBytes: MAX_METADATA_BYTES,
      maxTotalBytes: MAX_METADATA_BYTES,
    });
    const member = archive.entries.find(({ name }) => name === MEMBER);
    if (member !== undefined) return readMetadata(file.path, await archive.read(member));
    result.note(`no ${MEMBER} in the egg`);
    return result.done();
  },
};
