/**
 * Versions of programs as their projects write them, for those that no package manager installed.
 *
 * Sources: the release pages of the projects in `core/model/program/program.ts`, JEP 223 and JEP 322 for Java.
 * Read are
 * - numbers parted by dots or `_`: `17.12`, `2.4.71`, `27.3.4.1`;
 * - letters behind the last number, which come after it: `1.0.2k` < `1.0.2za` (OpenSSL), `1.9.16p2`
 *   (sudo), `2.7.0p0` (Ruby);
 * - words that come before: `3.13.0a1` < `3.13.0b2` < `3.13.0rc1` < `3.13.0` (Python, PHP,
 *   PostgreSQL, OpenSSL's `-pre2`);
 * - the three forms of Java 8 and older, which are one: `8u392`, `1.8.0_392`, `8.0.392`;
 * - what builders add, which does not count: `17.0.9+9`, `11.8.9-MariaDB`, `3.0.11-1`,
 *   `2.8.3-86e043a`.
 * Refused: text that does not begin with a number (behind a `v`).
 */

import { compareNumbers, compareText } from '../base/compare.ts';
import {
  compareDigits,
  endOfDigits,
  isDigit,
  isLetter,
  readDigits,
  type Digits,
} from './digits.ts';
import { cacheParsed, parsedScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

interface ProgramVersion {
  readonly numbers: readonly Digits[];
  /** Below 0 before the release, 0 the release itself, above 0 behind it. */
  readonly stage: number;
  /** The letters of a stage behind the release. */
  readonly letters: string;
  /** The number of a stage. */
  readonly count: Digits;
}

/** Words of stages before the release. */
const STAGES: ReadonlyMap<string, number> = new Map([
  ['snapshot', -6],
  ['dev', -6],
  ['a', -5],
  ['alpha', -5],
  ['b', -4],
  ['beta', -4],
  ['m', -4],
  ['milestone', -4],
  ['pre', -3],
  ['preview', -3],
  ['c', -2],
  ['rc', -2],
]);
/**
 * These mean something before a release only with a number: `3.13.0a1`, while `1.0.2a` is a later
 * letter.
 */
const NEEDS_NUMBER: ReadonlySet<string> = new Set(['a', 'b', 'c', 'm']);
/** Longest run of letters that is a letter release: OpenSSL's `1.0.2zk`. */
const MAX_LETTERS = 2;
/** `1.8.0_392`, and what CPE makes of it. */
const OLD_JAVA = /^1\.(?<major>[1-9])\.0(?:[_u]|[-:._]?update_?)(?<update>\d{1,4})(?!\d)/;
const SHORT_JAVA = /^(?<major>[1-9])(?:u|[-:._]?update_?)(?<update>\d{1,4})(?!\d)/;

const parse = cacheParsed(read);

export const program = parsedScheme<ProgramVersion>({
  id: 'program',
  parse,
  order: compareStages,
  isValid: () => true,
  format,
});

function compareStages(a: ProgramVersion, b: ProgramVersion): Order {
  const length = Math.max(a.numbers.length, b.numbers.length);
  for (let at = 0; at < length; at++) {
    const order = compareDigits(a.numbers[at] ?? 0, b.numbers[at] ?? 0);
    if (order !== 0) return order;
  }
  if (a.stage !== b.stage) return compareNumbers(a.stage, b.stage);
  return compareLetters(a.letters, b.letters) || compareDigits(a.count, b.count);
}

/** Orders letters, with `z` < `za`: the alphabet goes on behind its end. */
function compareLetters(a: string, b: string): Order {
  if (a.length !== b.length) return compareNumbers(a.length, b.length);
  return compareText(a, b);
}

function read(text: string): ProgramVersion | undefined {
  const lower = text.trim().toLowerCase();
  const java = (OLD_JAVA.exec(lower) ?? SHORT_JAVA.exec(lower))?.groups;
  if (java !== undefined) {
    return release([Number(java['major']), 0, Number(java['update'])]);
  }
  const start = lower.startsWith('v') ? 1 : 0;
  if (!isDigit(lower.charCodeAt(start))) return undefined;
  const numbers: Digits[] = [];
  let at = start;
  for (;;) {
    const end = endOfDigits(lower, at);
    numbers.push(readDigits(lower, at, end));
    at = end;
    if (!isSeparator(lower.charAt(at)) || !isDigit(lower.charCodeAt(at + 1))) break;
    at += 1;
  }
  return readStage(lower, at, numbers);
}

/** Reads the text behind the numbers. */
function readStage(
  text: string,
  end: number,
  numbers: readonly Digits[],
): ProgramVersion | undefined {
  if (end === text.length || NO_STAGE.includes(text.charAt(end))) return release(numbers);
  const { word, count, mark } = readWord(text, end);
  const stage = NEEDS_NUMBER.has(word) && count === undefined ? undefined : STAGES.get(word);
  if (stage !== undefined) return { numbers, stage, letters: '', count: count ?? 0 };
  // A revision, a commit or a brand of who built it.
  if (mark === '-' || mark === ':') return release(numbers);
  const isLetters = word !== '' && word.length <= MAX_LETTERS;
  if (isLetters) return { numbers, stage: 1, letters: word, count: count ?? 0 };
  return mark === '' ? undefined : release(numbers);
}

/** First characters of texts that builders add. */
const NO_STAGE = '+ ~';
const MARKS = '._-:';

/** Returns a word, what parts it from the numbers before it, and its own number. */
function readWord(
  text: string,
  start: number,
): { readonly mark: string; readonly word: string; readonly count: Digits | undefined } {
  const first = text.charAt(start);
  const mark = MARKS.includes(first) ? first : '';
  const begin = start + mark.length;
  let end = begin;
  while (isLetter(text.charCodeAt(end))) end += 1;
  const word = text.slice(begin, end);
  const next = text.charAt(end);
  const digits = next === '.' || next === '-' ? end + 1 : end;
  const last = endOfDigits(text, digits);
  return { mark, word, count: last > digits ? readDigits(text, digits, last) : undefined };
}

function release(numbers: readonly Digits[]): ProgramVersion {
  return { numbers, stage: 0, letters: '', count: 0 };
}

function isSeparator(character: string): boolean {
  return character === '.' || character === '_';
}

/** Formats a version without zeros at the end, which do not count; the words in one form. */
function format({ numbers, stage, letters, count }: ProgramVersion): string {
  let length = numbers.length;
  while (length > 1 && numbers[length - 1] === 0) length -= 1;
  const main = numbers.slice(0, length).join('.');
  if (stage === 0) return main;
  const word = stage > 0 ? letters : (WORDS.get(stage) ?? '');
  return `${main}${word}${count === 0 && stage > 0 ? '' : String(count)}`;
}

/** One word for each stage before the release. */
const WORDS: ReadonlyMap<number, string> = new Map([
  [-6, 'dev'],
  [-5, 'alpha'],
  [-4, 'beta'],
  [-3, 'pre'],
  [-2, 'rc'],
]);
