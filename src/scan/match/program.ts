/**
 * Matches programs by what those say who publish about them: under the program's own name, to which
 * vendors and products are brought when feeds are read, and under the name that Bitnami has for it.
 */

import { programOf } from '../../core/model/program/program.ts';
import { lookupVersions } from './lookup-versions.ts';
import type { Matcher } from './matcher.ts';

export const program: Matcher = {
  id: 'program',
  lookups(pkg) {
    const versions = lookupVersions(pkg, pkg.version);
    const { bitnami } = programOf(pkg.name) ?? {};
    const own = {
      need: { ecosystem: 'program' },
      name: pkg.name,
      versions,
      matchedBy: 'program/product',
    } as const;
    if (bitnami === undefined) return [own];
    const named = {
      need: { ecosystem: 'bitnami' },
      name: bitnami,
      versions,
      matchedBy: 'program/bitnami',
    } as const;
    return [own, named];
  },
};
