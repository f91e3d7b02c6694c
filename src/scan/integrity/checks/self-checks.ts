/** Mismatches that catalogers calculated from a record alone, such as the digest of a header. */

import type { PackageCheck } from '../check.ts';
import type { LocatedCheck, Subject } from '../input.ts';
import type { Statement } from '../statement.ts';

/** Contradicts packages whose records do not match their own digests or signatures. */
export const selfChecks: PackageCheck = {
  id: 'self-checks',
  needs: ['self-checks'],
  ofPackage: (subject) => subject.checks.flatMap((check) => contradictCheck(subject, check)),
};

function contradictCheck(subject: Subject, check: LocatedCheck): readonly Statement[] {
  const { outcome, kind, by, at, claimed = by, found = 'something else', path = at.path } = check;
  if (outcome !== 'mismatch') return [];
  const location = { path, layer: at.layer };
  return [
    {
      kind: 'contradiction',
      subject,
      contradiction: { kind, claimed, found, location, isSevere: true },
    },
  ];
}
