/** Orders for `sort` that are the same on every machine, unlike those of a locale. */

/** Whether the first of two values comes before the second, is equal to it, or comes after it. */
export type Comparison = -1 | 0 | 1;

/** Orders texts by UTF-16 code units. */
export function compareText(a: string, b: string): Comparison {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders the entries of a map by their keys. */
export function compareKeys(
  a: readonly [string, unknown],
  b: readonly [string, unknown],
): Comparison {
  return compareText(a[0], b[0]);
}

/** Orders numbers; neither may be `NaN`. */
export function compareNumbers(a: number, b: number): Comparison {
  return a < b ? -1 : a > b ? 1 : 0;
}
