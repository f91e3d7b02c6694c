/** Exceptions that had no effect in a run, and whether they could have had one. */

import { VULNERABLE_ACTIONS } from '../../../core/model/advisory/group-names.ts';
import type { RuleCategory } from '../../../core/model/rule/rule-finding.ts';
import type { ScanPart } from '../../../core/model/rule/rule-scanner.ts';
import { entryName } from './entry-checks.ts';
import type { IgnoreEntry } from './exception.ts';

/** Ids of vulnerabilities, by the prefixes of their databases. */
const VULNERABILITY =
  /^(?:CVE|GHSA|OSV|MAL|PYSEC|RUSTSEC|GO|GSD|DSA|DLA|USN|RHSA|RHBA|ELSA|ALAS\w*|ALSA|RLSA|SUSE-SU|TEMP|SNYK)-/iu;

/**
 * Returns whether a finding that an entry names could have been met: what nothing looked for says
 * nothing about the entry.
 */
export function mayBeMet(
  { id, scope }: IgnoreEntry,
  looked: ReadonlySet<ScanPart> | undefined,
): boolean {
  const category = scope?.category ?? 'vulnerability';
  // Without a list of scanners no rule was part of the run.
  if (category !== 'vulnerability') {
    return looked?.has('sarif') === true || looked?.has(SCANNERS[category]) === true;
  }
  if (id === undefined || looked === undefined || looked.size === 0) return true;
  if (VULNERABILITY.test(id) || id.toLowerCase() === VULNERABLE_ACTIONS) return looked.has('vuln');
  // Ids of rules have a slash behind their category.
  return !id.includes('/') || [...looked].some((part) => part !== 'packages' && part !== 'vuln');
}

const SCANNERS: Readonly<Record<RuleCategory, ScanPart>> = {
  secret: 'secret',
  misconfiguration: 'misconfig',
  code: 'code',
  origin: 'origin',
  license: 'license',
};

/** Returns a note on an entry that is about a malicious package and does not set it aside. */
export function powerlessMessage(entry: IgnoreEntry, name: string): string {
  return `${entry.from}: the entry for ${entryName(entry)} does not clear "${name}", which is a known malicious package; only an exception that names both the id and the package, without wildcards, does`;
}

/** Returns a note on an entry that no finding needed. */
export function staleMessage(entry: IgnoreEntry): string {
  const what =
    entry.id === undefined
      ? `no finding of ${entryName(entry)} needs the entry`
      : `no finding is called ${entryName(entry)}${entry.scope === undefined ? '' : ' within its limits'}`;
  return `${entry.from}: ${what}; the entry can be removed`;
}
