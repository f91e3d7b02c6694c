/** Package databases that record digests of files. */

import type { ContentComparison } from './content.ts';
import type { Subject } from './input.ts';

/** Returns the ids of the catalogers that read databases of the system with digests. */
export function databasesWithDigests(
  all: readonly Subject[],
  countsOf: ContentComparison['countsOf'],
): ReadonlySet<string> {
  const databases = new Set<string>();
  for (const subject of all) {
    if (!subject.isSystem) continue;
    const { matchedCount, mismatchedCount } = countsOf(subject);
    if (matchedCount + mismatchedCount > 0) databases.add(subject.pkg.foundBy);
  }
  return databases;
}

/**
 * Whether a package's manifest explains a file without a digest. It does if the packaging records none. In a database with
 * digests such a line explains nothing: it was added, or its digest was removed.
 */
export function isInDatabaseWithoutDigests(
  owner: Subject | undefined,
  recording: ReadonlySet<string>,
): boolean {
  return owner?.isSystem === true && !recording.has(owner.pkg.foundBy);
}
