/**
 * Matches packages of distributions. Their advisories are written for a release, and most of them for source packages.
 * A package of a system that is not known is matched against no other's advisories.
 */

import { advisedAs } from '../model/advised.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import { lookupVersions } from './lookup-versions.ts';
import type { Matcher } from './matcher.ts';

export const distribution: Matcher = {
  id: 'distribution',
  accepts: (pkg) => ECOSYSTEMS[pkg.ecosystem].kind === 'os',
  lookups(pkg, inventory) {
    const need = inventory.distro === undefined ? undefined : advisoryNeed(inventory.distro);
    if (need?.ecosystem !== pkg.ecosystem) return [];
    const advised = advisedAs(pkg);
    return [
      {
        need,
        name: advised.name,
        versions: lookupVersions(pkg, advised.version),
        matchedBy: advised === pkg.source ? 'distribution/source' : 'distribution/name',
      },
    ];
  },
};
