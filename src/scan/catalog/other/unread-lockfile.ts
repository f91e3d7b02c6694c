/**
 * Reports lockfiles and manifests that are not read yet. The packages of one language must not pass
 * for all of a project's packages, so each is a gap: packages without advisories. One inside
 * `node_modules` or `bower_components` came with a package and pins nothing that is installed: a
 * note.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { unreadLockfileAt } from './unread-tools.ts';

const OF_A_PACKAGE = /\/(?:node_modules|bower_components)\//;

export const unreadLockfile: Cataloger = {
  async read(file) {
    const { path } = file;
    const result = new CatalogBuilder(path);
    const { tool = 'its tool', cure, requests } = unreadLockfileAt(path) ?? {};
    const isAsking = requests?.test(new TextDecoder().decode(await file.bytes())) !== false;
    if (!isAsking) return result.done();
    if (OF_A_PACKAGE.test(path)) {
      result.note('a lockfile that came with a package pins nothing here');
    } else {
      const hint = cure === undefined ? '' : `; ${cure}`;
      result.gap('noAdvisoryData', `"${path}": dependencies of ${tool} are not read yet${hint}`);
    }
    return result.done();
  },
};
