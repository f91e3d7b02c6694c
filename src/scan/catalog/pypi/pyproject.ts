/**
 * Python packages that a `pyproject.toml` pins.
 *
 * Source: PEP 621, PEP 735, Poetry documentation. It says what a project can work with, which a
 * lockfile or an installer turns into versions: as of `package.json`, ranges are no packages,
 * unless they are asked for. A dependency with `==` is listed; the others are counted in a note,
 * and are what the project requests. A file with settings of tools alone requests nothing. Refused:
 * what is no TOML.
 */

import { readToml } from '../../../formats/text/toml.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { PinnedPackages } from './locked-table.ts';
import { readProject } from './python-project.ts';
import { requestOf } from './requested.ts';
import { rangesText, versionToList } from './requirement.ts';

export const pyproject: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path);
    const { root } = readToml(file.path, await file.bytes());
    const { name: own, requirements, ownDirectories, isDynamic } = readProject(root);
    const packages = new PinnedPackages();
    const requests: RequestedPackage[] = [];
    let ranges = 0;
    for (const requirement of requirements) {
      const { name, scope } = requirement;
      const request = ownDirectories.has(name) ? undefined : requestOf(requirement);
      // Groups and extras are installed where they are asked for.
      if (scope === 'runtime' && request !== undefined) requests.push(request);
      const version = versionToList(requirement, context);
      if (version === '') ranges += 1;
      else packages.add({ name, version, scope, relationship: 'direct' });
    }
    packages.addTo(result);
    if (ranges > 0) result.note(rangesText(ranges));
    result.requests({
      ...(own !== undefined && { name: own }),
      requests,
      ...(isDynamic && { computed: 'computes its dependencies when it is built' }),
    });
    return result.done();
  },
};
