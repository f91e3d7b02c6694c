/**
 * The packages of a Haskell project: `cabal.project`, whose `cabal.project.freeze` pins what all of
 * them request.
 *
 * Source: the Cabal User Guide, "cabal.project files": `packages` and `optional-packages`, lists of
 * directories, `.cabal` files and globs. Nothing is refused.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const FIELD = /^(?<name>[a-z][a-z-]{0,50})\s{0,20}:(?<value>.*)$/;
const LISTS: ReadonlySet<string> = new Set(['packages', 'optional-packages']);
const COMMENT = /^\s*--.*$/;
const FILE = /(?:^|\/)[^/]*\.cabal$/;
/** More than any project has. */
const MAX_MEMBERS = 1000;

export const cabalProject: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const members: string[] = [];
    let field = '';
    for (const line of new TextDecoder().decode(await file.bytes()).split(/\r?\n/)) {
      if (COMMENT.test(line)) continue;
      const groups = FIELD.exec(line)?.groups;
      if (groups !== undefined) field = groups['name'] ?? '';
      else if (/^\S/.test(line)) field = '';
      if (!LISTS.has(field)) continue;
      for (const word of (groups?.['value'] ?? line).split(/[\s,]+/)) {
        if (word !== '' && members.length < MAX_MEMBERS) members.push(folderOf(word));
      }
    }
    result.requests({ requests: [], members: members.filter((path) => path !== '') });
    return result.done();
  },
};

/** Returns the directory of a package, relative to the project; empty for the project's own. */
function folderOf(path: string): string {
  return path
    .replace(FILE, '')
    .replace(/^(?:\.\/)+|\/+$/g, '')
    .replace(/^\.$/, '');
}
