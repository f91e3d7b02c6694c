/**
 * Names lockfiles that are not read yet. Whoever scans a project of several languages must not take the packages of one
 * for all of them, so each is a gap: packages without advisories. One inside `node_modules` came with a package and pins
 * nothing that is installed: a note.
 */

import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { UNREAD_LOCKFILES } from '../unread-lockfiles.ts';

export const unreadLockfile: Cataloger = {
  read({ path }) {
    const result = new CatalogBuilder(path);
    if (path.includes('/node_modules/')) {
      result.note('a lockfile that came with a package pins nothing here');
    } else {
      const lockfile = UNREAD_LOCKFILES.get(path.slice(path.lastIndexOf('/') + 1));
      const { tool = 'its tool', cure } = lockfile ?? {};
      const hint = cure === undefined ? '' : `; ${cure}`;
      result.gap('noAdvisoryData', `"${path}": dependencies of ${tool} are not read yet${hint}`);
    }
    return Promise.resolve(result.done());
  },
};
