/** Versions that are nothing but a row of numbers. */

import { compareNumbers } from '../base/compare.ts';
import { compareDigits, endOfDigits, readDigits, type Digits } from './digits.ts';
import type { Order } from './scheme.ts';

/** Reads numbers parted by one of the separators each; `undefined` where anything else stands. */
export function readNumberRow(text: string, separators: string): readonly Digits[] | undefined {
  const numbers: Digits[] = [];
  let at = 0;
  for (;;) {
    const end = endOfDigits(text, at);
    if (end === at) return undefined;
    numbers.push(readDigits(text, at, end));
    if (end === text.length) return numbers;
    if (!separators.includes(text.charAt(end))) return undefined;
    at = end + 1;
  }
}

/** Order by the first number that differs; a row that goes on is higher, even with zeros. */
export function compareNumberRows(a: readonly Digits[], b: readonly Digits[]): Order {
  const count = Math.min(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  if (a.length === b.length) return 0;
  return compareNumbers(a.length, b.length);
}
