/**
 * The order of PHP's `version_compare`.
 *
 * Source: the PHP manual, `version_compare`. Runs of digits and runs of letters, parted by anything
 * else, are compared one by one: any other word < `dev` < `alpha` = `a` < `beta` = `b` < `RC` =
 * `rc` < the end < numbers < `pl` = `p`. Only the beginning of a word counts (`patch` is `p`), and
 * words of one rank are equal.
 */

import { compareNumbers } from '../base/compare.ts';
import {
  compareDigits,
  endOfDigits,
  isDigit,
  isLetter,
  readDigits,
  type Digits,
} from './digits.ts';
import { cacheParsed } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

interface Part {
  readonly rank: number;
  readonly value: Digits;
}

/** The words by their beginnings, in the order in which they are tried. */
const WORDS: readonly (readonly [start: string, rank: number])[] = [
  ['dev', 1],
  ['a', 2],
  ['b', 3],
  ['RC', 4],
  ['rc', 4],
  ['p', 7],
];
const NUMBER_RANK = 6;
const END: Part = { rank: 5, value: 0 };

const parse = cacheParsed(read);

/** Orders two texts; every text has an order. */
export function comparePhp(a: string, b: string): Order {
  const left = parse(a);
  const right = parse(b);
  const count = Math.max(left.length, right.length);
  for (let at = 0; at < count; at++) {
    const order = comparePart(left[at] ?? END, right[at] ?? END);
    if (order !== 0) return order;
  }
  return 0;
}

function comparePart(a: Part, b: Part): Order {
  if (a.rank !== b.rank) return compareNumbers(a.rank, b.rank);
  return compareDigits(a.value, b.value);
}

function read(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const start = at;
    if (isDigit(code)) {
      at = endOfDigits(text, at);
      parts.push({ rank: NUMBER_RANK, value: readDigits(text, start, at) });
    } else if (isLetter(code)) {
      while (isLetter(text.charCodeAt(at))) at++;
      parts.push({ rank: rankOf(text.slice(start, at)), value: 0 });
    } else {
      at++;
    }
  }
  return parts;
}

function rankOf(word: string): number {
  return WORDS.find(([start]) => word.startsWith(start))?.[1] ?? 0;
}
