/** Files that packages own and that are not there. */

import type { Subject } from './input.ts';

/** How many missing executables are named one by one; an image may have removed a whole package by hand. */
const MAX_MISSING = 20;

/**
 * Executables that are gone from a package of which other files are there. Removing programs is a common way to harden
 * an image and hides nothing, so this is never severe. A package of which nothing is there is only not verified.
 */
export function contradictMissingFiles({ findings, pkg, manifests }: Subject): void {
  const { matchedCount, mismatchedCount, missingCode } = findings.files;
  if (matchedCount + mismatchedCount === 0 || missingCode.length === 0) return;
  const layer = manifests[0]?.at.layer ?? pkg.introducedIn;
  for (const owned of missingCode.slice(0, MAX_MISSING)) {
    findings.contradictions.push({
      kind: 'missing',
      claimed: `a file of ${pkg.name}`,
      found: 'nothing',
      location: { path: owned.path, layer },
      isSevere: false,
    });
  }
  findings.isContradicted = true;
}
