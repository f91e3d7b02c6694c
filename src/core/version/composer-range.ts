/**
 * Composer constraints: comparators, hyphens, x, `~` and `^`, alternatives by `|` or `||`.
 *
 * Source: the Composer documentation, "Versions and constraints", section "Writing version
 * constraints". A lower bound without a stability stands before all pre-releases of its version
 * (`>=1.2` is `>=1.2.0.0-dev`), an upper bound that is not included as well. A branch is inside
 * only where it is named, or everything is. Refused: versions that Composer refuses, an operator
 * without version.
 */

import { MODIFIER, readComposer } from './composer-version.ts';
import { isAllowed, type Compare } from './range.ts';
import type { Alternatives, Comparator, NativeRanges } from './scheme.ts';

/** A version as a constraint writes it. */
interface Written {
  /** In its normal form. */
  readonly text: string;
  /** Only those that are written. */
  readonly numbers: readonly string[];
  /** Says how stable it is. */
  readonly hasStability: boolean;
  /** Is nothing but numbers. */
  readonly isPlain: boolean;
  /** Ends in `.x-dev`, which takes the place of a number. */
  readonly isBranch: boolean;
}

const ALTERNATIVES = /\|\|?/;
const SEPARATORS = /[\s,]+/;
const OPERATORS: ReadonlyMap<string, Comparator['operator']> = new Map([
  ['', '='],
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<>', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);
const OPERATOR = /^(?:[<>=!]{1,2}|[~^])/;
const EVERYTHING = /^v?[xX*](?:\.[xX*])*$/;
const WILDCARD = /^v?(?<numbers>\d+(?:\.\d+){0,2})(?:\.[xX*])+$/;
const NUMBERS = new RegExp(
  `^v?(?<numbers>\\d+(?:\\.\\d+){0,3})(?:(?<branch>\\.[x*][.-]?dev)|(?<modifier>${MODIFIER}))(?<build>\\+\\S+)?$`,
  'i',
);
const FLAG = /@(?<stability>stable|RC|beta|alpha|dev)$/i;
/** The lowest of all versions with the same numbers. */
const DEV = '-dev';

/** Returns the constraints of Composer. */
export function composerRanges(compare: Compare): NativeRanges {
  return {
    contains(version, range) {
      const parsed = readComposer(version);
      const alternatives = readConstraint(range);
      if (parsed === undefined || alternatives === undefined) return undefined;
      return parsed.isBranch
        ? alternatives.some((one) => one.every((bound) => allowsBranch(bound, parsed.text)))
        : isAllowed(compare, version, alternatives);
    },
    bounds: readConstraint,
    constraints(range) {
      const alternatives = readConstraint(range);
      if (alternatives?.some((one) => one.length === 0) === true) return [];
      return alternatives?.flat().map(withoutDev);
    },
  };
}

function allowsBranch({ operator, version }: Comparator, branch: string): boolean {
  const isSame = readComposer(version)?.text === branch;
  return operator === '=' ? isSame : operator === '!=' && !isSame;
}

/** VERS has no words for what stands before all pre-releases. */
function withoutDev({ operator, version }: Comparator): Comparator {
  const isBound = operator === '>=' || operator === '<';
  return { operator, version: isBound && version.endsWith(DEV) ? version.slice(0, -4) : version };
}

function readConstraint(range: string): Alternatives | undefined {
  const alternatives: (readonly Comparator[])[] = [];
  for (const text of range.split(ALTERNATIVES)) {
    const alternative = readConjunction(text);
    if (alternative === undefined) return undefined;
    alternatives.push(alternative);
  }
  return alternatives;
}

function readConjunction(text: string): readonly Comparator[] | undefined {
  const comparators: Comparator[] = [];
  const words = text.split(SEPARATORS).filter((word) => word !== '');
  for (let at = 0; at < words.length; at++) {
    let word = words[at] ?? '';
    // An operator may stand apart from its version.
    if (OPERATOR.exec(word)?.[0] === word) word += words[++at] ?? '';
    const isHyphen = words[at + 1] === '-';
    const more = isHyphen ? readHyphen(word, words[at + 2] ?? '') : readWord(word);
    if (more === undefined) return undefined;
    comparators.push(...more);
    if (isHyphen) at += 2;
  }
  return comparators;
}

function readWord(given: string): readonly Comparator[] | undefined {
  const word = given.replace(FLAG, '');
  if (EVERYTHING.test(word)) return [];
  const wildcard = WILDCARD.exec(word)?.groups?.['numbers'];
  if (wildcard !== undefined) return readWildcard(wildcard.split('.'));
  const sign = OPERATOR.exec(word)?.[0] ?? '';
  const version = word.slice(sign.length);
  if (sign !== '~' && sign !== '^') {
    return readComparison(sign, version, FLAG.exec(given)?.groups?.['stability'] ?? '');
  }
  const written = readWritten(version);
  return written && (sign === '~' ? tilde(written) : caret(written));
}

/** `flag` is the stability after an @; a bound without stability takes it (`>=1.0@beta`). */
function readComparison(
  sign: string,
  version: string,
  flag: string,
): readonly Comparator[] | undefined {
  const operator = OPERATORS.get(sign);
  const parsed = readComposer(version);
  if (operator === undefined || parsed?.isValid !== true) return undefined;
  const isBare = !parsed.isBranch && readWritten(version)?.hasStability === false;
  if (!isBare || operator === '=') return [{ operator, version: parsed.text }];
  const isFlagged = flag !== '' && flag.toLowerCase() !== 'stable';
  if (isFlagged) return [{ operator, version: `${parsed.text}-${flag}` }];
  const isOpen = operator === '<' || operator === '>=';
  return [{ operator, version: parsed.text + (isOpen ? DEV : '') }];
}

function readWildcard(numbers: readonly string[]): readonly Comparator[] | undefined {
  const upper = raised(numbers, numbers.length);
  return upper && [{ operator: '>=', version: padded(numbers) + DEV }, upper];
}

/** `~1.2` reaches to 2, `~1.2.3` to 1.3: all numbers but the last stay. */
function tilde(written: Written): readonly Comparator[] | undefined {
  const count = written.numbers.length + (written.isBranch ? 1 : 0);
  const upper = raised(written.numbers, Math.max(1, count - 1));
  return upper && [lower(written), upper];
}

/** All numbers up to the first that is not 0 stay. */
function caret(written: Written): readonly Comparator[] | undefined {
  const [major, minor, patch] = written.numbers;
  let kept = 3;
  if (major !== '0' || minor === undefined) kept = 1;
  else if (minor !== '0' || patch === undefined) kept = 2;
  const upper = raised(written.numbers, kept);
  return upper && [lower(written), upper];
}

function readHyphen(from: string, to: string): readonly Comparator[] | undefined {
  const first = readWritten(from);
  const last = readWritten(to);
  if (first === undefined || last === undefined) return undefined;
  const isWhole = last.numbers.length > 2 || last.hasStability;
  const upper: Comparator | undefined = isWhole
    ? { operator: '<=', version: last.text }
    : raised(last.numbers, last.numbers.length);
  return upper && [lower(first), upper];
}

function lower({ text, isPlain }: Written): Comparator {
  return { operator: '>=', version: text + (isPlain ? DEV : '') };
}

/**
 * Returns the comparator below the version whose number at the given place, from 1, is one higher.
 */
function raised(numbers: readonly string[], place: number): Comparator | undefined {
  const last = Number(numbers[place - 1]);
  if (!Number.isSafeInteger(last + 1)) return undefined;
  const version = padded([...numbers.slice(0, place - 1), String(last + 1)]) + DEV;
  return { operator: '<', version };
}

function padded(numbers: readonly string[]): string {
  return [...numbers, '0', '0', '0'].slice(0, 4).join('.');
}

function readWritten(version: string): Written | undefined {
  const groups = NUMBERS.exec(version)?.groups;
  const parsed = readComposer(version);
  if (groups === undefined || parsed?.isValid !== true) return undefined;
  const { numbers = '', modifier = '', build, branch } = groups;
  const isBranch = branch !== undefined;
  const hasStability = isBranch || modifier !== '';
  const isPlain = !hasStability && build === undefined;
  return { text: parsed.text, numbers: numbers.split('.'), hasStability, isPlain, isBranch };
}
