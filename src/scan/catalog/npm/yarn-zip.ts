/**
 * Node packages that Yarn's Plug'n'Play loads from zip archives:
 * `.yarn/cache/NAME-npm-VERSION-HASH-KEY.zip`.
 *
 * Source: Yarn documentation, "Plug'n'Play" and "Zero-installs": each archive holds one package
 * below `node_modules/NAME/`, and `.pnp.cjs` has Node load files from inside of it, in the
 * project's `.yarn/cache` or in the shared `.yarn/berry/cache`. Whether such a file is there
 * decides if the archive is loaded or only cached; see `scan/pipeline/manifests/plug-n-play.ts`. The name of
 * the archive states the version of a package from a registry once more. A file that is no zip
 * archive is refused, because Yarn loads nothing else from there.
 */

import type { VersionClaim } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addZippedPackages, openZippedManifests } from './archived-packages.ts';

/** `@scope-name-npm-1.2.3-0123456789-10c0.zip`; a version has letters and dashes of its own. */
const FILE_NAME =
  /\/(?:@(?<scope>[^/]+?)-)?(?<base>[^/]+?)-npm-(?<version>\d+\.\d+\.\d+[^/]*)-[0-9a-f]{10}(?:-[0-9a-f]+)?\.zip$/u;

export const yarnZip: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    const archive = await openZippedManifests(file, limits);
    const versionClaims = archive.manifests.length === 1 ? claimsOf(file.path) : [];
    const claims = versionClaims.length > 0 ? { versionClaims } : {};
    await addZippedPackages(result, archive, claims);
    return result.done();
  },
};

function claimsOf(path: string): readonly VersionClaim[] {
  const version = FILE_NAME.exec(path)?.groups?.['version'];
  return version === undefined ? [] : [{ by: 'file name', version, weight: 'binding', path }];
}
