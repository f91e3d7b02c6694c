/**
 * Packages that a .NET project asks for: `*.csproj`, `*.fsproj`, `*.vbproj`,
 * `Directory.Build.props` and `.targets`, projects of other kinds and files that projects import,
 * where no `packages.lock.json` beside it says more.
 *
 * Source: Microsoft, "PackageReference in project files". A reference without a version takes it
 * from a central file: a note. Properties of shared files above count. A range or an unknown
 * property names no version: listed with an empty one. What packages need in turn is not written
 * down. Refused: what is no XML, or of another root.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { readXml } from '../../../formats/text/xml/xml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { requestedVersion } from './requested-version.ts';
import { hasUnresolvedProperty, projectItems } from './project-items.ts';
import { requestedPackages, sharedProperties } from './requested.ts';

const ITEMS: ReadonlySet<string> = new Set(['PackageReference']);
const SHARED = /\.(?:props|targets|projitems)$/i;
const LOCK = 'packages.lock.json';

export const projectFile: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const folder = directoryOf(file.path);
    const root = readXml(file.path, await file.bytes(), 'Project');
    // A shared file is a part of projects, whose lockfiles pin what it requests.
    if (!SHARED.test(file.path)) {
      result.requests(await requestedPackages(root, file.path, siblings));
    }
    if (siblings.get(`${folder}/${LOCK}`) !== undefined) return result.done();
    const packages = new Map<string, CatalogedPackage>();
    const properties = await sharedProperties(file.path, siblings);
    for (const { name, version, line } of projectItems(root, ITEMS, properties)) {
      if (name === '') result.unreadableRow(version ?? '', { line });
      else if (hasUnresolvedProperty(name)) {
        result.unreadableRow(name, { reason: 'a property that this file does not set', line });
      } else if (version === undefined) {
        result.note(`"${name.slice(0, 100)}" takes its version from a central file`, line);
      } else {
        const pkg = {
          name,
          version: requestedVersion(version, context),
          line,
          relationship: 'direct' as const,
        };
        const key = `${name.toLowerCase()}@${pkg.version}`;
        if (!packages.has(key)) packages.set(key, pkg);
      }
    }
    for (const pkg of packages.values()) result.add(pkg);
    return result.done();
  },
};
