/**
 * Peculiarities of AlmaLinux's records in OSV (github.com/AlmaLinux/osv-database): errata of binary
 * packages.
 *
 * The CVEs that an erratum fixes stand in `related`, the rating as a word before the summary, the
 * module in the summary (`Important: nodejs:16 security update`), and a package has a line for each
 * build of the same fix.
 */

import { groupBy } from '../../core/base/maps.ts';
import type { Affected, VersionRange } from '../../core/model/advisory/advisory.ts';
import { compareVersions } from '../../core/version/index.ts';
import { cveIdOf } from './cve-id.ts';
import { textOf, textsOf, type Fields } from './fields.ts';
import { withModuleStreams } from './osv-module-streams.ts';

/** The id under which ratings of AlmaLinux's errata are stored. */
export const ALMALINUX_ID = 'almalinux';

const ERRATUM = /^AL[SBE]A-/;
const SECURITY = 'ALSA-';

/** Returns whether a record is an erratum of AlmaLinux. */
export function isErratum(id: string): boolean {
  // The first test is quicker, and nearly no id passes it.
  return id.startsWith('AL') && ERRATUM.test(id);
}

/** Returns the CVEs that an erratum fixes; it stands for each of them. */
export function cvesOfErratum(record: Fields): readonly string[] {
  return textsOf(record['related']).flatMap((id) => cveIdOf(id) ?? []);
}

/**
 * Returns whether an erratum only fixes bugs or adds something. Some of those name CVEs after all.
 */
export function isNoVulnerability(id: string, record: Fields): boolean {
  return isErratum(id) && !id.startsWith(SECURITY) && cvesOfErratum(record).length === 0;
}

const RATED = /^(?<word>Critical|Important|Moderate|Low): /;

/** Returns the rating word of an erratum; `undefined` for one that has none. */
export function severityWordOfErratum(record: Fields): string | undefined {
  return RATED.exec(textOf(record['summary']) ?? '')?.groups?.['word'];
}

/** Behind it, builds of one fix for several minor releases differ. */
const BUILD = /\.(?:module[_+])?el\d.*$/;

/**
 * Returns the packages of a record with one entry each: what is affected lies below the lowest
 * build of a fix, because every build of it has it; where an erratum names several fixes of a
 * package (as in samba 4.15.5-5 and -8) below the highest.
 */
export function affectedOfErratum(
  record: Fields,
  affected: readonly Affected[],
): readonly Affected[] {
  const byPackage = groupBy(affected, (item) =>
    JSON.stringify([item.release, item.name, [...(item.qualifiers ?? [])]]),
  );
  const merged = [...byPackage.values()].flatMap((items) => {
    const [first] = items;
    if (first === undefined) return [];
    return [{ ...first, ranges: lowestBuilds(items.flatMap((item) => item.ranges)) }];
  });
  return withModuleStreams(record, merged);
}

function lowestBuilds(ranges: readonly VersionRange[]): readonly VersionRange[] {
  const byFix = new Map<string, VersionRange>();
  for (const range of ranges) {
    const key = range.fixed?.replace(BUILD, '') ?? '';
    const known = byFix.get(key);
    if (known === undefined || isLower(range.fixed, known.fixed)) byFix.set(key, range);
  }
  return [...byFix.values()];
}

function isLower(a = '', b = ''): boolean {
  return compareVersions('rpm', a, b) === -1;
}
