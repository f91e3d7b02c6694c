/**
 * Packages on a distribution that are not the distribution's: its advisories do not speak of them.
 *
 * Source: the tag VENDOR of RPM packages, which the build systems of these distributions set on each package that they
 * build (Red Hat Brew, CentOS, Fedora Koji, OBS, Peridot, ALBS). Nothing follows from a missing vendor, as in a bill of
 * materials. dpkg records no such thing: a maintainer's name is no proof of an archive.
 */

import type { SystemEcosystem } from './ecosystem.ts';
import type { Package } from './package.ts';

/** Qualifier of a package with its vendor. */
const VENDOR = 'vendor';

const OWN: ReadonlyMap<string, RegExp> = new Map<SystemEcosystem, RegExp>([
  ['redhat', /^(?:red hat|centos)/i],
  ['almalinux', /^almalinux/i],
  ['rocky', /^rocky/i],
  ['oracle', /^oracle america/i],
  ['amazon', /^amazon/i],
  ['fedora', /^fedora/i],
  ['suse', /^suse /i],
  ['opensuse', /^(?:opensuse|suse )/i],
  ['azurelinux', /^microsoft/i],
  ['photon', /^(?:vmware|broadcom)/i],
  ['openeuler', /openeuler/i],
  ['mageia', /^mageia/i],
]);

/** Who made a package that is not of its own distribution; `undefined` where it is, and where nobody can tell. */
export function foreignVendor({ ecosystem, qualifiers }: Package): string | undefined {
  const vendor = qualifiers.get(VENDOR);
  const own = OWN.get(ecosystem);
  return vendor === undefined || own === undefined || own.test(vendor) ? undefined : vendor;
}
