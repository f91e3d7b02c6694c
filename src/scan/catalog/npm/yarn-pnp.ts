/**
 * The packages that Yarn's Plug'n'Play makes Node load: `.pnp.cjs`, `.pnp.js` and `.pnp.data.json`.
 *
 * Source: Yarn documentation, "PnP Specification": each package of `packageRegistryData` has a
 * reference (`npm:1.2.3`) and a `packageLocation` relative to the file; a location below
 * `__virtual__/HASH/N` stands for one N directories further up. Written rules: the file lists
 * nothing by itself; the archives that it names are read by `yarn-zip.ts`, and the file states the
 * version of each once more. A package on disk is read there. The file is a program and is never
 * run: only its table is read, by its form. Nothing is refused.
 */

import { directoryOf, normalizePath } from '../../../core/base/artifact-path.ts';
import { CatalogBuilder, MAX_NAME_LENGTH } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isPackageName } from './package-name.ts';

/** In the program, each line of the table ends in a backslash. */
const CONTINUED = /\\\r?\n/gu;
const ENTRY =
  /\["(?<reference>[^"\\]{1,1024})",\s{0,64}\{\s{0,64}"packageLocation":\s{0,8}"(?<location>[^"\\]{1,2048})"/gu;
const IN_ARCHIVE = /^(?<archive>.+\.zip)\/node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)\/$/u;
const REGISTRY = /(?:^|#)npm:(?<version>\d[^#:]*)$/u;
const VIRTUAL =
  /^(?<above>.*?)(?:\/__virtual__|\/\$\$virtual)\/[^/]+\/(?<up>\d{1,2})\/(?<rest>.*)$/u;

export const yarnPnp: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes()).replaceAll(CONTINUED, '\n');
    const folder = directoryOf(file.path);
    for (const { groups = {} } of text.matchAll(ENTRY)) {
      const { reference = '', location = '' } = groups;
      const { archive = '', name = '' } = IN_ARCHIVE.exec(location)?.groups ?? {};
      if (!isPackageName(name) || name.length > MAX_NAME_LENGTH) continue;
      const version = REGISTRY.exec(reference)?.groups?.['version'];
      const path = normalizePath(`${folder}/${real(archive)}`);
      result.addClaim({
        of: { kind: 'record', path, name },
        ...(version !== undefined && {
          versionClaims: [{ by: '.pnp.cjs', version, weight: 'binding', path: file.path }],
        }),
      });
    }
    return result.done();
  },
};

function real(location: string): string {
  const { above, up = '0', rest = '' } = VIRTUAL.exec(location)?.groups ?? {};
  if (above === undefined) return location;
  return `${above}/${'../'.repeat(Number(up))}${rest}`;
}
