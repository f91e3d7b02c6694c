/** Orders for `sort` that are the same on every machine, unlike those of a locale. */

/** Orders texts by UTF-16 code units. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders the entries of a map by their keys. */
export function compareKeys(
  a: readonly [string, unknown],
  b: readonly [string, unknown],
): -1 | 0 | 1 {
  return compareText(a[0], b[0]);
}

/** Orders numbers; neither may be `NaN`. */
export function compareNumbers(a: number, b: number): -1 | 0 | 1 {
  return a < b ? -1 : a > b ? 1 : 0;
}
