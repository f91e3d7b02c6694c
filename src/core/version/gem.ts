/**
 * Ruby gem versions: `number{.segment}[-prerelease]`.
 *
 * Source: the documentation of Gem::Version and Gem::Requirement, and the behaviour of RubyGems
 * 3.6. A version is a row of numbers and words, parted also where digits and letters meet; a word
 * makes it a pre-release, and a hyphen stands for `.pre.`. Zeros do not count at the end and where
 * they first stand before a word. Words are ordered by character and come before numbers; a missing
 * segment is 0. Refused: all that RubyGems refuses. Empty text, which it reads as 0, is ordered but
 * not certain.
 */

import { compareText } from '../base/compare.ts';
import {
  compareDigits,
  endOfDigits,
  isDigit,
  isLetter,
  readDigits,
  type Digits,
} from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import { translatedRanges } from './range.ts';
import type { Order } from './scheme.ts';

/** A number, or a word. */
type Segment = Digits | { readonly word: string };

const GRAMMAR = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** A pessimistic requirement; the last segment given may grow. */
const PESSIMISTIC = /~>\s*([^\s,|]+)/g;

const ZERO = '0';

/** The text as RubyGems keeps it; `undefined` where it refuses the version. */
const readText = cacheParsed((given) => {
  const text = given.trim();
  if (text === '') return ZERO;
  return GRAMMAR.test(text) ? withoutEmptySegments(text.replaceAll('-', '.pre.')) : undefined;
});
const parse = cacheParsed((version) => {
  const text = readText(version);
  return text === undefined ? undefined : readSegments(withoutInnerZeros(withoutEndZeros(text)));
});

export const gem = parsedScheme<readonly Segment[]>({
  id: 'gem',
  parse,
  order: compareSegments,
  isValid: isNotEmpty,
  isCertain: isNotEmpty,
  format: (_parsed, version) => withoutEndZeros(readText(version) ?? version),
  ranges: (compare) => translatedRanges(compare, translate),
});

function compareSegments(a: readonly Segment[], b: readonly Segment[]): Order {
  const count = Math.max(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareSegment(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  return 0;
}

/** RubyGems reads empty text as 0. It states nothing, so it is not certain. */
function isNotEmpty(_parsed: readonly Segment[], version: string): boolean {
  return version.trim() !== '';
}

/** Two hyphens side by side leave nothing between them. */
function withoutEmptySegments(text: string): string {
  return text
    .split('.')
    .filter((segment) => segment !== '')
    .join('.');
}

/** Orders segments: words come before numbers. */
function compareSegment(a: Segment, b: Segment): Order {
  if (typeof a === 'object') return typeof b === 'object' ? compareText(a.word, b.word) : -1;
  return typeof b === 'object' ? 1 : compareDigits(a, b);
}

function readSegments(version: string): readonly Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  while (at < version.length) {
    const code = version.charCodeAt(at);
    const start = at;
    if (isDigit(code)) {
      at = endOfDigits(version, at);
      segments.push(readDigits(version, start, at));
    } else if (isLetter(code)) {
      while (isLetter(version.charCodeAt(at))) at++;
      segments.push({ word: version.slice(start, at) });
    } else {
      at++;
    }
  }
  return segments;
}

/**
 * Returns the text without the zeros at the end that are segments of their own or follow a letter.
 */
function withoutEndZeros(text: string): string {
  let start = text.length;
  while (start > 0 && isZeroOrDot(text, start - 1)) start--;
  const isAfterLetter = isLetter(text.charCodeAt(start - 1));
  const dot = text.indexOf('.', start);
  if (isAfterLetter) return text.slice(0, start);
  return dot === -1 ? text : text.slice(0, dot);
}

/** Returns the text without the first zeros that stand between a dot and a letter. */
function withoutInnerZeros(text: string): string {
  let at = 0;
  while (at < text.length) {
    // The zeros begin at the start of the text, or after the first dot of the run of zeros and
    // dots.
    let from = at === 0 ? 0 : -1;
    let end = at;
    for (; isZeroOrDot(text, end); end++) {
      if (from === -1 && text.charAt(end) === '.') from = end + 1;
    }
    const hasZeros = from !== -1 && from < end;
    if (hasZeros && isLetter(text.charCodeAt(end))) return text.slice(0, from) + text.slice(end);
    at = end + 1;
  }
  return text;
}

function isZeroOrDot(text: string, at: number): boolean {
  const char = text.charAt(at);
  return char === ZERO || char === '.';
}

function formatSegments(segments: readonly Segment[]): string {
  return segments.map((one) => (typeof one === 'object' ? one.word : String(one))).join('.');
}

/**
 * Spells out `~> 2.2.1`: 2.2.1 and all that follows in 2.2, without the pre-releases of 2.3, which
 * begin at `2.3.A`. What cannot be spelled out stays, and is refused because no comparator begins
 * with `~`. Guide "Patterns", section "Pessimistic version constraint".
 */
function translate(range: string, isForVers: boolean): string {
  const first = isForVers ? '' : '.A';
  return range.replace(PESSIMISTIC, (requirement, version: string) => {
    const ceiling = bump(readSegments(readText(version) ?? ''));
    return ceiling === undefined ? requirement : `>=${version} <${ceiling}${first}`;
  });
}

/**
 * Returns the release after all that a pessimistic requirement holds: the last number but one, and
 * one more.
 */
function bump(segments: readonly Segment[]): string | undefined {
  const firstWord = segments.findIndex((one) => typeof one === 'object');
  const numbers = firstWord === -1 ? segments : segments.slice(0, firstWord);
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  const last = kept.at(-1);
  return typeof last === 'number' ? formatSegments([...kept.slice(0, -1), last + 1]) : undefined;
}
