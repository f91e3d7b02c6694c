/** Gaps that could hide findings because a package was not, or could not be, matched. */

import { pluralize } from '../../core/base/pluralize.ts';
import type { Advisory, AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { advisoryNeed } from '../../core/model/distro/distro.ts';
import { ECOSYSTEMS, ecosystemRow } from '../../core/model/package/ecosystem.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { thirdPartyVendor } from '../../core/model/distro/vendor.ts';
import type { LookupVersion } from './matcher.ts';

/** Number of names in a message; further ones are only counted. */
const NAMED = 3;

/**
 * Returns the gap of packages whose ecosystem or release has no loaded data; one diagnostic a need.
 */
export function noAdvisoryData(need: AdvisoryNeed, packages: readonly Package[]): Diagnostic {
  const { label, isWithoutFeed, optionalFeeds } = ecosystemRow(need.ecosystem);
  const flag = optionalFeeds === undefined ? '' : ` --with ${optionalFeeds.join(',')}`;
  const what = need.release === undefined ? label : `${label} ${need.release}`;
  return {
    stage: 'match',
    gap: 'noAdvisoryData',
    message:
      `no advisory data is loaded for ${what}: ${pluralize(packages.length, 'package')} ` +
      `(${listNames(packages.map((pkg) => pkg.name))}) could not be matched; ` +
      (isWithoutFeed === true
        ? 'no feed that Assay loads speaks of it, and "assay db import" takes records that do'
        : `"assay db update${flag}" gets it`),
  };
}

/**
 * Returns the gap of development dependencies that no loaded record can report as malicious; one
 * diagnostic a need.
 */
export function noMaliciousPackageData(
  need: AdvisoryNeed,
  packages: readonly Package[],
): Diagnostic {
  const { label } = ecosystemRow(need.ecosystem);
  const count = pluralize(packages.length, 'development dependency', 'development dependencies');
  return {
    stage: 'match',
    gap: 'noAdvisoryData',
    message:
      `no advisory data is loaded for ${label}: ${count} ` +
      `(${listNames(packages.map((pkg) => pkg.name))}) could not be compared with known malicious packages; ` +
      '"assay db update" gets it',
  };
}

/**
 * Returns the gap of packages without a source package, in advisories that list source packages and
 * none of their names.
 */
export function packagesWithoutSource(
  need: AdvisoryNeed,
  packages: readonly Package[],
): Diagnostic {
  const { label } = ecosystemRow(need.ecosystem);
  const what = need.release === undefined ? label : `${label} ${need.release}`;
  return {
    stage: 'match',
    gap: 'noAdvisoryData',
    message:
      `advisories of ${what} list source packages, and the document names none for ` +
      `${pluralize(packages.length, 'package')} (${listNames(packages.map((pkg) => pkg.name))}) that they do not list: ` +
      'these could not be matched; the qualifier "upstream" of a package URL names the source',
  };
}

/**
 * Returns the gap of packages of a system whose advisories are not known or that they are not of,
 * or a system that none of Assay's readers knows.
 */
export function unknownSystem(
  distro: Distro | undefined,
  packages: readonly Package[],
): Diagnostic {
  if (distro !== undefined && packages.length > 0 && advisoryNeed(distro) !== undefined) {
    return otherSystem(distro, packages);
  }
  const which =
    distro === undefined
      ? 'the system does not say which one it is'
      : `no advisories are known for the system "${[distro.id, distro.versionId].join(' ').trim()}"`;
  const what =
    packages.length === 0
      ? 'its packages'
      : `${pluralize(packages.length, 'package')} of the system ` +
        `(${listNames(packages.map((pkg) => pkg.name))})`;
  return {
    stage: 'match',
    gap: 'unknownSystem',
    message: `${which}: ${what} could not be matched; "--distro NAME/VERSION" names it`,
  };
}

/**
 * Returns the gap of packages of a known system under the name of another: of an image that lies,
 * or `--distro` for another image.
 */
function otherSystem(distro: Distro, packages: readonly Package[]): Diagnostic {
  const labels = packages.map(({ ecosystem }) => ECOSYSTEMS[ecosystem].label);
  const which = [distro.id, distro.versionId].join(' ').trim();
  return {
    stage: 'match',
    gap: 'unknownSystem',
    message:
      `${pluralize(packages.length, 'package')} of ${listNames(labels)} ` +
      `(${listNames(packages.map((pkg) => pkg.name))}) cannot be matched as ${which}; ` +
      '"--distro NAME/VERSION" has to name the system that they are of',
  };
}

/**
 * Returns the note about packages that others built for the system, and for which no advisories of
 * their publisher are loaded.
 */
export function thirdPartyPackages(packages: readonly Package[]): Diagnostic {
  const vendors = packages.flatMap((pkg) => thirdPartyVendor(pkg) ?? []);
  const isOne = packages.length === 1;
  return {
    stage: 'match',
    gap: 'noAdvisoryData',
    message:
      `${pluralize(packages.length, 'package')} (${listNames(packages.map((pkg) => pkg.name))}) ` +
      `${isOne ? 'is' : 'are'} not built by the distribution but by ${listNames(vendors)}: ` +
      `its advisories do not describe ${isOne ? 'it' : 'them'}, and none of the publisher are loaded`,
  };
}

/**
 * Returns the note about packages that the distribution ships, and for whose ecosystem nothing is
 * loaded: its own data is.
 */
export function shippedWithoutData(need: AdvisoryNeed, packages: readonly Package[]): Diagnostic {
  const { label } = ecosystemRow(need.ecosystem);
  return {
    stage: 'match',
    message:
      `no advisory data is loaded for ${label}: ${pluralize(packages.length, 'package')} ` +
      `(${listNames(packages.map((pkg) => pkg.name))}) that the distribution ships ` +
      `${packages.length === 1 ? 'is' : 'are'} matched by its own advisories only`,
  };
}

/** Returns the gap of a system that is named and has no packages: there is no such system. */
export function noSystemPackages(distro: Distro): Diagnostic {
  const which = [distro.id, distro.versionId].join(' ').trim();
  return {
    stage: 'match',
    gap: 'unreadable',
    message: `the system is "${which}" and no package of it was found: what lists them is missing or empty`,
  };
}

/** Returns the gap of packages whose findings are missing, because there are too many of them. */
export function tooManyFindings(maxFindings: number, packages: ReadonlySet<Package>): Diagnostic {
  return {
    stage: 'match',
    gap: 'limit',
    message:
      `more than ${maxFindings} findings: ${pluralize(packages.size, 'package')} ` +
      `(${listNames([...packages].map((pkg) => pkg.name))}) could not be matched with all advisories; ` +
      '"limits: { findings: N }" in the configuration allows more',
  };
}

/**
 * Returns the gap of a version that advisories naming the package cannot order; one diagnostic a
 * package. Of what decides nothing a note.
 */
export function unorderedVersion(
  pkg: Package,
  version: LookupVersion,
  { advisories, isGap }: { readonly advisories: readonly Advisory[]; readonly isGap: boolean },
): Diagnostic {
  const { label } = ECOSYSTEMS[pkg.ecosystem];
  const ids = advisories.map((advisory) => advisory.id);
  return {
    stage: 'match',
    ...(isGap && { gap: 'unorderedVersion' }),
    location: pkg.locations[0],
    message:
      `${whatIsCompared(version, `the ${label} package "${pkg.name}"`)} cannot be compared with ` +
      `${pluralize(ids.length, 'advisory', 'advisories')} that ${ids.length === 1 ? 'names' : 'name'} ` +
      `the package (${listNames(ids)})`,
  };
}

function whatIsCompared({ compared }: LookupVersion, pkg: string): string {
  return compared === '' ? `${pkg}, which has no version,` : `version "${compared}" of ${pkg}`;
}

/** Returns `a, b, c and 9 more`, sorted, each once. */
export function listNames(names: readonly string[]): string {
  const sorted = [...new Set(names)].sort();
  const shown = sorted.slice(0, NAMED).join(', ');
  return sorted.length <= NAMED ? shown : `${shown} and ${sorted.length - NAMED} more`;
}
