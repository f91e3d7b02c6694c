/** Whether a version answers a request of a manifest. */

import type { RequestedPackage } from '../../model/dependency-manifest.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../model/ecosystem.ts';
import { satisfies } from '../../version/index.ts';

/** Ecosystems whose manifests use the range notation of their version scheme. */
const READABLE: ReadonlySet<Ecosystem> = new Set(['npm', 'packagist', 'pypi', 'rubygems']);

/**
 * False where the version is outside of the range. A range that is no list of versions (a tag, an address, a branch) is
 * answered by any version of the name.
 */
export function mayAnswer(
  ecosystem: Ecosystem,
  { range }: RequestedPackage,
  version: string,
): boolean {
  if (range === '' || version === '' || !READABLE.has(ecosystem)) return true;
  return satisfies(ECOSYSTEMS[ecosystem].scheme, version, range) !== false;
}
