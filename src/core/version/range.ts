/**
 * Ranges as data, and what they say of a version.
 *
 * Two forms: the range of an advisory ({@link VersionRange}: OSV schema, `affected[].ranges[]`,
 * evaluated as its section "Evaluation" says), and alternatives of comparators, to which native
 * ranges are read.
 */

import type { VersionRange } from '../model/advisory/advisory.ts';
import type { Alternatives, Comparator, NativeRanges, Order, VersionScheme } from './scheme.ts';

/** Order of two versions; `undefined` where there is none. */
export type Compare = (a: string, b: string) => Order | undefined;

/** The side of a range on which a version lies. */
export type Side = 'above' | 'below';

/** OSV: `introduced: "0"` lies before every version, even before the first pre-release of 0. */
const FROM_THE_FIRST = '0';
/** OSV: a `limit` of `*` is no limit. */
const NO_LIMIT = '*';

/**
 * Returns whether a version lies in the range of an advisory. `undefined`: the order with a bound
 * that decides is not known, because the version or the bound cannot be read, or has no certain
 * place.
 */
export function isInRange(
  scheme: VersionScheme,
  version: string,
  range: VersionRange,
): boolean | undefined {
  const { introduced, fixed, lastAffected, limit } = range;
  const start = introduced === FROM_THE_FIRST ? undefined : introduced;
  const isStarted = passes(scheme, version, start, isNotBelow);
  if (isStarted === false) return false;
  const isUnfixed = passes(scheme, version, fixed, isBelow);
  if (isUnfixed === false) return false;
  const isStillAffected = passes(scheme, version, lastAffected, isNotAbove);
  if (isStillAffected === false) return false;
  const isInLimit = passes(scheme, version, limit === NO_LIMIT ? undefined : limit, isBelow);
  if (isInLimit === false) return false;
  return isStarted && isUnfixed && isStillAffected && isInLimit;
}

/**
 * Returns whether a version is among those that an advisory affects: named one by one, or in one of
 * the ranges. `undefined`: not named, in no range, and at least one range cannot tell; or the
 * version is not known, and versions are named.
 */
export function isListedOrInRange(
  scheme: VersionScheme,
  version: string,
  ranges: readonly VersionRange[],
  versions: readonly string[],
): boolean | undefined {
  if (versions.includes(version)) return true;
  let answer: boolean | undefined = version === '' && versions.length > 0 ? undefined : false;
  for (const range of ranges) {
    const isIn = isInRange(scheme, version, range);
    if (isIn === true) return true;
    if (isIn === undefined) answer = undefined;
  }
  return versions.some((listed) => certainOrder(scheme, version, listed) === 0) ? true : answer;
}

/**
 * Returns whether one alternative holds entirely; `undefined` where the order with a comparator
 * that decides is not known.
 */
export function isAllowed(
  compare: Compare,
  version: string,
  alternatives: Alternatives,
): boolean | undefined {
  let answer: boolean | undefined = false;
  for (const comparators of alternatives) {
    const isIn = allHold(compare, version, comparators);
    if (isIn === true) return true;
    if (isIn === undefined) answer = undefined;
  }
  return answer;
}

/**
 * Returns the side on which a version lies of every alternative; `undefined` if it is inside,
 * between, or not comparable.
 */
export function sideOf(
  compare: Compare,
  version: string,
  alternatives: Alternatives,
): Side | undefined {
  if (alternatives.length === 0) return undefined;
  const isBeyond = (side: Side): boolean =>
    alternatives.every((comparators) =>
      comparators.some((comparator) => isBeyondBound(compare, version, comparator, side)),
    );
  if (isBeyond('above')) return 'above';
  return isBeyond('below') ? 'below' : undefined;
}

/** Returns whether the order says what the operator asks. */
export function orderSatisfies(operator: Comparator['operator'], order: Order): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
  }
}

/**
 * Returns the ranges for schemes whose tools have no notation of their own: comparators with `<`,
 * `<=`, `=`, `!=`, `>=`, `>` and Debian's `<<` and `>>`, separated by commas or spaces,
 * alternatives by `||`; `*` or nothing holds everything.
 */
export function comparatorRanges(compare: Compare): NativeRanges {
  return {
    contains(version, range) {
      const alternatives = readComparators(compare, range);
      return alternatives && isAllowed(compare, version, alternatives);
    },
    bounds: (range) => readComparators(compare, range),
    constraints(range) {
      const alternatives = readComparators(compare, range);
      // With an alternative that holds everything, the others say nothing.
      return alternatives?.some((one) => one.length === 0) === true ? [] : alternatives?.flat();
    },
  };
}

/**
 * Returns the ranges of a notation that can be spelled out in comparators. `translate` answers
 * their text; for a VERS string without the finer points that VERS has no words for.
 */
export function translatedRanges(
  compare: Compare,
  translate: (range: string, isForVers: boolean) => string,
): NativeRanges {
  const comparators = comparatorRanges(compare);
  return {
    contains: (version, range, options) =>
      comparators.contains(version, translate(range, false), options),
    bounds: (range, options) => comparators.bounds(translate(range, false), options),
    constraints: (range) => comparators.constraints(translate(range, true)),
  };
}

const OPERATORS: ReadonlyMap<string, Comparator['operator']> = new Map([
  ['', '='],
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>>', '>'],
  ['>=', '>='],
]);
const SEPARATORS = /[\s,]+/;
const OPERATOR_CHARACTERS = '<>=!';

function readComparators(compare: Compare, range: string): Alternatives | undefined {
  const alternatives: Comparator[][] = [];
  for (const text of range.split('||')) {
    const comparators = readConjunction(compare, text);
    if (comparators === undefined) return undefined;
    alternatives.push(comparators);
  }
  return alternatives;
}

function readConjunction(compare: Compare, text: string): Comparator[] | undefined {
  const comparators: Comparator[] = [];
  let pending = '';
  for (const word of text.split(SEPARATORS)) {
    if (word === '' || (word === '*' && pending === '')) continue;
    let end = 0;
    while (end < word.length && OPERATOR_CHARACTERS.includes(word.charAt(end))) end++;
    pending += word.slice(0, end);
    const version = word.slice(end);
    if (version === '') continue;
    const operator = OPERATORS.get(pending);
    // Every scheme orders 0 if it orders anything; what has no order with it is no version.
    if (operator === undefined || compare(version, '0') === undefined) return undefined;
    comparators.push({ operator, version });
    pending = '';
  }
  return pending === '' ? comparators : undefined;
}

function allHold(
  compare: Compare,
  version: string,
  comparators: readonly Comparator[],
): boolean | undefined {
  let isKnown = true;
  for (const comparator of comparators) {
    const order = compare(version, comparator.version);
    if (order === undefined) isKnown = false;
    else if (!orderSatisfies(comparator.operator, order)) return false;
  }
  return isKnown ? true : undefined;
}

function isBeyondBound(
  compare: Compare,
  version: string,
  comparator: Comparator,
  side: Side,
): boolean {
  const order = compare(version, comparator.version);
  if (order === undefined || comparator.operator === '!=') return false;
  const facesUp = comparator.operator.startsWith('<');
  if (comparator.operator !== '=' && facesUp !== (side === 'above')) return false;
  if (comparator.operator === '=' && (side === 'above' ? order < 0 : order > 0)) return false;
  return !orderSatisfies(comparator.operator, order);
}

/** Returns whether the version stands to the bound as asked; an absent bound asks nothing. */
function passes(
  scheme: VersionScheme,
  version: string,
  bound: string | undefined,
  accepts: (order: Order) => boolean,
): boolean | undefined {
  if (bound === undefined) return true;
  const order = certainOrder(scheme, version, bound);
  return order === undefined ? undefined : accepts(order);
}

function certainOrder(scheme: VersionScheme, version: string, bound: string): Order | undefined {
  if (version === bound) return 0;
  if (!scheme.isCertain(version) || !scheme.isCertain(bound)) return undefined;
  return scheme.compare(version, bound);
}

function isBelow(order: Order): boolean {
  return order < 0;
}

function isNotAbove(order: Order): boolean {
  return order <= 0;
}

function isNotBelow(order: Order): boolean {
  return order >= 0;
}
