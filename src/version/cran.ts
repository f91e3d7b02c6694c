/**
 * Versions of R packages: at least two numbers, parted by dots or hyphens.
 *
 * Source: "Writing R Extensions", section "The DESCRIPTION file", and the documentation of `package_version` and
 * `compareVersion`: numbers are compared one by one, and of two that begin alike the longer is higher (`1.8 < 1.8.0`).
 * A single number is ordered as `numeric_version` does. Refused: anything else.
 */

import { cacheParsed } from './cache-parsed.ts';
import { compareNumberRows, readNumberRow } from './numbers.ts';
import { comparatorRanges } from './range.ts';
import type { Order, VersionScheme } from './scheme.ts';

const parse = cacheParsed((version) => readNumberRow(version.trim(), '.-'));

export const cran: VersionScheme = {
  id: 'cran',
  compare,
  isValid: (version) => version.trim() === version && (parse(version)?.length ?? 0) > 1,
  isCertain: (version) => parse(version) !== undefined,
  normalize: (version) => parse(version)?.join('.') ?? version,
  ranges: comparatorRanges(compare),
};

function compare(a: string, b: string): Order | undefined {
  if (a === b) return 0;
  const left = parse(a);
  const right = parse(b);
  return left && right && compareNumberRows(left, right);
}
