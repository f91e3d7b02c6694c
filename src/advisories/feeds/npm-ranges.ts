/**
 * The affected packages of publishers that give two npm ranges: vulnerable versions and patched
 * ones.
 */

import type { VersionRange } from '../../core/model/advisory/advisory.ts';
import { compareVersions, parseVers, versFromNative } from '../../core/version/index.ts';

/** From `from`, inclusive, up to `below`, exclusive, or to `last`, inclusive. */
interface Interval {
  readonly from: string;
  readonly below?: string;
  readonly last?: string;
}

/**
 * Returns the vulnerable intervals without what is patched. Where a patched interval ends one, its
 * beginning is the fix; the end of a line without a fix is a limit. `undefined` where a range
 * cannot be read.
 */
export function affectedByRanges(
  vulnerable: string,
  patched: string | undefined,
): readonly VersionRange[] | undefined {
  const bad = intervalsOf(vulnerable);
  const good = patched === undefined ? [] : intervalsOf(patched);
  if (bad === undefined || good === undefined) return undefined;
  return bad.flatMap((interval) => without(interval, good));
}

/** Returns the ranges, lowest first. */
function without(interval: Interval, patched: readonly Interval[]): readonly VersionRange[] {
  const spans: VersionRange[] = [];
  let { from } = interval;
  for (const fix of patched) {
    if (!isIn(fix.from, interval) && !isIn(from, fix)) continue;
    if (isLower(from, fix.from)) spans.push({ introduced: from, fixed: fix.from });
    if (fix.below === undefined) return spans;
    if (isLower(from, fix.below)) from = fix.below;
  }
  if (!isIn(from, interval)) return spans;
  const { below, last } = interval;
  const end = last === undefined ? below && { limit: below } : { lastAffected: last };
  return [...spans, { introduced: from, ...end }];
}

function isIn(version: string, { from, below, last }: Interval): boolean {
  if (isLower(version, from)) return false;
  if (last !== undefined) return !isLower(last, version);
  return below === undefined || isLower(version, below);
}

function isLower(a: string, b: string): boolean {
  return a !== b && (a === FIRST || (b !== FIRST && compareVersions('npm', a, b) === -1));
}

/** OSV's lowest version, below all pre-releases. */
const FIRST = '0';
/** npm reads `<= 10` as "up to all of 10", and VERS has no words for that. */
const UP_TO_MAJOR = /<=\s*(?<major>\d{1,9})(?![\d.])/g;

/** Returns the intervals, lowest first. */
function intervalsOf(range: string): readonly Interval[] | undefined {
  const spelled = range.replaceAll(UP_TO_MAJOR, (_, major: string) => `<${Number(major) + 1}.0.0`);
  const text = versFromNative('npm', spelled);
  const vers = text === undefined ? undefined : parseVers(text);
  if (vers === undefined) return undefined;
  if (vers.constraints.length === 0) return [{ from: FIRST }];
  const intervals: Interval[] = [];
  let from: string | undefined;
  for (const { operator, version } of vers.constraints) {
    if (operator === '=') intervals.push({ from: version, last: version });
    else if (operator === '>=') from = version;
    else if (operator === '<') intervals.push({ from: from ?? FIRST, below: version });
    else if (operator === '<=') intervals.push({ from: from ?? FIRST, last: version });
    else return undefined;
    if (operator !== '>=') from = undefined;
  }
  if (from !== undefined) intervals.push({ from });
  return intervals;
}
