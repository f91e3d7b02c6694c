/**
 * Java archives under names that no class loader takes: `.zip` distributions, copies such as `app.war.bak`, and executable
 * archives of any name. The content decides: an archive with `META-INF/maven`, `META-INF/MANIFEST.MF` or Java archives inside
 * is read as `jar.ts` reads it. Anything else is left alone, damaged or not: zip archives hold all sorts of things.
 */

import { ParseError } from '../../base/errors.ts';
import { openZip } from '../../format/zip.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { jar } from './jar.ts';
import { isArchive } from './jar-reader.ts';

/** The beginnings of an archive, and of launchers in front of one: a script (`#!`) and a program of Windows (`MZ`). */
const SIGNATURES = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x23, 0x21],
  [0x4d, 0x5a],
];
const HEAD_BYTES = 4;
const DESCRIPTOR =
  /^(?:(?:WEB-INF|BOOT-INF)\/classes\/)?META-INF\/(?:MANIFEST\.MF|maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml))$/iu;

export const zipOfJava: Cataloger = {
  async read(file, siblings, context) {
    const nothing = new CatalogBuilder(file.path).done();
    // The row of such a name reads it.
    if (isArchive(file.path)) return nothing;
    const head = await file.readAt(0, Math.min(file.sizeBytes, HEAD_BYTES));
    if (!SIGNATURES.some((signature) => signature.every((byte, index) => head[index] === byte))) {
      return nothing;
    }
    try {
      const { entries } = await openZip(file, {
        maxEntries: context.limits.maxEntries,
        maxEntryBytes: 0,
        maxTotalBytes: 0,
      });
      const hasPackages = entries.some(({ name }) => isArchive(name) || DESCRIPTOR.test(name));
      return hasPackages ? await jar.read(file, siblings, context) : nothing;
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      return nothing;
    }
  },
};
