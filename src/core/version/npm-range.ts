/**
 * npm ranges: comparators, hyphens, x, `~` and `^`, alternatives by `||`.
 *
 * Source: the documentation of node-semver, "Ranges" and "Range Grammar". A range that breaks the
 * grammar is not read; loosely, its unreadable comparators are dropped, as node-semver does.
 * Without a choice of looseness a comparator may also name a version of another shape (`<1.2.3.4`,
 * `>=1.2-beta`).
 */

import { isSpace } from './digits.ts';
import { readPartial, type PartialVersion } from './npm-partial.ts';
import { orderSatisfies } from './range.ts';
import {
  compareSemantic,
  formatSemantic,
  parseSemantic,
  type SemanticVersion,
} from './semantic-version.ts';
import type { Alternatives, Comparator, NativeRanges, RangeOptions } from './scheme.ts';

/** Reads a version as strictly as is asked; `undefined` as looseness means: by any reading. */
export type ReadVersion = (
  version: string,
  loose: boolean | undefined,
) => SemanticVersion | undefined;

/** The mode of one pass over a range. */
interface Reading {
  /** Leading zeros, and a pre-release without its hyphen. */
  readonly isLoose: boolean;
  /** Unreadable comparators are dropped instead of making the range unreadable. */
  readonly isDropping: boolean;
  /** Comparators may name any version that can be ordered. */
  readonly isLenient: boolean;
  /** Lower bounds that were not written out begin at the first pre-release. */
  readonly hasPrereleases: boolean;
}

type Operator = '' | '<' | '<=' | '=' | '>=' | '>' | '~' | '^';

/** A comparator as written. */
interface Token {
  readonly operator: Operator;
  readonly text: string;
}

/** No version is lower, so nothing is below it. */
const NOTHING: Comparator = { operator: '<', version: '0.0.0-0' };
const SPACES = /\s+/;
const OPERATORS: readonly Operator[] = ['<=', '>=', '<', '>', '=', '~', '^'];

/** Returns the ranges of npm; `readVersion` reads the versions asked about. */
export function npmRanges(readVersion: ReadVersion): NativeRanges {
  return {
    contains(text, range, options) {
      const version = readVersion(text, options.loose);
      const alternatives = readRange(range, options);
      if (version === undefined || alternatives === undefined) return undefined;
      const canonical = formatSemantic(version);
      // To npm `>=0.0.0` is no bound, and beside an alternative that holds everything the others
      // let no pre-releases in.
      const asked = alternatives.map((one) => one.filter((bound) => !isNoBound(bound, options)));
      const everything = asked.find((one) => one.length === 0);
      return (everything === undefined ? asked : [everything]).some((one) =>
        isInside(canonical, version, one, options),
      );
    },
    bounds: readRange,
    constraints: readConstraints,
  };
}

/** Reads a range strictly, and as leniently as the options allow where that fails. */
function readRange(range: string, options: RangeOptions): Alternatives | undefined {
  const hasPrereleases = options.includePrerelease === true;
  const strict = { isLoose: false, isDropping: false, isLenient: false, hasPrereleases };
  if (options.loose === false) return readAlternatives(range, strict);
  if (options.loose === true) {
    return readAlternatives(range, { ...strict, isLoose: true, isDropping: true });
  }
  return (
    readAlternatives(range, strict) ??
    readAlternatives(range, { ...strict, isLoose: true, isLenient: true })
  );
}

function readAlternatives(range: string, reading: Reading): Alternatives | undefined {
  const alternatives: (readonly Comparator[])[] = [];
  for (const text of range.split('||')) {
    const alternative = readAlternative(text.trim(), reading);
    if (alternative !== undefined) alternatives.push(alternative);
    else if (!reading.isDropping) return undefined;
  }
  // What holds nothing has no bounds, and must not hide those of the others.
  const possible = alternatives.filter((one) => !one.some(holdsNothing));
  if (possible.length > 0) return possible;
  return alternatives.length === 0 ? undefined : alternatives;
}

function holdsNothing({ operator, version }: Comparator): boolean {
  return operator === NOTHING.operator && version === NOTHING.version;
}

function isNoBound({ operator, version }: Comparator, options: RangeOptions): boolean {
  const first = options.includePrerelease === true ? '0.0.0-0' : '0.0.0';
  return operator === '>=' && version === first;
}

function readAlternative(text: string, reading: Reading): readonly Comparator[] | undefined {
  if (text === '') return [];
  const hyphenated = readHyphen(text, reading);
  if (hyphenated !== undefined) return hyphenated;
  const comparators: Comparator[] = [];
  let readable = 0;
  for (const token of tokens(text)) {
    const more = readToken(token, reading);
    if (more === undefined) {
      if (!reading.isDropping) return undefined;
      continue;
    }
    readable++;
    comparators.push(...more);
  }
  return readable === 0 ? undefined : comparators;
}

function isInside(
  canonical: string,
  version: SemanticVersion,
  comparators: readonly Comparator[],
  options: RangeOptions,
): boolean {
  for (const { operator, version: bound } of comparators) {
    const order = compareSemantic(canonical, bound);
    if (order === undefined || !orderSatisfies(operator, order)) return false;
  }
  if (version.prerelease.length === 0 || options.includePrerelease === true) return true;
  return comparators.some((comparator) => isPrereleaseOf(version, comparator.version));
}

/** Returns whether the bound is a pre-release of the same three numbers. */
function isPrereleaseOf(version: SemanticVersion, bound: string): boolean {
  const parsed = parseSemantic(bound);
  if (parsed === undefined || parsed.prerelease.length === 0) return false;
  const count = Math.max(parsed.numbers.length, version.numbers.length);
  for (let at = 0; at < count; at++) {
    if ((parsed.numbers[at] ?? 0) !== (version.numbers[at] ?? 0)) return false;
  }
  return true;
}

/**
 * Splits into comparators; white space may stand after the operator, and after `v` and `=` before
 * the version.
 */
function* tokens(text: string): Generator<Token> {
  let at = skip(text, 0, '');
  while (at < text.length) {
    const operator = OPERATORS.find((one) => text.startsWith(one, at)) ?? '';
    at += operator.length;
    if (operator === '~' && text.charAt(at) === '>') at++;
    const start = skip(text, at, '=v');
    let end = start;
    while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
    yield { operator, text: text.slice(start, end) };
    at = skip(text, end, '');
  }
}

/** Returns the position after white space and the given characters. */
function skip(text: string, start: number, characters: string): number {
  let at = start;
  while (
    at < text.length &&
    (isSpace(text.charCodeAt(at)) || characters.includes(text.charAt(at)))
  ) {
    at++;
  }
  return at;
}

function readHyphen(text: string, reading: Reading): readonly Comparator[] | undefined {
  const [first = '', hyphen, last = '', more] = text.split(SPACES);
  if (hyphen !== '-' || more !== undefined) return undefined;
  const from = readPartial(withoutPrefix(first), reading.isLoose);
  const to = readPartial(withoutPrefix(last), reading.isLoose);
  if (from === undefined || to === undefined) return undefined;
  const zero = reading.hasPrereleases ? '-0' : '';
  return [...hyphenStart(from, zero), ...hyphenEnd(to, reading.hasPrereleases)];
}

function withoutPrefix(text: string): string {
  return text.slice(skip(text, 0, '=v'));
}

function hyphenStart(from: PartialVersion, zero: string): readonly Comparator[] {
  if (from.major === undefined) return [];
  const suffix = from.patch !== undefined && from.prerelease !== '' ? from.prerelease : zero;
  return [{ operator: '>=', version: floor(from) + suffix }];
}

function hyphenEnd(to: PartialVersion, hasPrereleases: boolean): readonly Comparator[] {
  if (to.major === undefined) return [];
  if (to.minor === undefined || to.patch === undefined) {
    return [{ operator: '<', version: `${ceiling(to)}-0` }];
  }
  if (hasPrereleases && to.prerelease === '') {
    return [{ operator: '<', version: `${to.major}.${to.minor}.${to.patch + 1}-0` }];
  }
  return [{ operator: '<=', version: floor(to) + to.prerelease }];
}

function readToken(token: Token, reading: Reading): readonly Comparator[] | undefined {
  const partial = readPartial(token.text, reading.isLoose);
  const { operator } = token;
  if (partial === undefined) return reading.isLenient ? readOther(token) : undefined;
  const zero = reading.hasPrereleases ? '-0' : '';
  if (operator === '~' || operator === '^') {
    if (partial.major === undefined) return [];
    const upper = operator === '~' ? ceiling(partial) : caretCeiling(partial);
    return span(partial, upper, zero);
  }
  return partial.isOrderly ? readComparison(operator, partial, zero) : undefined;
}

function readComparison(
  operator: Exclude<Operator, '~' | '^'>,
  partial: PartialVersion,
  zero: string,
): readonly Comparator[] {
  if (partial.major === undefined) return operator === '<' || operator === '>' ? [NOTHING] : [];
  if (partial.minor !== undefined && partial.patch !== undefined) {
    const version = floor(partial) + partial.prerelease;
    return [{ operator: operator === '' ? '=' : operator, version }];
  }
  switch (operator) {
    case '':
    case '=':
      return span(partial, ceiling(partial), zero);
    case '<':
      return [{ operator: '<', version: `${floor(partial)}-0` }];
    case '<=':
      return [{ operator: '<', version: `${ceiling(partial)}-0` }];
    case '>':
      return [{ operator: '>=', version: ceiling(partial) + zero }];
    case '>=':
      return [{ operator: '>=', version: floor(partial) + zero }];
  }
}

/**
 * Returns the range from the version as written, or from the first that an x stands for, up to and
 * without `upper`.
 */
function span(partial: PartialVersion, upper: string, zero: string): readonly Comparator[] {
  const suffix =
    partial.patch === undefined || partial.minor === undefined ? zero : partial.prerelease;
  return [
    { operator: '>=', version: floor(partial) + suffix },
    { operator: '<', version: `${upper}-0` },
  ];
}

/** Returns a version of another shape, compared as it stands. */
function readOther({ operator, text }: Token): readonly Comparator[] | undefined {
  const parsed = parseSemantic(text);
  if (parsed === undefined || operator === '~' || operator === '^') return undefined;
  return [{ operator: operator === '' ? '=' : operator, version: formatSemantic(parsed) }];
}

/** Returns the lowest release that the partial version stands for. */
function floor({ major = 0, minor, patch }: PartialVersion): string {
  return `${major}.${minor ?? 0}.${minor === undefined ? 0 : (patch ?? 0)}`;
}

/** Returns the first release after all that an x stands for. */
function ceiling({ major = 0, minor }: PartialVersion): string {
  return minor === undefined ? `${major + 1}.0.0` : `${major}.${minor + 1}.0`;
}

/** Returns the first release in which the leftmost number that is not 0 differs. */
function caretCeiling({ major = 0, minor, patch }: PartialVersion): string {
  if (major !== 0 || minor === undefined) return `${major + 1}.0.0`;
  if (minor !== 0 || patch === undefined) return `0.${minor + 1}.0`;
  return `0.0.${patch + 1}`;
}

/**
 * Returns VERS constraints. The specification's tests flatten a range without node-semver's finer
 * points, and so does this: no `-0` on upper bounds, numbers left out are zeros (`2.1` is the
 * version 2.1.0) unless an x is written, and `>=1.x` is `1.x`. To decide whether a version is
 * inside, ask the range itself.
 */
function readConstraints(range: string): readonly Comparator[] | undefined {
  const constraints: Comparator[] = [];
  for (const text of range.split('||')) {
    const reading = { isLoose: true, isDropping: false, isLenient: true, hasPrereleases: false };
    const hyphenated = readHyphen(text.trim(), reading);
    if (hyphenated !== undefined) {
      constraints.push(...hyphenated.map(withoutZero));
      continue;
    }
    let count = 0;
    for (const token of tokens(text)) {
      const more = readToken(spellOut(token), reading);
      if (more === undefined) return undefined;
      count += more.length;
      constraints.push(...more.map(withoutZero));
    }
    // With an alternative that holds everything, the others say nothing.
    if (count === 0) return [];
  }
  return constraints;
}

function spellOut(token: Token): Token {
  const partial = readPartial(token.text, true);
  if (partial === undefined || partial.writtenCount === 3 || partial.major === undefined)
    return token;
  if (token.operator === '~' || token.operator === '^') return token;
  if (partial.count === partial.writtenCount) return { ...token, text: floor(partial) };
  return token.operator === '>=' ? { operator: '', text: token.text } : token;
}

function withoutZero(comparator: Comparator): Comparator {
  const { operator, version } = comparator;
  if (operator !== '<' || !version.endsWith('-0')) return comparator;
  return { operator, version: version.slice(0, -2) };
}
