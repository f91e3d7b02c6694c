/** The scheme of versions that are nothing but a row of numbers. */

import { compareNumbers } from '../base/compare.ts';
import { compareDigits, endOfDigits, readDigits, type Digits } from './digits.ts';
import { cacheParsed, parsedScheme, type ParsedScheme } from './parsed-scheme.ts';
import type { Order, VersionScheme } from './scheme.ts';

type NumberRow = readonly Digits[];

/** What one scheme adds. */
interface NumberScheme extends Pick<ParsedScheme<NumberRow>, 'id' | 'isValid'> {
  /** Characters that can stand between two numbers. */
  readonly separators: string;
}

/** Returns a scheme of rows of numbers. The canonical form has dots between them. */
export function numberScheme({ separators, ...own }: NumberScheme): VersionScheme {
  return parsedScheme<NumberRow>({
    ...own,
    parse: cacheParsed((version) => readNumberRow(version.trim(), separators)),
    order: compareNumberRows,
    format: (numbers) => numbers.join('.'),
  });
}

/** Reads numbers parted by one of the separators each; `undefined` where anything else stands. */
function readNumberRow(text: string, separators: string): NumberRow | undefined {
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
function compareNumberRows(a: NumberRow, b: NumberRow): Order {
  const count = Math.min(a.length, b.length);
  for (let at = 0; at < count; at++) {
    const order = compareDigits(a[at] ?? 0, b[at] ?? 0);
    if (order !== 0) return order;
  }
  return compareNumbers(a.length, b.length);
}
