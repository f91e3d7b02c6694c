/**
 * Ruby gem versions: `number{.segment}[-prerelease]`.
 *
 * Source: the documentation of Gem::Version and Gem::Requirement. A version is a row of numbers and words, parted also
 * where digits and letters meet; a word makes it a pre-release, and a hyphen stands for `.pre.`. Zeros at the end and
 * before the first word do not count. Places are ordered: words by character, the end, numbers. Empty text is the
 * version 0. Refused: all that RubyGems refuses.
 */

import {
  compareDigits,
  compareText,
  endOfDigits,
  isDigit,
  isLetter,
  readDigits,
  type Digits,
} from './digits.ts';
import { memoize } from './memo.ts';
import { translatedRanges } from './range.ts';
import type { Order, VersionScheme } from './scheme.ts';

/** A number, or a word. */
type Segment = Digits | { readonly word: string };

const GRAMMAR = /^[0-9]+(?:\.[0-9a-zA-Z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** A pessimistic requirement; the last segment given may grow. */
const PESSIMISTIC = /~>\s*([^\s,|]+)/g;

/** The segments as written; `undefined` where RubyGems refuses the version. */
const readSegments = memoize(read);
const parse = memoize((version) => {
  const segments = readSegments(version);
  return segments && canonical(segments);
});

export const gem: VersionScheme = {
  id: 'gem',
  compare,
  isValid: isCertain,
  isCertain,
  normalize(version) {
    const segments = parse(version);
    if (segments === undefined) return version;
    // A version begins with a number.
    return formatSegments(typeof segments[0] === 'object' ? [0, ...segments] : segments) || '0';
  },
  ranges: translatedRanges(compare, translate),
};

function compare(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  if (left === undefined || right === undefined) return undefined;
  for (let at = 0; ; at++) {
    const one = left[at];
    const other = right[at];
    if (one === undefined && other === undefined) return 0;
    const order = compareSegment(one, other);
    if (order !== 0) return order;
  }
}

/** Empty text says nothing, though RubyGems reads it as 0. */
function isCertain(version: string): boolean {
  return version.trim() !== '' && readSegments(version) !== undefined;
}

function compareSegment(a: Segment | undefined, b: Segment | undefined): Order {
  if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (typeof a === 'object' && typeof b === 'object') return compareText(a.word, b.word);
  return typeof a === 'object' || typeof b === 'object' ? 0 : compareDigits(a ?? 0, b ?? 0);
}

function rank(segment: Segment | undefined): number {
  if (segment === undefined) return 1;
  return typeof segment === 'object' ? 0 : 2;
}

function read(text: string): readonly Segment[] | undefined {
  const trimmed = text.trim();
  const version = trimmed === '' ? '0' : trimmed;
  if (!GRAMMAR.test(version)) return undefined;
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
      if (version.charAt(at) === '-') segments.push({ word: 'pre' });
      at++;
    }
  }
  return segments;
}

/** Without the zeros that do not count. */
function canonical(segments: readonly Segment[]): readonly Segment[] {
  const firstWord = segments.findIndex((one) => typeof one === 'object');
  const numberCount = firstWord === -1 ? segments.length : firstWord;
  return [
    ...withoutZeros(segments.slice(0, numberCount)),
    ...withoutZeros(segments.slice(numberCount)),
  ];
}

function withoutZeros(segments: readonly Segment[]): readonly Segment[] {
  let end = segments.length;
  while (end > 0 && segments[end - 1] === 0) end--;
  return segments.slice(0, end);
}

function formatSegments(segments: readonly Segment[]): string {
  return segments.map((one) => (typeof one === 'object' ? one.word : String(one))).join('.');
}

/**
 * Spells out `~> 2.2.1`: 2.2.1 and all that follows in 2.2, without the pre-releases of 2.3, which begin at `2.3.A`.
 * What cannot be spelled out stays, and is refused because no comparator begins with `~`.
 * Guide "Patterns", section "Pessimistic version constraint".
 */
function translate(range: string, isForVers: boolean): string {
  const first = isForVers ? '' : '.A';
  return range.replace(PESSIMISTIC, (requirement, version: string) => {
    const ceiling = bump(readSegments(version) ?? []);
    return ceiling === undefined ? requirement : `>=${version} <${ceiling}${first}`;
  });
}

/** The release after all that a pessimistic requirement holds: the last number but one, and one more. */
function bump(segments: readonly Segment[]): string | undefined {
  const firstWord = segments.findIndex((one) => typeof one === 'object');
  const numbers = firstWord === -1 ? segments : segments.slice(0, firstWord);
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  const last = kept.at(-1);
  return typeof last === 'number' ? formatSegments([...kept.slice(0, -1), last + 1]) : undefined;
}
