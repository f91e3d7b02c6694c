/**
 * Matches packages of distributions. Their advisories are written for a release, and most of them for source packages.
 * A package of a system that is not known is matched against no other's advisories, nor is one that others made for it.
 */

import { advisedAs } from '../model/advised.ts';
import { advisoryNeed } from '../model/distro.ts';
import { ECOSYSTEMS, ecosystemRow } from '../model/ecosystem.ts';
import { foreignVendor } from '../model/vendor.ts';
import { lookupVersions } from './lookup-versions.ts';
import type { Lookup, Matcher } from './matcher.ts';

export const distribution: Matcher = {
  id: 'distribution',
  accepts: (pkg) => ECOSYSTEMS[pkg.ecosystem].kind === 'os',
  lookups(pkg, inventory) {
    const need = inventory.distro === undefined ? undefined : advisoryNeed(inventory.distro);
    if (need?.ecosystem !== pkg.ecosystem) return [];
    if (foreignVendor(pkg) !== undefined) return [];
    const advised = advisedAs(pkg);
    const own: Lookup = {
      need,
      name: pkg.name,
      versions: lookupVersions(pkg, pkg.version),
      matchedBy: 'distribution/name',
    };
    if (advised !== pkg.source) return [own];
    const { name, version } = advised;
    const ofSource: Lookup = {
      need,
      name,
      versions: lookupVersions(pkg, version),
      matchedBy: 'distribution/source',
    };
    const { isAdvisedByBoth } = ecosystemRow(pkg.ecosystem);
    return isAdvisedByBoth === true && name !== pkg.name ? [ofSource, own] : [ofSource];
  },
};
