/**
 * Matches packages of distributions. Their advisories are written for a release and for source packages: the binary
 * package `libssl3` was built from `openssl`, and its own version may differ from that of the source, as after a
 * rebuild (`1.2-3+b1` of `1.2-3`). A package of a system that is not known is matched against no other's advisories.
 */

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
    return [
      {
        need,
        name: pkg.source?.name ?? pkg.name,
        versions: lookupVersions(pkg, pkg.source?.version ?? pkg.version),
        matchedBy: pkg.source === undefined ? 'distribution/name' : 'distribution/source',
      },
    ];
  },
};
