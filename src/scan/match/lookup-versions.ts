/** The versions of a package that are compared with advisories. */

import type { Package } from '../../core/model/package/package.ts';
import type { LookupVersion } from './matcher.ts';

/**
 * Returns the claimed version, compared as `compared`, and the one that the content proves, where
 * it differs.
 */
export function lookupVersions(
  pkg: Package,
  compared: string,
): readonly [LookupVersion, ...LookupVersion[]] {
  const claimed = { shown: pkg.version, compared };
  const evidenced = pkg.evidence.evidencedVersion;
  if (evidenced === undefined || evidenced === pkg.version) return [claimed];
  return [claimed, { shown: evidenced, compared: evidenced }];
}
