/**
 * Node packages in zip archives with a `node_modules` directory, as functions, their layers and
 * releases are deployed.
 *
 * Source: AWS Lambda Developer Guide, "Deploy Node.js Lambda functions with .zip file archives" and
 * "Working with layers" (`nodejs/node_modules`). Written rules: the rules of `zip-probe.ts` for
 * archives without packages and for damaged ones; archives of Yarn's caches are left to
 * `yarn-zip.ts`, and Java archives, which serve such files to browsers, to `jar.ts`. Nothing is
 * refused.
 */

import { isJavaArchive } from '../archive-names.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { probeZip } from '../zip-probe.ts';
import { MAX_MANIFEST_BYTES, ArchivePackages } from './archived-packages.ts';
import { installedName } from './installed-name.ts';

const YARN_FOLDER = '/.yarn/';

export const nodeZip: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    if (file.path.includes(YARN_FOLDER) || isJavaArchive(file.path)) return result.done();
    const packages = new ArchivePackages(result);
    const members = await probeZip(result, file, {
      isEvidence: (name) => installedName(name) !== undefined,
      maxMemberBytes: MAX_MANIFEST_BYTES,
      limits,
    });
    for (const member of members) {
      const bytes = await member.read();
      if (bytes !== undefined) packages.add(member.name, bytes);
    }
    packages.addTo(result);
    return result.done();
  },
};
