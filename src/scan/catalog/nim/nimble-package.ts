/**
 * Packages that Nimble installed: `pkgs2/NAME-VERSION-CHECKSUM/NAME.nimble`, before version 0.14
 * `pkgs/NAME-VERSION/NAME.nimble`.
 *
 * Source: the Nimble guide, "Nimble's folder structure and packages" and ".nimble reference". The
 * folder names the package, and the file states the version once more where it does so plainly; it
 * is a program, of which nothing is run. A version that begins with `#` is a state of the
 * repository. Files of that kind elsewhere are a project's own and give nothing.
 */

import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PLACE =
  /\/pkgs2?\/(?<name>[A-Za-z]\w{0,200})-(?<version>[^/-][^/]{0,200}?)(?:-[0-9a-f]{40})?\/[^/]+\.nimble$/;
const VERSION = /^[ \t]*version[ \t]*[=:][ \t]*"(?<version>[^"\n]{1,200})"/im;

export const nimblePackage: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const { name, version } = PLACE.exec(file.path)?.groups ?? {};
    if (name === undefined || version === undefined) return result.done();
    const text = new TextDecoder().decode(await file.bytes());
    const stated = version.startsWith('#') ? undefined : VERSION.exec(text)?.groups?.['version'];
    const claims: readonly VersionClaim[] =
      stated === undefined ? [] : [{ by: 'its .nimble file', version: stated, weight: 'binding' }];
    result.add({ name, version, ...(claims.length > 0 && { versionClaims: claims }) });
    return result.done();
  },
};
