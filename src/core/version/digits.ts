/** Numbers of any length, as versions hold them: exact, and linear in the length of the text. */

import { compareNumbers, compareText } from '../base/compare.ts';
import type { Order } from './scheme.ts';

/** A number below 10^15, or the text of a larger one without leading zeros. */
export type Digits = number | string;

/** Longest run of digits that a double holds exactly with certainty. */
const EXACT_DIGITS = 15;
const ZERO = 48;
const NINE = 57;

/**
 * Returns whether a UTF-16 code is an ASCII digit; `NaN`, the code beyond the end of a text, is
 * none.
 */
export function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}

/** Returns whether a UTF-16 code is an ASCII letter. */
export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** Returns whether a UTF-16 code is white space: ASCII, or what Unicode calls so. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return String.fromCharCode(code).trim() === '';
}

/**
 * Returns the position after the digits that begin at `start`; `start` itself where there are none.
 */
export function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

/** Reads the digits from `start` up to `end`; none at all read as 0. */
export function readDigits(text: string, start: number, end: number): Digits {
  let first = start;
  while (first < end && text.charCodeAt(first) === ZERO) first++;
  if (end - first > EXACT_DIGITS) return text.slice(first, end);
  let value = 0;
  for (let at = first; at < end; at++) value = value * 10 + text.charCodeAt(at) - ZERO;
  return value;
}

/** Orders numbers. */
export function compareDigits(a: Digits, b: Digits): Order {
  if (typeof a === 'number') {
    if (typeof b !== 'number') return -1;
    return compareNumbers(a, b);
  }
  if (typeof b === 'number') return 1;
  if (a.length !== b.length) return compareNumbers(a.length, b.length);
  return compareText(a, b);
}
