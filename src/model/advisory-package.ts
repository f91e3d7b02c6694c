/** The name and the version under which advisories list a package. */

import { ecosystemRow } from './ecosystem.ts';
import type { Package } from './package.ts';

/**
 * Returns the source package of a system's package, where the advisories of the system name source packages: `libssl3` was
 * built from `openssl`, and its version can differ from that of the source, as after a rebuild (`1.2-3+b1` of `1.2-3`).
 * Otherwise returns the package itself.
 */
export function advisoryPackageOf(
  pkg: Pick<Package, 'ecosystem' | 'name' | 'version' | 'source'>,
): NonNullable<Package['source']> {
  const { kind, isAdvisedByPackage } = ecosystemRow(pkg.ecosystem);
  if (kind === 'os' && isAdvisedByPackage !== true && pkg.source !== undefined) return pkg.source;
  return { name: pkg.name, version: pkg.version };
}
