/**
 * Public entry `./version`: order, ranges and canonical forms of package versions. Nothing here
 * throws.
 */

import type { VersionRange } from '../model/advisory/advisory.ts';
import type { SchemeId } from '../model/package/ecosystem.ts';
import { VERSION_SCHEMES } from './list.ts';
import { isListedOrInRange, isInRange, sideOf, type Side } from './range.ts';
import type { Alternatives, Order, RangeOptions } from './scheme.ts';
import { isVers, parseVers, versBounds, versContains, versFromNativeRange } from './vers.ts';

export type { SchemeId } from '../model/package/ecosystem.ts';
export type { VersionRange } from '../model/advisory/advisory.ts';
export { SCHEME_IDS } from './list.ts';
export { exactlyAllowed } from './exactly-allowed.ts';
export { lowestAllowed } from './lowest-allowed.ts';
export type { Side } from './range.ts';
export type { Comparator, Order, RangeOptions } from './scheme.ts';
export { semanticRange, type RequirementNotation } from './requirement-notation.ts';
export { formatVers, normalizeVers, parseVers, type Vers } from './vers.ts';

/**
 * Orders two versions. `undefined` where the scheme cannot read one of them; identical texts are
 * equal even then. PyPI versions from before PEP 440 and Alpine versions that break the grammar
 * have the order that older tools gave them; {@link isAffected} does not rely on it.
 */
export function compareVersions(scheme: SchemeId, a: string, b: string): Order | undefined {
  return VERSION_SCHEMES[scheme].compare(a, b);
}

/**
 * Returns whether a version is inside a range: a native range (npm, PyPI specifiers; for the other
 * schemes comparators such as `>= 1.2, < 2`), a `vers:` string of the same scheme, or the range of
 * an advisory. `undefined` where the range or the version cannot be read.
 */
export function satisfies(
  scheme: SchemeId,
  version: string,
  range: string | VersionRange,
  options: RangeOptions = {},
): boolean | undefined {
  if (typeof range !== 'string') return isInRange(VERSION_SCHEMES[scheme], version, range);
  if (!isVers(range)) return VERSION_SCHEMES[scheme].ranges.contains(version, range, options);
  const vers = parseVers(range);
  return vers?.scheme === scheme ? versContains(vers, version) : undefined;
}

/**
 * Returns the side on which a version lies of everything that a range holds. Returns `undefined`
 * if it is inside or between, if the range has no end on that side, or if one of the two cannot be
 * read.
 */
export function outside(
  scheme: SchemeId,
  version: string,
  range: string | VersionRange,
  options: RangeOptions = {},
): Side | undefined {
  const { compare } = VERSION_SCHEMES[scheme];
  const bounds = typeof range === 'string' ? readBounds(scheme, range, options) : boundsOf(range);
  if (bounds === undefined || satisfies(scheme, version, range, options) === true) return undefined;
  return sideOf(compare, version, bounds);
}

/**
 * Returns whether the text is a version by the letter of the scheme's specification; npm: strictly
 * unless `loose`.
 */
export function isValidVersion(scheme: SchemeId, version: string, options?: RangeOptions): boolean {
  return VERSION_SCHEMES[scheme].isValid(version, options);
}

/** Returns the canonical form of a version; the text unchanged if the scheme cannot read it. */
export function normalizeVersion(scheme: SchemeId, version: string): string {
  return VERSION_SCHEMES[scheme].normalize(version);
}

/**
 * Returns the VERS string for a range in the scheme's own notation; `undefined` where that cannot
 * be read.
 */
export function versFromNative(scheme: SchemeId, nativeRange: string): string | undefined {
  return versFromNativeRange(scheme, nativeRange);
}

/**
 * Returns whether an advisory affects a version: named in `versions`, or inside one of `ranges`.
 * Returns `undefined` if that cannot be decided, because the version or a bound that decides has no
 * certain order; a matcher reports a gap then.
 */
export function isAffected(
  scheme: SchemeId,
  version: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
): boolean | undefined {
  return isListedOrInRange(VERSION_SCHEMES[scheme], version, ranges, versions);
}

function readBounds(
  scheme: SchemeId,
  range: string,
  options: RangeOptions,
): Alternatives | undefined {
  if (!isVers(range)) return VERSION_SCHEMES[scheme].ranges.bounds(range, options);
  const vers = parseVers(range);
  return vers?.scheme === scheme ? versBounds(vers) : undefined;
}

function boundsOf({ introduced, fixed, lastAffected, limit }: VersionRange): Alternatives {
  return [
    [
      ...(introduced === '0' ? [] : [{ operator: '>=', version: introduced } as const]),
      ...(fixed === undefined ? [] : [{ operator: '<', version: fixed } as const]),
      ...(lastAffected === undefined ? [] : [{ operator: '<=', version: lastAffected } as const]),
      ...(limit === undefined || limit === '*' ? [] : [{ operator: '<', version: limit } as const]),
    ],
  ];
}
