/**
 * Conan version ranges: `>=1.0 <2`, `~1.2`, `^1.2.3`, alternatives by `||`, and the option
 * `include_prerelease`.
 *
 * Source: the Conan 2 documentation, "Version ranges", section "Expressions". `>=` and `<` stand
 * before the pre-releases of their version (`<2` is `<2-`), and pre-releases are inside only where
 * the range asks for them, by the option or by a hyphen at its end. Refused: other options, an
 * operator without version, `~` and `^` over an item that is not a number.
 */

import { parseConan } from './conan-version.ts';
import { isAllowed, type Compare } from './range.ts';
import type { Alternatives, Comparator, NativeRanges, RangeOptions } from './scheme.ts';

interface ConanRange {
  /** The comparators of each alternative, as written. */
  readonly alternatives: readonly (readonly Comparator[])[];
  readonly hasPrereleases: boolean;
}

const OPERATORS = ['>=', '<=', '>', '<', '='] as const;
const OPTION = /^include_prerelease(?:=(?<value>True|False))?$/;
const BRACKETS = /^\[(?<range>.*)\]$/s;
const SPACES = /\s+/;
const EVERYTHING: Comparator = { operator: '>=', version: '0.0.0' };

/** Returns the ranges of Conan 2. */
export function conanRanges(compare: Compare): NativeRanges {
  return {
    contains(version, text, options) {
      const range = readRange(text);
      const parsed = parseConan(version);
      if (range === undefined || parsed === undefined) return undefined;
      const isOut = parsed.prerelease !== undefined && !allowsPrereleases(range, options);
      return !isOut && isAllowed(compare, version, effective(range));
    },
    bounds(text) {
      const range = readRange(text);
      return range && effective(range);
    },
    constraints: (text) => readRange(text)?.alternatives.flat(),
  };
}

function allowsPrereleases(range: ConanRange, { includePrerelease }: RangeOptions): boolean {
  return includePrerelease ?? range.hasPrereleases;
}

/** Returns the bounds with the hyphens that `>=` and `<` imply. */
function effective({ alternatives }: ConanRange): Alternatives {
  return alternatives.map((one) =>
    one.map(({ operator, version }) => {
      const isBare = !version.includes('-') && !version.includes('+');
      const isImplied = isBare && (operator === '>=' || operator === '<');
      return { operator, version: isImplied ? `${version}-` : version };
    }),
  );
}

function readRange(text: string): ConanRange | undefined {
  const inner = BRACKETS.exec(text.trim())?.groups?.['range'] ?? text;
  const [expression = '', ...settings] = inner.split(',');
  let hasPrereleases = false;
  for (const setting of settings) {
    const option = OPTION.exec(setting.trim());
    if (option === null) return undefined;
    hasPrereleases = option.groups?.['value'] !== 'False';
  }
  const alternatives: Comparator[][] = [];
  for (const part of expression.split('||')) {
    const comparators: Comparator[] = [];
    for (const word of part.trim().split(SPACES)) {
      const isMarked = word.endsWith('-');
      const more = readWord(isMarked ? word.slice(0, -1) : word);
      if (more === undefined) return undefined;
      comparators.push(...more);
      hasPrereleases ||= isMarked;
    }
    alternatives.push(comparators);
  }
  return { alternatives, hasPrereleases };
}

function readWord(word: string): readonly Comparator[] | undefined {
  if (word === '' || word === '*') return [EVERYTHING];
  if (word.startsWith('~') || word.startsWith('^')) return readSpan(word);
  const operator = OPERATORS.find((one) => word.startsWith(one));
  const version = word.slice(operator?.length ?? 0);
  if (parseConan(version) === undefined || version.startsWith('=')) return undefined;
  return [{ operator: operator ?? '=', version }];
}

/** `~` keeps all items but the last of the first two, `^` all up to the first that is not 0. */
function readSpan(word: string): readonly Comparator[] | undefined {
  const version = word.slice(1);
  const items = parseConan(version)?.items;
  if (items === undefined) return undefined;
  const firstNotZero = items.findIndex(({ number, rest }) => number !== 0 || rest !== '');
  const caret = firstNotZero === -1 ? items.length - 1 : firstNotZero;
  const index = word.startsWith('~') ? Math.min(1, items.length - 1) : caret;
  const kept = items.slice(0, index).map(({ number, rest }) => `${number ?? ''}${rest}`);
  const last = items[index];
  if (last === undefined || typeof last.number !== 'number' || last.rest !== '') return undefined;
  const ceiling = [...kept, String(last.number + 1)].join('.');
  return [
    { operator: '>=', version },
    { operator: '<', version: `${ceiling}-` },
  ];
}
