/**
 * Known malicious packages: which records report them, and which findings are of them.
 *
 * Sources: OSV schema, "id" (prefix `MAL`, the database of ossf/malicious-packages); MITRE CWE-506,
 * "Embedded Malicious Code", and its children; GitHub Docs, "GitHub Advisory Database" (malware
 * advisories carry CWE-506). The rules are in `docs/malicious.md`.
 */

import type { Advisory } from './advisory.ts';
import type { Finding, MaliciousVersion, VulnerabilityFinding } from '../finding/finding.ts';

/** The id of a record of malicious packages. */
const MALICIOUS_ID = /^MAL-/i;

/** CWE-506 and its kinds: trojan horses, viruses and worms, trapdoors, logic bombs, spyware. */
const WEAKNESSES: ReadonlySet<string> = new Set([
  'CWE-506',
  'CWE-507',
  'CWE-508',
  'CWE-509',
  'CWE-510',
  'CWE-511',
  'CWE-512',
]);

/** The weakness that stands for a malware type that a publisher gives in other words. */
export const MALICIOUS_CODE = 'CWE-506';

/**
 * The source of a malicious package's severity: not a publisher, but the rule that all of them are
 * critical.
 */
export const MALICIOUS_RATING_SOURCE = 'assay';

/** Returns whether a record reports its affected versions as malicious, and not as vulnerable. */
export function isMaliciousRecord({
  id,
  aliases,
  cwes,
}: Pick<Advisory, 'id' | 'aliases' | 'cwes'>): boolean {
  return isMaliciousId(id) || aliases.some(isMaliciousId) || hasMaliciousCode(cwes);
}

/** Returns whether one of the weaknesses is embedded malicious code. */
export function hasMaliciousCode(cwes: readonly string[]): boolean {
  return cwes.some((cwe) => WEAKNESSES.has(cwe));
}

/** Returns whether a finding is of a known malicious package. */
export function isMalicious(finding: Finding): finding is MaliciousFinding {
  return finding.kind === 'vulnerability' && finding.malicious !== undefined;
}

/** A finding of a known malicious package. */
export type MaliciousFinding = VulnerabilityFinding & { readonly malicious: MaliciousVersion };

function isMaliciousId(id: string): boolean {
  return MALICIOUS_ID.test(id);
}
