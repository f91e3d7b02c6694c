/**
 * Versions of Haskell packages: numbers parted by dots.
 *
 * Source: the Haskell Package Versioning Policy, section "Version numbers", and Cabal's
 * documentation of `Version`: the lexicographic order of the numbers, so that `1.0 < 1.0.0`. Tags
 * (`1.0-old`), which the policy withdrew, are not read, nor is anything else.
 */

import { numberScheme } from './scheme-factories.ts';

/**
 * Cabal refuses numbers of several digits that begin with a zero; they leave no doubt about the
 * order.
 */
const LEADING_ZERO = /(?:^|\.)0[0-9]/;

export const hackage = numberScheme({
  id: 'hackage',
  separators: '.',
  isValid: (_numbers, version) => version.trim() === version && !LEADING_ZERO.test(version),
});
