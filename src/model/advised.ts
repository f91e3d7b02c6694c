/** Under which name and version advisories speak of a package. */

import { ecosystemRow } from './ecosystem.ts';
import type { Package } from './package.ts';

/**
 * The source package of a system's package, where the system's advisories are written for those: the binary package
 * `libssl3` was built from `openssl`, and its own version may differ from that of the source, as after a rebuild
 * (`1.2-3+b1` of `1.2-3`). Else the package itself.
 */
export function advisedAs(
  pkg: Pick<Package, 'ecosystem' | 'name' | 'version' | 'source'>,
): NonNullable<Package['source']> {
  const { kind, isAdvisedByPackage } = ecosystemRow(pkg.ecosystem);
  if (kind === 'os' && isAdvisedByPackage !== true && pkg.source !== undefined) return pkg.source;
  return { name: pkg.name, version: pkg.version };
}
