/**
 * .NET packages of older projects: `packages.config`.
 *
 * Source: Microsoft, "packages.config reference": `package` with `id`, `version` and
 * `developmentDependency`. It holds what is installed, so versions are exact; what is direct is not
 * written down. Refused: what is no XML, or of another root.
 */

import { childrenOf, readXml } from '../../../formats/text/xml/xml.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

export const packagesConfig: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const root = readXml(file.path, await file.bytes(), 'packages');
    for (const { attributes, line } of childrenOf(root, 'package')) {
      const name = attributes.get('id') ?? '';
      const version = attributes.get('version') ?? '';
      if (name === '' || version === '') {
        result.unreadableRow(`${name} ${version}`, { line });
        continue;
      }
      const isDevelopment = attributes.get('developmentDependency')?.toLowerCase() === 'true';
      result.add({ name, version, line, scope: isDevelopment ? 'development' : 'runtime' });
    }
    return result.done();
  },
};
