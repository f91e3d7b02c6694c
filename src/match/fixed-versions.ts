/** Which versions fix a finding, the most useful first. */

import { compareText } from '../base/compare.ts';
import type { Affected } from '../model/advisory.ts';
import type { SchemeId } from '../model/ecosystem.ts';
import { compareVersions, isAffected } from '../version/index.ts';

/**
 * All versions that the entries name as fixed. First the lowest one above `installed` that no entry with a fix calls
 * affected, then the others above it in order, then those of older lines. Empty where no fix lies above `installed`:
 * a fix of an older line is nothing to upgrade to.
 */
export function fixedVersionsOf(
  scheme: SchemeId,
  installed: string,
  entries: readonly Affected[],
): readonly string[] {
  const named = entries
    .filter((entry) => entry.status !== 'notAffected')
    .flatMap(({ ranges }) => ranges.flatMap((range) => range.fixed ?? []));
  const order = (a: string, b: string): number =>
    compareVersions(scheme, a, b) ?? compareText(a, b);
  const fixes = [...new Set(named)].sort(order);
  const newer = fixes.filter((fix) => (compareVersions(scheme, fix, installed) ?? 1) > 0);
  if (newer.length === 0) return [];
  const first = firstThatFixes(scheme, newer, entries) ?? newer[0];
  const isNewer = new Set(newer);
  const older = fixes.filter((fix) => !isNewer.has(fix));
  return [
    ...newer.filter((fix) => fix === first),
    ...newer.filter((fix) => fix !== first),
    ...older,
  ];
}

function firstThatFixes(
  scheme: SchemeId,
  candidates: readonly string[],
  entries: readonly Affected[],
): string | undefined {
  const withFix = entries.filter(
    ({ ranges, status }) =>
      status !== 'notAffected' && ranges.some(({ fixed }) => fixed !== undefined),
  );
  return candidates.find((candidate) =>
    withFix.every(
      ({ ranges, versions }) => isAffected(scheme, candidate, ranges, versions) === false,
    ),
  );
}
