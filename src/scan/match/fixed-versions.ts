/** The versions that fix a finding, the most useful first. */

import { compareText } from '../../core/base/compare.ts';
import type { Affected } from '../../core/model/advisory/advisory.ts';
import type { SchemeId } from '../../core/model/package/ecosystem.ts';
import { compareVersions, isAffected } from '../../core/version/index.ts';

/**
 * Returns all versions that the entries name as fixed. First the lowest one above `installed` that
 * no entry with a fix calls affected, then the others above it in order, then those of older lines.
 * Empty where no fix lies above `installed`: a fix of an older line is nothing to upgrade to.
 */
export function fixedVersionsOf(
  scheme: SchemeId,
  installed: string,
  entries: readonly Affected[],
): readonly string[] {
  const named = new Set<string>();
  const withFix: Affected[] = [];
  for (const entry of entries) {
    if (entry.status === 'notAffected') continue;
    let hasFix = false;
    for (const { fixed } of entry.ranges) {
      if (fixed === undefined) continue;
      named.add(fixed);
      hasFix = true;
    }
    if (hasFix) withFix.push(entry);
  }
  const newer: string[] = [];
  const older: string[] = [];
  for (const fix of [...named].sort((a, b) => compareVersions(scheme, a, b) ?? compareText(a, b))) {
    const isNewer = (compareVersions(scheme, fix, installed) ?? 1) > 0;
    (isNewer ? newer : older).push(fix);
  }
  const [lowest] = newer;
  if (lowest === undefined) return [];
  const first = newer.find((fix) => isClear(scheme, fix, withFix)) ?? lowest;
  return [first, ...newer.filter((fix) => fix !== first), ...older];
}

/** Returns whether no entry affects a version, as far as all of them can be compared with it. */
function isClear(scheme: SchemeId, version: string, entries: readonly Affected[]): boolean {
  return entries.every(
    ({ ranges, versions }) => isAffected(scheme, version, ranges, versions) === false,
  );
}
