/**
 * Java archives under names that no class loader takes: `.zip` distributions, copies such as
 * `app.war.bak`, and executable archives of any name. The content decides: an archive with
 * `META-INF/maven`, `META-INF/MANIFEST.MF` or Java archives inside is read as `jar.ts` reads it,
 * and what `zip-probe.ts` calls a gap is one. Anything else is left alone: zip archives hold all
 * sorts of things.
 */

import { isJavaArchive } from '../archive-names.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { probeZip } from '../zip-probe.ts';
import { jar } from './jar.ts';

/**
 * The beginnings of an archive, and of launchers in front of one: a script (`#!`) and a program of
 * Windows (`MZ`).
 */
const SIGNATURES = [
  [0x50, 0x4b, 0x03, 0x04],
  [0x23, 0x21],
  [0x4d, 0x5a],
];
const HEAD_BYTES = 4;
const DESCRIPTOR =
  /^(?:(?:WEB-INF|BOOT-INF)\/classes\/)?META-INF\/(?:MANIFEST\.MF|maven\/[^/]+\/[^/]+\/pom\.(?:properties|xml))$/iu;

export const javaZip: Cataloger = {
  async read(file, siblings, context) {
    const nothing = new CatalogBuilder(file.path).done();
    // The row of such a name reads it.
    if (isJavaArchive(file.path)) return nothing;
    const head = await file.readAt(0, Math.min(file.sizeBytes, HEAD_BYTES));
    if (!SIGNATURES.some((signature) => signature.every((byte, index) => head[index] === byte))) {
      return nothing;
    }
    const result = new CatalogBuilder(file.path);
    const members = await probeZip(result, file, {
      isEvidence: (name) => isJavaArchive(name) || DESCRIPTOR.test(name),
      maxMemberBytes: 0,
      limits: context.limits,
    });
    return members.length > 0 ? jar.read(file, siblings, context) : result.done();
  },
};
