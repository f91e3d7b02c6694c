/**
 * Versions that all .NET projects of a folder share: `Directory.Packages.props`, and
 * `Packages.props` of the older SDK.
 *
 * Source: Microsoft, "Central Package Management": `PackageVersion`, `GlobalPackageReference`, and
 * `PackageReference` with `Update`. An item without a version pins nothing: a note. A range or an
 * unknown property names no version: listed with an empty one. Refused: what is no XML, or of
 * another root.
 */

import { readXml } from '../../../formats/text/xml/xml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { requestedVersion } from './requested-version.ts';
import { hasUnresolvedProperty, projectItems } from './project-items.ts';

const ITEMS: ReadonlySet<string> = new Set([
  'GlobalPackageReference',
  'PackageReference',
  'PackageVersion',
]);

export const packagesProps: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path);
    const packages = new Map<string, CatalogedPackage>();
    const root = readXml(file.path, await file.bytes(), 'Project');
    for (const { name, version, line } of projectItems(root, ITEMS)) {
      if (name === '') result.unreadableRow(version ?? '', { line });
      else if (hasUnresolvedProperty(name)) {
        result.unreadableRow(name, { reason: 'a property that this file does not set', line });
      } else if (version === undefined) {
        result.note(`"${name.slice(0, 100)}" is given no version`, line);
      } else {
        const pkg = { name, version: requestedVersion(version, context), line };
        const key = `${name.toLowerCase()}@${pkg.version}`;
        if (!packages.has(key)) packages.set(key, pkg);
      }
    }
    for (const pkg of packages.values()) result.add(pkg);
    return result.done();
  },
};
