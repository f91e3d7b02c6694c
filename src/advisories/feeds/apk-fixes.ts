/**
 * Fixes as the security databases of apk distributions state them: package versions, of which `0`
 * is none.
 */

import type { Affected } from '../../core/model/advisory/advisory.ts';
import { compareVersions } from '../../core/version/index.ts';

/**
 * Returns the affected packages of a vulnerability that is fixed in these versions of a package.
 */
export function affectedBelow(
  versions: readonly string[],
  place: Pick<Affected, 'ecosystem' | 'release' | 'name'>,
): Affected {
  const fixes = fixesOf(versions);
  return {
    ...place,
    ranges: fixes.map((fixed) => ({ introduced: '0', fixed })),
    versions: [],
    status: fixes.length === 0 ? 'notAffected' : 'fixed',
    ratings: [],
  };
}

/**
 * Returns the fixes. A vulnerability under several versions was fixed again, because the first fix
 * was not complete: the highest counts. All of them do where they have no order, and none where the
 * only one is `0`.
 */
function fixesOf(versions: readonly string[]): readonly string[] {
  const fixes = [...new Set(versions)].filter((version) => version !== '0');
  let highest = fixes[0];
  for (const version of fixes.slice(1)) {
    const order = compareVersions('apk', version, highest ?? version);
    if (order === undefined) return fixes;
    if (order > 0) highest = version;
  }
  return highest === undefined ? [] : [highest];
}
