/**
 * Gentoo versions: `number{.number}[letter]{_suffix[number]}[-rnumber]`.
 *
 * Source: Package Manager Specification, sections 3.2 "Version specifications" and 3.3 "Version
 * comparison". The first number is compared as such; of the others, where one begins with a zero,
 * both as text without the zeros at the end. More numbers are higher, then comes the letter, then
 * the suffixes one by one: `_alpha`, `_beta`, `_pre` and `_rc` lie below their absence, `_p` above.
 * Refused: what breaks the grammar.
 */

import { compareNumbers, compareText } from '../base/compare.ts';
import { compareDigits, endOfDigits, readDigits, type Digits } from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

interface GentooVersion {
  /** The numbers as text, to preserve the zeros; at least one. */
  readonly numbers: readonly string[];
  readonly letter: string;
  readonly suffixes: readonly Suffix[];
  readonly revision: Digits;
}

interface Suffix {
  readonly rank: number;
  readonly value: Digits;
}

const GRAMMAR =
  /^(?<numbers>[0-9]+(?:\.[0-9]+)*)(?<letter>[a-z]?)(?<suffixes>(?:_(?:alpha|beta|pre|rc|p)[0-9]*)*)(?:-r(?<revision>[0-9]+))?$/;
/** From lowest to highest; the empty one is the absence of a suffix. */
const SUFFIXES = ['alpha', 'beta', 'pre', 'rc', '', 'p'];
const NO_SUFFIX: Suffix = { rank: SUFFIXES.indexOf(''), value: 0 };
const ZEROS_AT_END = /(?<!0)0+$/;

const parse = cacheParsed(read);

export const gentoo = parsedScheme<GentooVersion>({
  id: 'gentoo',
  parse,
  order: (a, b) =>
    compareNumberRows(a.numbers, b.numbers) ||
    compareText(a.letter, b.letter) ||
    compareSuffixes(a.suffixes, b.suffixes) ||
    compareDigits(a.revision, b.revision),
  // `-r0` is the same as none.
  format: ({ revision }, version) =>
    revision === 0 ? version.trim().replace(/-r0+$/, '') : version.trim(),
});

function compareNumberRows(a: readonly string[], b: readonly string[]): Order {
  const count = Math.min(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareNumber(a[at] ?? '', b[at] ?? '', at === 0);
    if (order !== 0) return order;
  }
  if (a.length === b.length) return 0;
  return compareNumbers(a.length, b.length);
}

function compareNumber(a: string, b: string, isFirst: boolean): Order {
  if (!isFirst && (a.startsWith('0') || b.startsWith('0'))) {
    return compareText(withoutZerosAtEnd(a), withoutZerosAtEnd(b));
  }
  return compareDigits(readDigits(a, 0, a.length), readDigits(b, 0, b.length));
}

function withoutZerosAtEnd(digits: string): string {
  return digits.replace(ZEROS_AT_END, '');
}

function compareSuffixes(a: readonly Suffix[], b: readonly Suffix[]): Order {
  const count = Math.max(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const left = a[at] ?? NO_SUFFIX;
    const right = b[at] ?? NO_SUFFIX;
    if (left.rank !== right.rank) return compareNumbers(left.rank, right.rank);
    const order = compareDigits(left.value, right.value);
    if (order !== 0) return order;
  }
  return 0;
}

function read(text: string): GentooVersion | undefined {
  const groups = GRAMMAR.exec(text.trim())?.groups;
  if (groups === undefined) return undefined;
  const { numbers = '', letter = '', suffixes = '', revision = '' } = groups;
  return {
    numbers: numbers.split('.'),
    letter,
    suffixes: suffixes.split('_').slice(1).map(readSuffix),
    revision: readDigits(revision, 0, revision.length),
  };
}

function readSuffix(text: string): Suffix {
  let start = 0;
  while (start < text.length && endOfDigits(text, start) === start) start++;
  return {
    rank: SUFFIXES.indexOf(text.slice(0, start)),
    value: readDigits(text, start, text.length),
  };
}
