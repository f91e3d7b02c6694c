/**
 * RPM versions: `[epoch:]version[-release]`.
 *
 * Source: rpm-version(7) and the algorithm that rpm documents for `rpmvercmp`. An absent epoch is
 * 0; an absent release lies below every release, as `rpm.vercmp` has it. What stands before the
 * first colon is an epoch only when it is made of digits. rpm orders any text; refused here are an
 * empty version and white space, which no package can carry. Other characters only part the
 * segments; a version that has some is ordered but not certain.
 */

import { compareText } from '../base/compare.ts';
import { compareDigits, endOfDigits, isDigit, isLetter, readDigits } from './digits.ts';
import { evrScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

const TILDE = 126;
const CARET = 94;
/** rpm-version(7): what a version and a release may be made of. */
const PART = /^[A-Za-z0-9._+~^]+$/;

export const rpm = evrScheme({
  id: 'rpm',
  version: PART,
  release: PART,
  comparePart,
  compareMissing: (isFirstMissing) => (isFirstMissing ? -1 : 1),
});

/**
 * Compares two versions or releases segment by segment; what is neither letter, digit, `~` nor `^`
 * only parts them. From lowest to highest: `~`, the end, `^`, letters, digits.
 */
function comparePart(a: string, b: string): Order {
  let i = 0;
  let j = 0;
  for (;;) {
    i = endOfSeparators(a, i);
    j = endOfSeparators(b, j);
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    const difference = rank(left) - rank(right);
    if (difference !== 0) return difference < 0 ? -1 : 1;
    if (Number.isNaN(left)) return 0;
    if (left === TILDE || left === CARET) {
      i++;
      j++;
      continue;
    }
    const isNumber = isDigit(left);
    const iEnd = endOfSegment(a, i, isNumber);
    const jEnd = endOfSegment(b, j, isNumber);
    const order = isNumber
      ? compareDigits(readDigits(a, i, iEnd), readDigits(b, j, jEnd))
      : compareText(a.slice(i, iEnd), b.slice(j, jEnd));
    if (order !== 0) return order;
    i = iEnd;
    j = jEnd;
  }
}

function rank(code: number): number {
  if (code === TILDE) return 0;
  if (Number.isNaN(code)) return 1;
  if (code === CARET) return 2;
  return isDigit(code) ? 4 : 3;
}

/** Returns the position after the digits, or after the letters, that begin at `start`. */
function endOfSegment(text: string, start: number, isNumber: boolean): number {
  if (isNumber) return endOfDigits(text, start);
  let end = start;
  while (isLetter(text.charCodeAt(end))) end++;
  return end;
}

function endOfSeparators(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isDigit(code) || isLetter(code) || code === TILDE || code === CARET) break;
  }
  return at;
}
