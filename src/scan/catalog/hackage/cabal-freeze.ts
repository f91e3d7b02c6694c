/**
 * Haskell packages pinned by Cabal: `cabal.project.freeze`.
 *
 * Source: the Cabal User Guide, "cabal freeze" and "constraints": `any.NAME ==VERSION` in a list
 * behind `constraints:`, beside flags of packages (`NAME +flag`). `installed` means the package
 * that comes with the compiler, whose version is not written down: a note. A range is no version:
 * an unreadable row. Lines of other fields say nothing of packages.
 */

import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PINNED =
  /(?:^|[\s,:])(?:any\.)?(?<name>[A-Za-z0-9][A-Za-z0-9-]{0,200})\s{0,20}==\s{0,20}(?<version>\d[0-9.]{0,100})\s{0,100}$/;
const RANGE = /[<>=^]/;
const INSTALLED = /(?:^|[\s,:])(?:any\.)?(?<name>[A-Za-z0-9][A-Za-z0-9-]{0,200}) {1,20}installed\b/;
const FIELD = /^(?<name>[a-z][a-z-]{0,100}):/;

export const cabalFreeze: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    let field = '';
    const lines = new TextDecoder()
      .decode(await readPrefix(file, result, ROW_STARTS.lines))
      .split(/\r?\n/);
    for (const [index, text] of lines.entries()) {
      field = FIELD.exec(text)?.groups?.['name'] ?? field;
      if (field !== 'constraints') continue;
      for (const constraint of text.split(',')) {
        const { name, version } = PINNED.exec(constraint)?.groups ?? {};
        const compilers = INSTALLED.exec(constraint)?.groups?.['name'];
        if (name !== undefined && version !== undefined) {
          result.add({ name, version, line: index + 1 });
        } else if (compilers !== undefined) {
          result.note(`"${compilers}" comes with the compiler, in a version not named`, index + 1);
        } else if (RANGE.test(constraint.replace(FIELD, ''))) {
          result.unreadableRow(constraint.trim(), { line: index + 1 });
        }
      }
    }
    return result.done();
  },
};
