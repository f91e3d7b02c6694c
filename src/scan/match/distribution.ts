/**
 * Matches packages of distributions. Their advisories are written for a release, and most of them
 * for source packages. A package of a system that is not known is matched against no other's
 * advisories.
 *
 * What others built for a system is matched by what its publisher says about the program in it,
 * where that is known. The distribution's advisories count besides for dpkg and apk: they find
 * more, and they clear nothing. RPM packages of others are not compared with them, because each
 * builder counts releases in its own way.
 */

import { advisoryPackageOf, advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS, ecosystemRow } from '../../core/model/package/ecosystem.ts';
import { thirdPartyProgramOf } from '../../core/model/program/third-party-program.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { thirdPartyVendor } from '../../core/model/distro/vendor.ts';
import { lookupVersions } from './lookup-versions.ts';
import type { Lookup, Matcher } from './matcher.ts';

export const distribution: Matcher = {
  id: 'distribution',
  lookups: (pkg, inventory) => [...lookupsOfSystem(pkg, inventory), ...lookupsOfProgram(pkg)],
};

function lookupsOfSystem(pkg: Package, { distro }: Inventory): readonly Lookup[] {
  const need = distro === undefined ? undefined : advisoryNeed(distro);
  if (need?.ecosystem !== pkg.ecosystem) return [];
  if (ECOSYSTEMS[pkg.ecosystem].purlType === 'rpm' && thirdPartyVendor(pkg) !== undefined)
    return [];
  const advised = advisoryPackageOf(pkg);
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
}

function lookupsOfProgram(pkg: Package): readonly Lookup[] {
  const foreign = thirdPartyProgramOf(pkg);
  if (foreign === undefined) return [];
  const { program, version } = foreign;
  const { ecosystem = 'program', name, bitnami } = program;
  const versions = lookupVersions(pkg, version);
  const own: Lookup = {
    need: { ecosystem },
    name: advisoryNameOf(ecosystem, name),
    versions,
    matchedBy: 'program/product',
  };
  if (bitnami === undefined) return [own];
  return [
    own,
    { need: { ecosystem: 'bitnami' }, name: bitnami, versions, matchedBy: 'program/bitnami' },
  ];
}
