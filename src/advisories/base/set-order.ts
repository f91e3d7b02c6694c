/** The order in which sets of the base are shown. */

import { compareText } from '../../core/base/compare.ts';
import type { SetStatus } from './types.ts';

/**
 * Orders by feed and ecosystem, then by release, where `3.9` comes before `3.10` and both before
 * `edge`.
 */
export function compareSets(a: SetStatus, b: SetStatus): number {
  return (
    compareText(a.feed, b.feed) ||
    compareText(a.ecosystem ?? '', b.ecosystem ?? '') ||
    compareRelease(a.release ?? '', b.release ?? '')
  );
}

const NUMBERS = /^\d{1,9}(?:\.\d{1,9})*$/;

/** Orders releases; names come behind numbers. */
function compareRelease(a: string, b: string): number {
  const isNumbered = NUMBERS.test(a);
  if (isNumbered !== NUMBERS.test(b)) return isNumbered ? -1 : 1;
  return (isNumbered && compareNumbers(a.split('.'), b.split('.'))) || compareText(a, b);
}

function compareNumbers(a: readonly string[], b: readonly string[]): number {
  for (const [index, part] of a.entries()) {
    const difference = Number(part) - Number(b[index] ?? -1);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
