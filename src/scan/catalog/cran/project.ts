/**
 * A project of R and what it requests: `DESCRIPTION`.
 *
 * Source: "Writing R Extensions", section 1.1.1 and 1.1.3: `Depends`, `Imports` and `LinkingTo`
 * name packages, perhaps with a requirement in brackets; `Suggests` is for development. An
 * installation adds `Built`, `R CMD build` adds `Packaged`, and a repository adds `Repository`: a
 * file with one of these describes a published or installed package. Packages of R itself are no
 * requests. Refused: nothing; a file without `Package` and `Version` is of another tool.
 */

import { readStanzas } from '../../../formats/text/deb822.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { BASE_R_PACKAGES } from './project-description.ts';

const FIELDS = ['Depends', 'Imports', 'LinkingTo'];
const PUBLISHED = ['Built', 'Packaged', 'Repository', 'RemoteType'];
const NEEDED =
  /(?:^|,)\s*(?<name>[A-Za-z][A-Za-z0-9.]{1,100})\s*(?:\(\s*(?<operator>[<>=]{1,2})\s*(?<version>[\w.-]{1,50})\s*\))?/g;

export const rProject: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const [stanza] = readStanzas(await file.bytes(), [
      ...['Package', 'Version'],
      ...FIELDS,
      ...PUBLISHED,
    ]);
    const isOfR = ['Package', 'Version'].every((field) => stanza?.get(field) !== undefined);
    if (stanza === undefined || !isOfR) return result.done();
    if (PUBLISHED.some((field) => stanza.get(field) !== undefined)) return result.done();
    const requests = new Map<string, RequestedPackage>();
    for (const field of FIELDS) {
      for (const { groups } of (stanza.get(field) ?? '').matchAll(NEEDED)) {
        const { name = '', operator = '', version = '' } = groups ?? {};
        if (BASE_R_PACKAGES.has(name) || name === 'R') continue;
        const line = stanza.lineOf(field);
        requests.set(name, {
          name,
          range: `${operator}${version}`,
          ...(line !== undefined && { line }),
          ...(operator === '==' && { version }),
        });
      }
    }
    result.requests({ requests: [...requests.values()], leavesIndirect: true, addsPins: true });
    return result.done();
  },
};
