/** Which packagings record digests of files, and what a name without one says. */

import type { Subject } from './input.ts';

/** The databases of which a package was compared with its files: ids of the catalogers that read them. */
export function databasesWithDigests(all: readonly Subject[]): ReadonlySet<string> {
  return new Set(all.filter(hasDigests).map(({ pkg }) => pkg.foundBy));
}

/**
 * A packaging that records no digests names what it brought, and no more can be asked of it. A line without a digest where
 * others of the same database have one explains nothing: it was added, or its digest was taken out.
 */
export function isInDatabaseWithoutDigests(
  owner: Subject | undefined,
  recording: ReadonlySet<string>,
): boolean {
  return owner?.isSystem === true && !recording.has(owner.pkg.foundBy);
}

function hasDigests({ findings, isSystem }: Subject): boolean {
  const { matchedCount, mismatchedCount } = findings.files;
  return isSystem && matchedCount + mismatchedCount > 0;
}
