/**
 * Debian's bulletins: a DSA, DLA or DTSA announces the fixes of one or several vulnerabilities of a
 * source package.
 *
 * Source: OSV schema 1.7.5, "Database prefixes"; debian.org/security, "Debian Security Advisories".
 */

import type { PackageRecord } from './package-record.ts';

const BULLETIN = /^(?:DSA|DLA|DTSA)-/;
const CVE = /^CVE-\d{4}-\d{4,}$/;

/** Returns whether an id is that of a bulletin. */
export function isBulletin(id: string): boolean {
  return BULLETIN.test(id);
}

/**
 * Returns whether a record is a bulletin that names no CVE, neither as an alias nor as one of those
 * that it fixes.
 */
export function isBulletinWithoutCve({
  id,
  aliases,
  related,
}: Pick<PackageRecord, 'id' | 'aliases' | 'related'>): boolean {
  return isBulletin(id) && related.length === 0 && !aliases.some((alias) => CVE.test(alias));
}
