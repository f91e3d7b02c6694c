/** The project that a target is of, among its packages. */

import type { Package } from './package.ts';

/**
 * Returns whether a package is only the project that a manifest or lockfile belongs to. It is
 * listed and matched, and it is no evidence that any dependency was scanned. A compiled program
 * records everything that it was built from, so its root is such evidence.
 */
export function isRootProject({
  relationship,
  presence,
  ecosystem,
}: Pick<Package, 'relationship' | 'presence' | 'ecosystem'>): boolean {
  // The manifest of a Node package lies where the package is installed.
  return relationship === 'root' && (presence === 'declared' || ecosystem === 'npm');
}
