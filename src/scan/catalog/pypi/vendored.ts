/**
 * Python packages that pip, setuptools and pkg_resources carry inside themselves, by the list that
 * they keep of them: `_vendor/vendor.txt` and `_vendor/vendored.txt`.
 *
 * Source: pip's own documentation, `src/pip/_vendor/README.rst`: lines `name==version`, indented
 * where another one needs them, with comments. Distributions that take the copies out (as Debian
 * did until 11) may leave the list, so where the folder's own code is stored with it, it counts
 * only if code of one of them is there too. A layer that stores the list alone has changed it, and
 * says nothing of the copies. Refused: nothing; a line of another form is an unreadable row,
 * because it may be a package.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import type { Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const ROW =
  /^(?<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?\s*==\s*(?<version>[^\s;#]+)(?:\s*;.*)?$/;
const COMMENT = /(?:^|\s)#.*$/;

interface Vendored {
  readonly name: string;
  readonly version: string;
  readonly line: number;
}

export const vendored: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const packages: Vendored[] = [];
    const text = new TextDecoder().decode(await file.bytes());
    for (const [index, row] of text.split('\n').entries()) {
      const requirement = row.replace(COMMENT, '').trim();
      if (requirement === '') continue;
      const { name, version } = ROW.exec(requirement)?.groups ?? {};
      if (name === undefined || version === undefined) {
        result.unreadableRow(requirement, { line: index + 1 });
      } else packages.push({ name: normalizePythonName(name), version, line: index + 1 });
    }
    const folder = directoryOf(file.path);
    const isWhole = siblings.get(`${folder}/__init__.py`) !== undefined;
    if (
      isWhole &&
      packages.length > 0 &&
      !packages.some(({ name }) => isThere(folder, name, siblings))
    ) {
      result.note('none of the packages named here is in the folder');
      return result.done();
    }
    for (const pkg of packages) result.add(pkg);
    return result.done();
  },
};

function isThere(folder: string, name: string, siblings: Siblings): boolean {
  const module = name.replaceAll('-', '_');
  return siblings.get(`${folder}/${module}/__init__.py`) !== undefined;
}
