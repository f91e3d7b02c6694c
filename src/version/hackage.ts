/**
 * Versions of Haskell packages: numbers parted by dots.
 *
 * Source: the Haskell Package Versioning Policy, section "Version numbers", and Cabal's documentation of `Version`: the
 * lexicographic order of the numbers, so that `1.0 < 1.0.0`. Tags (`1.0-old`), which the policy withdrew, are not read,
 * nor is anything else.
 */

import { cacheParsed } from './cache-parsed.ts';
import { compareNumberRows, readNumberRow } from './numbers.ts';
import { comparatorRanges } from './range.ts';
import type { Order, VersionScheme } from './scheme.ts';

const parse = cacheParsed((version) => readNumberRow(version.trim(), '.'));
/** Cabal refuses numbers of several digits that begin with a zero; they leave no doubt about the order. */
const LEADING_ZERO = /(?:^|\.)0[0-9]/;

export const hackage: VersionScheme = {
  id: 'hackage',
  compare,
  isValid: (version) =>
    version.trim() === version && parse(version) !== undefined && !LEADING_ZERO.test(version),
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
