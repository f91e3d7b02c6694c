/**
 * Executables that are gone from a package of which other files are there. Removing programs is a
 * common way to harden an image and hides nothing, so this is never severe. A package of which
 * nothing is there is only not verified.
 */

import type { CheckInput, PackageCheck } from '../check.ts';
import type { Subject } from '../input.ts';
import type { Statement } from '../statement.ts';

/**
 * Number of missing executables that are listed one by one; an image may have removed a whole
 * package by hand.
 */
const MAX_MISSING = 20;

/** Contradicts packages whose executables are missing. */
export const missingFiles: PackageCheck = {
  id: 'missing-files',
  needs: ['manifests'],
  ofPackage: contradictMissingFiles,
};

function contradictMissingFiles(subject: Subject, { contents }: CheckInput): readonly Statement[] {
  const { matchedCount, mismatchedCount, missingCode } = contents.countsOf(subject);
  if (matchedCount + mismatchedCount === 0 || missingCode.length === 0) return [];
  const { pkg, manifests } = subject;
  const layer = manifests[0]?.at.layer ?? pkg.introducedIn;
  return missingCode.slice(0, MAX_MISSING).map(({ path }) => ({
    kind: 'contradiction',
    subject,
    contradiction: {
      kind: 'missing',
      claimed: `a file of ${pkg.name}`,
      found: 'nothing',
      location: { path, layer },
      isSevere: false,
    },
  }));
}
