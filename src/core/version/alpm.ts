/**
 * Arch Linux versions: `[epoch:]version[-release]`.
 *
 * Source: vercmp(8) and PKGBUILD(5), "pkgver", "pkgrel", "epoch". Segments of digits and of letters
 * are compared one by one, as rpm does, with these differences: letters right after digits lie
 * below the end of a version (`1.5b < 1.5`), after a separator above it (`1.5 < 1.5.a`), and more
 * separators are higher than fewer. An absent epoch is 0. Releases are compared only where both
 * versions have one, so a version without release equals every release of it, and the order is
 * transitive only among versions of one form. Separators at the end, which no package has, do not
 * count here, because pacman's order has circles there; such versions are not certain. Refused:
 * empty versions, white space.
 */

import { compareText } from '../base/compare.ts';
import { compareDigits, endOfDigits, isDigit, isLetter, readDigits } from './digits.ts';
import { evrScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

/** PKGBUILD(5): what a version may be made of; here it also ends in a letter or a digit. */
const VERSION = /^(?=.*[A-Za-z0-9]$)[A-Za-z0-9._+]+$/;
/** A number, which may have a second one for rebuilds. */
const RELEASE = /^[0-9]+(?:\.[0-9]+)?$/;

export const alpm = evrScheme({
  id: 'alpm',
  version: VERSION,
  release: RELEASE,
  comparePart,
  compareMissing: () => 0,
});

/** The position in one of the two versions. */
interface Place {
  /** Number of separators before the segment. */
  readonly separators: number;
  readonly kind: 'end' | 'letters' | 'digits';
  readonly start: number;
  readonly end: number;
}

function comparePart(a: string, b: string): Order {
  let left = readPlace(a, 0);
  let right = readPlace(b, 0);
  for (;;) {
    const difference = rank(left) - rank(right);
    if (difference !== 0) return difference < 0 ? -1 : 1;
    if (left.kind === 'end') return 0;
    const order =
      left.kind === 'digits'
        ? compareDigits(readDigits(a, left.start, left.end), readDigits(b, right.start, right.end))
        : compareText(a.slice(left.start, left.end), b.slice(right.start, right.end));
    if (order !== 0) return order;
    left = readPlace(a, left.end);
    right = readPlace(b, right.end);
  }
}

/**
 * Orders places: letters without separator, the end, digits without separator, letters after one
 * separator, digits after one ...
 */
function rank({ separators, kind }: Place): number {
  if (kind === 'end') return 1;
  if (kind === 'letters') return separators === 0 ? 0 : 2 * separators + 1;
  return 2 * separators + 2;
}

function readPlace(text: string, from: number): Place {
  let start = from;
  while (start < text.length && !isSegment(text.charCodeAt(start))) start++;
  const separators = start - from;
  if (start === text.length) return { separators, kind: 'end', start, end: start };
  const digitsEnd = endOfDigits(text, start);
  if (digitsEnd > start) return { separators, kind: 'digits', start, end: digitsEnd };
  let end = start;
  while (isLetter(text.charCodeAt(end))) end++;
  return { separators, kind: 'letters', start, end };
}

function isSegment(code: number): boolean {
  return isDigit(code) || isLetter(code);
}
