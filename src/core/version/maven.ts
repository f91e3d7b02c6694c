/**
 * Maven versions.
 *
 * Source: the POM reference, "Version Order Specification", and the documentation of
 * ComparableVersion of Maven 3.9. A version is a row of numbers and qualifiers, parted by dots,
 * hyphens, and changes between digits and other characters, which count as hyphens. The order of
 * places: qualifiers, numbers after a hyphen, numbers after a dot; the end of a version is the
 * qualifier of a release. Zeros and release qualifiers do not count at the end, before a hyphen and
 * before a qualifier. A dot before a qualifier is the same as a hyphen; some releases of Maven
 * place such versions elsewhere (`3.5.0.Beta-1` above `3.5.0-CR-2`), which makes circles. The word
 * of a release before another qualifier does not count, as the specification says; Maven 3.9 sets
 * `1-ga-rc1` above `1-sp`. Refused: empty text, white space, and unresolved properties
 * (`${revision}`).
 */

import { compareNumbers, compareText } from '../base/compare.ts';
import { bracketRanges } from './bracket-range.ts';
import { compareDigits, endOfDigits, isDigit, isSpace, readDigits, type Digits } from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

interface Token {
  readonly rank: number;
  /** Place among the known qualifiers; 0 for a number. */
  readonly place: number;
  /** The qualifier, where it is not a known one; else empty. */
  readonly word: string;
  /** 0 for a qualifier. */
  readonly value: Digits;
}

/** Kinds of places from lowest to highest. */
const RANK = { qualifier: 0, hyphenNumber: 1, dotNumber: 2 } as const;
/** The known qualifiers in order; the empty one is the release. All others come after them. */
const QUALIFIERS = ['alpha', 'beta', 'milestone', 'rc', 'snapshot', '', 'sp'];
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['cr', 'rc'],
  ['ga', ''],
  ['final', ''],
  ['release', ''],
]);
/** Short forms, known only where a digit follows. */
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);
const DOT = 46;
const HYPHEN = 45;
const PROPERTY = '${';
/** Characters that no file system and no repository lets a version have, and those of ranges. */
const FORBIDDEN = /[\s\\/:"<>|?*[\](){},]/u;
const DIGIT = /[0-9]/;
const RELEASE: Token = {
  rank: RANK.qualifier,
  place: QUALIFIERS.indexOf(''),
  word: '',
  value: 0,
};

const parse = cacheParsed(read);

export const maven = parsedScheme<readonly Token[]>({
  id: 'maven',
  parse,
  order: compareTokens,
  isCertain,
  format: (_tokens, version) => version.trim().toLowerCase(),
  ranges: (compare) => bracketRanges(compare, '='),
});

function compareTokens(a: readonly Token[], b: readonly Token[]): Order {
  const count = Math.max(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareToken(a[at] ?? RELEASE, b[at] ?? RELEASE);
    if (order !== 0) return order;
  }
  return 0;
}

/** Words without a number, as `unspecified`, are no versions, though Maven orders them. */
function isCertain(_tokens: readonly Token[], version: string): boolean {
  const text = version.trim();
  return !FORBIDDEN.test(text) && (DIGIT.test(text) || text.includes('.'));
}

function compareToken(a: Token, b: Token): Order {
  if (a.rank !== b.rank) return compareNumbers(a.rank, b.rank);
  if (a.place !== b.place) return compareNumbers(a.place, b.place);
  if (a.word !== b.word) return compareText(a.word, b.word);
  return compareDigits(a.value, b.value);
}

function read(text: string): readonly Token[] | undefined {
  const version = text.trim().toLowerCase();
  if (version === '' || version.includes(PROPERTY)) return undefined;
  const tokens: Token[] = [];
  let at = 0;
  let isAfterHyphen = false;
  for (;;) {
    const code = version.charCodeAt(at);
    if (isSpace(code)) return undefined;
    const isWord = at < version.length && !isDigit(code) && code !== DOT && code !== HYPHEN;
    const end = isWord ? endOfWord(version, at) : endOfDigits(version, at);
    // An empty token is a zero.
    tokens.push(
      isWord
        ? qualifier(version.slice(at, end), isDigit(version.charCodeAt(end)))
        : number(readDigits(version, at, end), isAfterHyphen),
    );
    at = end;
    const separator = version.charCodeAt(at);
    isAfterHyphen = separator !== DOT;
    if (separator === HYPHEN || separator === DOT) at++;
    // A separator at the end parts nothing.
    if (at >= version.length) return trimmed(tokens);
  }
}

function qualifier(word: string, isBeforeDigit: boolean): Token {
  const long = (isBeforeDigit ? SHORT_FORMS.get(word) : undefined) ?? word;
  const known = QUALIFIERS.indexOf(ALIASES.get(long) ?? long);
  return known === -1
    ? { rank: RANK.qualifier, place: QUALIFIERS.length, word, value: 0 }
    : { rank: RANK.qualifier, place: known, word: '', value: 0 };
}

function number(value: Digits, isAfterHyphen: boolean): Token {
  const rank = isAfterHyphen ? RANK.hyphenNumber : RANK.dotNumber;
  return { rank, place: 0, word: '', value };
}

/** Returns the tokens without the zeros and release qualifiers that do not count. */
function trimmed(tokens: readonly Token[]): readonly Token[] {
  const kept: Token[] = [];
  for (const token of tokens.toReversed()) {
    const next = kept.at(-1);
    const isNothing =
      token.value === 0 && (token.rank !== RANK.qualifier || token.place === RELEASE.place);
    if (!isNothing || next?.rank === RANK.dotNumber) kept.push(token);
  }
  return kept.reverse();
}

function endOfWord(version: string, start: number): number {
  let at = start;
  for (; at < version.length; at++) {
    const code = version.charCodeAt(at);
    if (code === DOT || code === HYPHEN || isDigit(code) || isSpace(code)) break;
  }
  return at;
}
