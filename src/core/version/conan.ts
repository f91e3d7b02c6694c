/**
 * Conan versions: `item{.item}[-prerelease][+build]`.
 *
 * Source: the Conan 2 documentation, "Version ranges", section "Semantic versioning": Semantic
 * Versioning with any number of items, which may hold letters, where zeros at the end do not count
 * and build metadata does. An item that begins with a number is placed by that number and then by
 * what follows it (`1.1.1 < 1.1.1k < 1.1.2`), a word after all numbers; Conan compares a number
 * with such an item as texts, which makes circles (`9 < 10 < 1k < 9`).
 */

import { compareNumbers, compareText } from '../base/compare.ts';
import { conanRanges } from './conan-range.ts';
import { parseConan, type ConanItem, type ConanVersion } from './conan-version.ts';
import { compareDigits } from './digits.ts';
import { parsedScheme } from './scheme-factories.ts';
import type { Order } from './scheme.ts';

/** Matches the versions that a recipe may have. */
const GRAMMAR = /^[a-z0-9_][a-z0-9_+.-]{0,100}$/;

export const conan = parsedScheme<ConanVersion>({
  id: 'conan',
  parse: parseConan,
  order: (a, b) =>
    compareItems(a.items, b.items) ||
    comparePrerelease(a.prerelease, b.prerelease) ||
    compareBuild(a.build, b.build),
  isValid: (_parsed, version) => GRAMMAR.test(version),
  isCertain: (_parsed, version) => GRAMMAR.test(version.trim()),
  format({ items, prerelease, build }) {
    const main = withoutZeros(items);
    // A single empty item needs the zero after it to be seen.
    return (
      (main.length === 0 ? '0' : formatItems(main) || '.0') +
      (prerelease === undefined ? '' : `-${formatItems(prerelease)}`) +
      (build === undefined ? '' : `+${formatItems(build)}`)
    );
  },
  ranges: conanRanges,
});

function comparePrerelease(a: ConanVersion['prerelease'], b: ConanVersion['prerelease']): Order {
  if (a === undefined) return b === undefined ? 0 : 1;
  return b === undefined ? -1 : compareItems(a, b);
}

function compareBuild(a: ConanVersion['build'], b: ConanVersion['build']): Order {
  if (a === undefined) return b === undefined ? 0 : -1;
  return b === undefined ? 1 : compareItems(a, b);
}

function compareItems(a: readonly ConanItem[], b: readonly ConanItem[]): Order {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  for (let at = 0; ; at++) {
    const one = left[at];
    const other = right[at];
    if (one === undefined) return other === undefined ? 0 : -1;
    if (other === undefined) return 1;
    const order = compareItem(one, other);
    if (order !== 0) return order;
  }
}

function compareItem(a: ConanItem, b: ConanItem): Order {
  if (rank(a) !== rank(b)) return compareNumbers(rank(a), rank(b));
  return compareDigits(a.number ?? 0, b.number ?? 0) || compareText(a.rest, b.rest);
}

/** Orders items: nothing, numbers, words. */
function rank({ number, rest }: ConanItem): number {
  if (number !== undefined) return 1;
  return rest === '' ? 0 : 2;
}

function withoutZeros(items: readonly ConanItem[]): readonly ConanItem[] {
  let end = items.length;
  while (end > 0 && isZero(items[end - 1])) end--;
  return end === items.length ? items : items.slice(0, end);
}

function isZero(item: ConanItem | undefined): boolean {
  return item?.number === 0 && item.rest === '';
}

function formatItems(items: readonly ConanItem[]): string {
  return items.map(({ number, rest }) => `${number ?? ''}${rest}`).join('.');
}
