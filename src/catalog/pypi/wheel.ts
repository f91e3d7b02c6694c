/**
 * Python packages in archives: wheels, and other zip archives with wheels' metadata inside, such as layers of functions and
 * zipped applications (zipapp, PEX, shiv).
 *
 * Source: Python packaging specifications, "Binary distribution format": `NAME-VERSION.dist-info/METADATA`. A wheel that
 * cannot be read is refused. Another archive that cannot be read, or that holds no such member, is left alone. Python and PEX run
 * an archive behind a line for the interpreter (`#!`) as well ("zipapp", "The Python Zip Application Archive Format").
 */

import { ParseError } from '../../base/errors.ts';
import { openZip } from '../../format/zip.ts';
import type { CatalogFile } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readMetadata } from './metadata.ts';

const METADATA = /(?:^|\/)[^/]+\.dist-info\/METADATA$/u;
const WHEEL = /\.whl$/iu;
const SIGNATURES = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x23, 0x21],
];
/** The longest description seen has 200 KB. */
const MAX_METADATA_BYTES = 8 * 1024 * 1024;

export const wheel: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const isWheel = WHEEL.test(file.path);
    if (!isWheel && !(await beginsLikeArchive(file))) return result.done();
    try {
      const archive = await openZip(file, {
        maxEntries: limits.maxEntries,
        maxEntryBytes: MAX_METADATA_BYTES,
        maxTotalBytes: limits.maxUnpackedBytes,
      });
      const members = archive.entries.filter(({ name }) => METADATA.test(name));
      if (isWheel && members.length === 0) result.note('no METADATA in the wheel');
      for (const member of members) {
        const path = `${file.path}!/${member.name}`;
        const { packages } = readMetadata(path, await archive.read(member));
        for (const pkg of packages) result.add(pkg);
      }
    } catch (error) {
      if (isWheel || !(error instanceof ParseError)) throw error;
      result.note(`not all of the archive can be read: ${error.reason}`);
    }
    return result.done();
  },
};

async function beginsLikeArchive(file: CatalogFile): Promise<boolean> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, 4));
  return SIGNATURES.some((signature) => signature.every((byte, index) => head[index] === byte));
}
