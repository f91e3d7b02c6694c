/**
 * Alpine versions: `number{.number}[letter]{_suffix[number]}[~hash][-rnumber]`.
 *
 * Source: apk-package(5) and the comparison of apk-tools 2 and 3. A version is a row of parts,
 * compared one by one; where the kinds of two parts differ, the one that {@link KIND} ranks higher
 * belongs to the higher version. apk-tools 2 allows a number after the letter (`6.6.2p1`),
 * apk-tools 3 the hash. After the first number, one that begins with a zero is compared as text and
 * lies below all that do not. Text that breaks the grammar ends in a part of the kind `broken`,
 * below the end of a version, as in apk-tools 3; such versions have an order but not a certain one.
 * Words (`unknown`) have none.
 *
 * Ranges are comparators, and the prefix match of apk-world(5), "Package specification": `~1.2`
 * (also `=~` and `~=`) holds the versions whose first parts are those of `1.2`, `>~` and `<~` also
 * what is above or below. The prefix match has no plain bounds, as no version is the lowest that
 * begins with `1.2`.
 */

import { compareNumbers, compareText } from '../base/compare.ts';
import { compareDigits, endOfDigits, isDigit, readDigits, type Digits } from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import { comparatorRanges } from './range.ts';
import type { NativeRanges, Order } from './scheme.ts';

/** Kinds of parts from lowest to highest. */
const KIND = {
  preSuffix: 0,
  broken: 1,
  end: 2,
  revision: 3,
  hash: 4,
  suffixNumber: 5,
  postSuffix: 6,
  letter: 7,
  zeroNumber: 8,
  number: 9,
} as const;

interface Part {
  readonly kind: number;
  readonly value: Digits;
  /** The value is text, not a number. */
  readonly isText: boolean;
}

interface ApkVersion {
  readonly parts: readonly Part[];
  readonly isClean: boolean;
}

/** Suffixes by rank; the first four come before the release, the others after it. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', 'cvs', 'svn', 'git', 'hg', 'p'];
const PRE_SUFFIX_COUNT = 4;
/** The longest come first, so that `pre` is not read as `p`. */
const SUFFIXES_BY_LENGTH = ['alpha', 'beta', 'pre', 'cvs', 'svn', 'git', 'rc', 'hg', 'p'];

const DOT = 46;
const UNDERSCORE = 95;
const HYPHEN = 45;
const WAVE = 126;
const END: Part = { kind: KIND.end, value: 0, isText: false };
const BROKEN: Part = { kind: KIND.broken, value: 0, isText: false };

const parse = cacheParsed(read);

export const apk = parsedScheme<ApkVersion>({
  id: 'apk',
  parse,
  order: (a, b) => compareRows(a.parts, b.parts),
  isValid: ({ isClean }) => isClean,
  isCertain: ({ isClean }) => isClean,
  format: (_parsed, version) => version.trim(),
  ranges: (compare) => rangesWithPrefixes(comparatorRanges(compare)),
});

function compareRows(a: readonly Part[], b: readonly Part[]): Order {
  for (let at = 0; ; at++) {
    const order = comparePart(a[at] ?? END, b[at] ?? END);
    if (order !== 0) return order;
    if (at >= a.length && at >= b.length) return 0;
  }
}

const ALTERNATIVES = '||';
const SPACE_AFTER_OPERATOR = /([<>=~])\s+/g;
const WORDS = /[\s,]+/;
/**
 * A comparator whose operator has the prefix match; a `~` further on begins the hash of a version.
 */
const PREFIX_MATCH = /^(?<operator>[<>=]*~[<>=]*)(?<version>[^<>=~].*)$/;
/** Orders with the prefix that an operator accepts. */
const PREFIX_ORDERS: ReadonlyMap<string, readonly Order[]> = new Map([
  ['~', [0]],
  ['=~', [0]],
  ['~=', [0]],
  ['>~', [0, 1]],
  ['>=~', [0, 1]],
  ['<~', [-1, 0]],
  ['<=~', [-1, 0]],
]);

function rangesWithPrefixes(plain: NativeRanges): NativeRanges {
  const isPlain = (range: string): boolean => !wordsOf(range).some((word) => isPrefixMatch(word));
  return {
    contains(version, range, options) {
      let answer: boolean | undefined = false;
      for (const alternative of range.split(ALTERNATIVES)) {
        const words = wordsOf(alternative);
        const rest = words.filter((word) => !isPrefixMatch(word)).join(' ');
        if (plain.bounds(rest, options) === undefined) return undefined;
        const answers = [
          plain.contains(version, rest, options),
          ...words.filter(isPrefixMatch).map((word) => holdsPrefix(version, word)),
        ];
        if (answers.every((one) => one === true)) answer ||= true;
        else if (!answers.includes(false) && answer === false) answer = undefined;
      }
      return answer;
    },
    bounds: (range, options) => (isPlain(range) ? plain.bounds(range, options) : undefined),
    constraints: (range) => (isPlain(range) ? plain.constraints(range) : undefined),
  };
}

function wordsOf(range: string): readonly string[] {
  return range.replaceAll(ALTERNATIVES, ' ').replace(SPACE_AFTER_OPERATOR, '$1').split(WORDS);
}

function isPrefixMatch(word: string): boolean {
  return PREFIX_MATCH.test(word);
}

/**
 * Returns `undefined` where the operator is none of apk's, or one of the two versions cannot be
 * read.
 */
function holdsPrefix(version: string, word: string): boolean | undefined {
  const { operator = '', version: prefix = '' } = PREFIX_MATCH.exec(word)?.groups ?? {};
  const left = parse(version)?.parts;
  const right = parse(prefix);
  const orders = PREFIX_ORDERS.get(operator);
  if (orders === undefined || left === undefined || right?.isClean !== true) return undefined;
  for (const [at, part] of right.parts.entries()) {
    const order = comparePart(left[at] ?? END, part);
    if (order !== 0) return orders.includes(order);
  }
  return orders.includes(0);
}

function comparePart(a: Part, b: Part): Order {
  if (a.kind !== b.kind) return compareNumbers(a.kind, b.kind);
  if (a.isText) return compareText(String(a.value), String(b.value));
  return compareDigits(a.value, b.value);
}

/** The position of the reader. */
interface Cursor {
  readonly text: string;
  at: number;
  readonly parts: Part[];
  isClean: boolean;
}

function read(version: string): ApkVersion | undefined {
  const cursor: Cursor = { text: version.trim(), at: 0, parts: [], isClean: true };
  if (cursor.text === '') return undefined;
  readNumbers(cursor);
  while (readSuffix(cursor));
  readHash(cursor);
  readRevision(cursor);
  if (cursor.at < cursor.text.length) {
    const first = cursor.text.charCodeAt(0);
    if (!isDigit(first) && first !== DOT) return undefined;
    cursor.parts.push(BROKEN);
    cursor.isClean = false;
  }
  return { parts: cursor.parts, isClean: cursor.isClean };
}

/** Reads the numbers, and the letters that may stand between them. */
function readNumbers(cursor: Cursor): void {
  readNumber(cursor, true);
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === DOT) {
      cursor.at++;
      readNumber(cursor, false);
    } else if (code >= 97 && code <= 122) {
      cursor.at++;
      cursor.parts.push({ kind: KIND.letter, value: code, isText: false });
      if (!isDigit(cursor.text.charCodeAt(cursor.at))) return;
      readNumber(cursor, false);
    } else {
      return;
    }
  }
}

function readNumber(cursor: Cursor, isFirst: boolean): void {
  const { text, at, parts } = cursor;
  const end = endOfDigits(text, at);
  if (end === at) cursor.isClean = false;
  if (isFirst || (end > at && text.charAt(at) !== '0')) {
    parts.push({ kind: KIND.number, value: readDigits(text, at, end), isText: false });
  } else {
    parts.push({ kind: KIND.zeroNumber, value: text.slice(at, end), isText: true });
  }
  cursor.at = end;
}

function readSuffix(cursor: Cursor): boolean {
  const { text, at, parts } = cursor;
  if (text.charCodeAt(at) !== UNDERSCORE) return false;
  const name = SUFFIXES_BY_LENGTH.find((suffix) => text.startsWith(suffix, at + 1));
  if (name === undefined) return false;
  const value = SUFFIXES.indexOf(name);
  const kind = value < PRE_SUFFIX_COUNT ? KIND.preSuffix : KIND.postSuffix;
  parts.push({ kind, value, isText: false });
  const start = at + 1 + name.length;
  const end = endOfDigits(text, start);
  if (end > start) {
    parts.push({ kind: KIND.suffixNumber, value: readDigits(text, start, end), isText: false });
  }
  cursor.at = end;
  return true;
}

function readHash(cursor: Cursor): void {
  const { text, at } = cursor;
  if (text.charCodeAt(at) !== WAVE) return;
  let end = at + 1;
  while (isHexDigit(text.charCodeAt(end))) end++;
  if (end === at + 1) return;
  cursor.parts.push({ kind: KIND.hash, value: text.slice(at + 1, end), isText: true });
  cursor.at = end;
}

function readRevision(cursor: Cursor): void {
  const { text, at } = cursor;
  if (!text.startsWith('-r', at)) return;
  const end = endOfDigits(text, at + 2);
  if (end === at + 2) {
    // apk-tools reads a bare `-r` as `-r0`, but not one that begins a word.
    cursor.isClean = false;
    if (end < text.length && text.charCodeAt(end) !== HYPHEN) return;
  }
  cursor.parts.push({ kind: KIND.revision, value: readDigits(text, at + 2, end), isText: false });
  cursor.at = end;
}

function isHexDigit(code: number): boolean {
  return isDigit(code) || (code >= 97 && code <= 102);
}
