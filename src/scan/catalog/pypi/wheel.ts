/**
 * Python packages in archives: wheels, and other zip archives with wheels' metadata inside, such as
 * layers of functions and zipped applications (zipapp, PEX, shiv).
 *
 * Source: Python packaging specifications, "Binary distribution format":
 * `NAME-VERSION.dist-info/METADATA`. A wheel that cannot be read is refused; other archives are
 * read as `zip-probe.ts` says. Python and PEX run an archive behind a line for the interpreter
 * (`#!`) as well ("zipapp", "The Python Zip Application Archive Format").
 */

import { ParseError } from '../../../core/base/errors.ts';
import { openZip } from '../../../formats/archive/zip/zip.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { probeZip } from '../zip-probe.ts';
import { readMetadata } from './metadata.ts';

const METADATA = /(?:^|\/)[^/]+\.dist-info\/METADATA$/u;
const WHEEL = /\.whl$/iu;
const SIGNATURES = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x23, 0x21],
];
/** The longest description seen has 200 KB. */
const MAX_METADATA_BYTES = 8 * 1024 * 1024;
const NAMES_ONLY = { maxEntryBytes: 0, maxTotalBytes: 0 };

export const wheel: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const isWheel = WHEEL.test(file.path);
    if (!isWheel && !(await beginsLikeArchive(file))) return result.done();
    if (isWheel) {
      // A wheel is one by its name, so that what is no archive is refused.
      const { entries } = await openZip(file, { ...NAMES_ONLY, maxEntries: limits.maxEntries });
      if (!entries.some(({ name }) => METADATA.test(name))) {
        result.note('no METADATA in the wheel');
      }
    }
    const members = await probeZip(result, file, {
      isEvidence: (name) => METADATA.test(name),
      maxMemberBytes: MAX_METADATA_BYTES,
      limits,
    });
    for (const member of members) {
      const bytes = await member.read();
      if (bytes !== undefined) addPackages(result, `${file.path}!/${member.name}`, bytes);
    }
    return result.done();
  },
};

function addPackages(result: CatalogBuilder, path: string, bytes: Uint8Array): void {
  try {
    for (const pkg of readMetadata(path, bytes).packages) result.add(pkg);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    result.unreadableRow(path, { reason: error.reason });
  }
}

async function beginsLikeArchive(file: CatalogFile): Promise<boolean> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, 4));
  return SIGNATURES.some((signature) => signature.every((byte, index) => head[index] === byte));
}
