/** How much of what can be run is explained by packages whose content was verified. */

import type { Accountability } from '../model/package.ts';
import type { Owners } from './content.ts';
import { isRunnable } from './file-class.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';

/** The biggest are named; the rest is counted. */
const MAX_UNEXPLAINED = 1000;

/** `isVerified` tells whether the content of a package is, of which one file is known to be right. */
export function accountFor(
  { root }: IntegrityInput,
  { all }: Subjects,
  owners: Owners,
  isVerified: (subject: Subject) => boolean,
): Accountability {
  const recording = new Set(all.filter(hasDigests).map(({ pkg }) => pkg.foundBy));
  let executableCount = 0;
  let executableBytes = 0;
  let explainedCount = 0;
  let explainedBytes = 0;
  const unexplained: Accountability['unexplained'][number][] = [];
  for (const file of root.files) {
    if (!isRunnable(file)) continue;
    const { sizeBytes } = file.fact;
    executableCount += 1;
    executableBytes += sizeBytes;
    const owner = owners.matched.get(file.fact);
    if (owner !== undefined) {
      if (isVerified(owner)) {
        explainedCount += 1;
        explainedBytes += sizeBytes;
      }
    } else if (
      !owners.mismatched.has(file.fact) &&
      !isOnlyNamed(owners.named.get(file.fact), recording)
    ) {
      unexplained.push({ location: { path: file.path, layer: file.layer }, sizeBytes });
    }
  }
  unexplained.sort(
    (a, b) => b.sizeBytes - a.sizeBytes || (a.location.path < b.location.path ? -1 : 1),
  );
  return {
    executableCount,
    executableBytes,
    explainedCount,
    explainedBytes,
    unexplained: unexplained.slice(0, MAX_UNEXPLAINED),
  };
}

/**
 * A packaging that records no digests names what it brought, and no more can be asked of it. A line without a digest where
 * others of the same database have one explains nothing: it was added, or its digest was taken out.
 */
function isOnlyNamed(owner: Subject | undefined, recording: ReadonlySet<string>): boolean {
  return owner?.isSystem === true && !recording.has(owner.pkg.foundBy);
}

function hasDigests({ findings, isSystem }: Subject): boolean {
  const { matchedCount, mismatchedCount } = findings.files;
  return isSystem && matchedCount + mismatchedCount > 0;
}
