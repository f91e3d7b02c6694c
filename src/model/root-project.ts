/** The project that a target is of, among its packages. */

import type { Package } from './package.ts';

/**
 * Whether a package is only the project that a manifest or lockfile belongs to. It is listed and matched, and it does not
 * show that any dependency was looked at. A compiled program records all that it was built from, so its root does.
 */
export function isRootProject({
  relationship,
  presence,
  ecosystem,
}: Pick<Package, 'relationship' | 'presence' | 'ecosystem'>): boolean {
  // The manifest of a Node package lies where the package is installed.
  return relationship === 'root' && (presence === 'declared' || ecosystem === 'npm');
}
