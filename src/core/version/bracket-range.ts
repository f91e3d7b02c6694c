/**
 * Ranges as intervals in brackets: `[1.0,2.0)`, `(,1.0]`, `[1.0]`, several of them parted by
 * commas.
 *
 * Source: the POM reference, "Dependency Version Requirement Specification"; NuGet, "Package
 * versioning", "Version ranges". Text without brackets is read as comparators (`>= 1.0, < 2.0`), as
 * advisories write them. Refused: an interval without end, an empty one as `(1.0)`, anything
 * between intervals.
 */

import { comparatorRanges, isAllowed, type Compare } from './range.ts';
import type { Alternatives, Comparator, NativeRanges } from './scheme.ts';

const BRACKETS = /[[\](]/;
const COMPARATOR = /[<>=!*|,\s]/;

/** Returns the intervals of a scheme; `bare` is the operator of a version alone. */
export function bracketRanges(compare: Compare, bare: '=' | '>='): NativeRanges {
  const comparators = comparatorRanges(compare);
  const bounds = (range: string): Alternatives | undefined => {
    if (BRACKETS.test(range)) return readIntervals(compare, range);
    const text = range.trim();
    const isBare = text !== '' && !COMPARATOR.test(text);
    return comparators.bounds(isBare ? bare + text : range, {});
  };
  return {
    contains(version, range) {
      const alternatives = bounds(range);
      return alternatives && isAllowed(compare, version, alternatives);
    },
    bounds,
    constraints(range) {
      const alternatives = bounds(range);
      return alternatives?.some((one) => one.length === 0) === true ? [] : alternatives?.flat();
    },
  };
}

function readIntervals(compare: Compare, range: string): Alternatives | undefined {
  const alternatives: (readonly Comparator[])[] = [];
  let at = 0;
  for (;;) {
    while (range.charAt(at) === ' ') at++;
    const start = at;
    while (at < range.length && range.charAt(at) !== ']' && range.charAt(at) !== ')') at++;
    if (at === range.length) return undefined;
    at++;
    const interval = readInterval(compare, range.slice(start, at));
    if (interval === undefined) return undefined;
    alternatives.push(interval);
    while (range.charAt(at) === ' ') at++;
    if (at === range.length) return alternatives;
    if (range.charAt(at) !== ',') return undefined;
    at++;
  }
}

function readInterval(compare: Compare, text: string): readonly Comparator[] | undefined {
  const opens = text.charAt(0);
  const isClosed = text.endsWith(']');
  if (opens !== '[' && opens !== '(') return undefined;
  const [lower = '', upper, ...more] = text
    .slice(1, -1)
    .split(',')
    .map((end) => end.trim());
  if (more.length > 0) return undefined;
  if (upper === undefined) {
    const isExact = opens === '[' && isClosed && isVersion(compare, lower);
    return isExact ? [{ operator: '=', version: lower }] : undefined;
  }
  const comparators: Comparator[] = [];
  if (lower !== '') comparators.push({ operator: opens === '[' ? '>=' : '>', version: lower });
  if (upper !== '') comparators.push({ operator: isClosed ? '<=' : '<', version: upper });
  return comparators.every(({ version }) => isVersion(compare, version)) ? comparators : undefined;
}

/** Every scheme orders 0 if it orders anything. */
function isVersion(compare: Compare, text: string): boolean {
  return compare(text, '0') !== undefined;
}
