/**
 * Bulletins of distributions in OSV: each announces builds that fix one or several CVEs, which it
 * names in `upstream` (or, as Rocky does, in `related`). Their readers ask for the CVEs, so a
 * bulletin stands for each of them.
 *
 * Source: OSV schema 1.7.5, "Database prefixes". Debian's (DSA, DLA) are not among them: its
 * tracker has a record for each CVE, and AlmaLinux's are peculiar, see `osv-almalinux.ts`.
 */

import { cveIdOf } from './cve-id.ts';
import { textsOf, type Fields } from './fields.ts';

const BULLETIN =
  /^(?:RH[SBE]A|R[LX]SA|ELSA|ALAS\w*|SUSE-[SRFO]U|openSUSE-[SRFO]U|USN|PHSA|OESA|MGASA)-/;

/**
 * Returns the CVEs that a bulletin fixes; none of other records, and of bulletins that name none.
 */
export function cvesOfBulletin(id: string, record: Fields): readonly string[] {
  if (!BULLETIN.test(id)) return [];
  const upstream = cvesIn(record['upstream']);
  return upstream.length > 0 ? upstream : cvesIn(record['related']);
}

const REDHAT = /^(?:REDHAT|RH[SBE]A)-/;
const REDHAT_ID = 'redhat';

/**
 * Returns the source of a record's severity if a distribution rates by itself: Red Hat's word rates
 * its own systems, whatever the vector beside it. Returns `undefined` for others.
 */
export function sourceOfSeverityWord(id: string): string | undefined {
  return REDHAT.test(id) ? REDHAT_ID : undefined;
}

function cvesIn(value: unknown): readonly string[] {
  // Ubuntu names its own records of them: `UBUNTU-CVE-2024-1`.
  return textsOf(value).flatMap((id) => cveIdOf(id.replace(/^UBUNTU-/, '')) ?? []);
}
