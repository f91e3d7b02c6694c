/**
 * Python version specifiers: `~=`, `==`, `!=`, `<=`, `>=`, `<`, `>`, `===`, separated by commas.
 *
 * Source: PEP 440, "Version specifiers". Where its words leave room (`<` and `>` next to a
 * pre-release or post-release of the same release), this does as `packaging`, which pip uses. `=`
 * is read as `==`, because advisories write it. Not read: environment markers, versions that PEP
 * 440 does not allow.
 */

import { compareDigits, type Digits } from './digits.ts';
import { orderSatisfies } from './range.ts';
import { comparePython, formatPython, readPython, type PythonVersion } from './pypi-version.ts';
import type { Alternatives, Comparator, NativeRanges, RangeOptions } from './scheme.ts';

type Operator = '~=' | '==' | '!=' | '<=' | '>=' | '<' | '>';

interface Specifier {
  readonly operator: Operator;
  readonly text: string;
  readonly version: PythonVersion;
  /** `==2.*`: all versions that begin so. */
  readonly isPrefix: boolean;
}

/** `===` compares texts, so that its version may be anything. */
interface Arbitrary {
  readonly operator: typeof ARBITRARY;
  readonly text: string;
  readonly version: undefined;
}

const ARBITRARY = '===';
/** The longer come before those they begin with. */
const OPERATORS: readonly (readonly [written: string, operator: Operator])[] = [
  ['~=', '~='],
  ['==', '=='],
  ['!=', '!='],
  ['<=', '<='],
  ['>=', '>='],
  ['<', '<'],
  ['>', '>'],
  ['=', '=='],
];
const PREFIX = '.*';

/** Version specifiers of Python as native ranges (PEP 440, "Version specifiers"). */
export const pypiRanges: NativeRanges = {
  contains,
  bounds(range) {
    const specifiers = readSpecifiers(range);
    return specifiers && boundsOf(specifiers);
  },
  constraints(range) {
    const specifiers = readSpecifiers(range);
    if (specifiers === undefined) return undefined;
    return specifiers.every(isReadable) ? specifiers.flatMap(comparatorsOf) : undefined;
  },
};

function contains(text: string, range: string, options: RangeOptions): boolean | undefined {
  const specifiers = readSpecifiers(range);
  if (specifiers === undefined) return undefined;
  const version = readPython(text);
  let isIn: boolean | undefined = true;
  for (const specifier of specifiers) {
    if (specifier.version === undefined) {
      if (specifier.text.toLowerCase() !== text.trim().toLowerCase()) return false;
    } else if (version === undefined) {
      isIn = undefined;
    } else if (!isInside(version, specifier)) {
      return false;
    }
  }
  if (isIn !== true || version === undefined || options.includePrerelease !== false) return isIn;
  return !isPrerelease(version) || specifiers.some(namesPrerelease);
}

function readSpecifiers(range: string): readonly (Specifier | Arbitrary)[] | undefined {
  const specifiers: (Specifier | Arbitrary)[] = [];
  for (const part of range.split(',')) {
    const text = part.trim();
    // Nothing and a star ask nothing.
    if (text === '' || text === '*') continue;
    const specifier = readSpecifier(text);
    if (specifier === undefined) return undefined;
    specifiers.push(specifier);
  }
  return specifiers;
}

function readSpecifier(text: string): Specifier | Arbitrary | undefined {
  if (text.startsWith(ARBITRARY)) {
    const rest = text.slice(ARBITRARY.length).trim();
    return rest === '' ? undefined : { operator: ARBITRARY, text: rest, version: undefined };
  }
  const found = OPERATORS.find(([written]) => text.startsWith(written));
  if (found === undefined) return undefined;
  const [written, operator] = found;
  const rest = text.slice(written.length).trim();
  const isPrefix = rest.endsWith(PREFIX);
  const version = readPython(isPrefix ? rest.slice(0, -PREFIX.length) : rest);
  if (version === undefined) return undefined;
  const specifier = { operator, text: rest, version, isPrefix };
  return isAllowed(specifier) ? specifier : undefined;
}

/**
 * Returns whether a version satisfies a specifier, by the specification's rule for its operator.
 */
function isAllowed({ operator, version, isPrefix }: Specifier): boolean {
  const isEquality = operator === '==' || operator === '!=';
  if (isPrefix) return isEquality && isPlain(version);
  if (version.local !== undefined) return isEquality;
  return operator !== '~=' || version.release.length > 1;
}

/** Only an epoch and a release. */
function isPlain({ prerelease, post, dev, local }: PythonVersion): boolean {
  return (prerelease ?? post ?? dev ?? local) === undefined;
}

function isInside(version: PythonVersion, specifier: Specifier): boolean {
  const bound = specifier.version;
  switch (specifier.operator) {
    case '==':
      return isEqual(version, specifier);
    case '!=':
      return !isEqual(version, specifier);
    case '~=':
      return (
        comparePython(withoutLocal(version), bound) >= 0 &&
        beginsWith(version, bound, bound.release.length - 1)
      );
    case '<':
      if (isPrerelease(version) && !isPrerelease(bound) && isWithinPrereleases(version, bound)) {
        return false;
      }
      return comparePython(version, bound) < 0;
    case '>':
      if (version.post !== undefined && bound.post === undefined && isPostOf(version, bound)) {
        return false;
      }
      return comparePython(withoutLocal(version), bound) > 0;
    case '<=':
    case '>=':
      return orderSatisfies(specifier.operator, comparePython(withoutLocal(version), bound));
  }
}

/** A specifier without a local version passes over that of the version. */
function isEqual(version: PythonVersion, { version: bound, isPrefix }: Specifier): boolean {
  if (isPrefix) return beginsWith(version, bound, bound.release.length);
  const compared = bound.local === undefined ? withoutLocal(version) : version;
  return comparePython(compared, bound) === 0;
}

/** Returns whether the epochs and the first `count` numbers are the same. */
function beginsWith(version: PythonVersion, bound: PythonVersion, count: number): boolean {
  if (compareDigits(version.epoch, bound.epoch) !== 0) return false;
  for (let at = 0; at < count; at++) {
    if (compareDigits(version.release[at] ?? 0, bound.release[at] ?? 0) !== 0) return false;
  }
  return true;
}

/**
 * Returns whether a version is not below the pre-releases of another one, the first of which is its
 * first development release.
 */
function isWithinPrereleases(version: PythonVersion, bound: PythonVersion): boolean {
  return comparePython(version, { ...bound, dev: 0, local: undefined }) >= 0;
}

/**
 * Returns whether a version is a post-release of another one: `1.0a1.post0` is one of `1.0a1`, and
 * not of `1.0`.
 */
function isPostOf(version: PythonVersion, bound: PythonVersion): boolean {
  const base = { ...version, post: undefined, dev: undefined, local: undefined };
  return comparePython(base, bound) === 0;
}

function withoutLocal(version: PythonVersion): PythonVersion {
  return version.local === undefined ? version : { ...version, local: undefined };
}

function isPrerelease(version: PythonVersion): boolean {
  return version.prerelease !== undefined || version.dev !== undefined;
}

function isReadable(specifier: Specifier | Arbitrary): specifier is Specifier {
  return specifier.version !== undefined;
}

function namesPrerelease({ operator, version }: Specifier | Arbitrary): boolean {
  return operator !== '!=' && version !== undefined && isPrerelease(version);
}

/** Returns the bounds in plain order; `!=` and `===` have none. */
function boundsOf(specifiers: readonly (Specifier | Arbitrary)[]): Alternatives {
  const bounding = specifiers.filter(isReadable).filter(({ operator }) => operator !== '!=');
  return [bounding.flatMap(comparatorsOf)];
}

/**
 * Returns a specifier as plain comparisons. What begins with 2 lies from `2.dev0` up to and without
 * `3.dev0`.
 */
function comparatorsOf(specifier: Specifier): readonly Comparator[] {
  const { operator, version, text, isPrefix } = specifier;
  if (operator === '~=') {
    const lowest: Comparator = { operator: '>=', version: text };
    const after = successor(version, version.release.length - 1);
    return after === undefined ? [lowest] : [lowest, { operator: '<', version: after }];
  }
  if (!isPrefix) return [{ operator: operator === '==' ? '=' : operator, version: text }];
  const first = `${formatPython(version)}.dev0`;
  const after = successor(version, version.release.length);
  const [low, high] = operator === '==' ? (['>=', '<'] as const) : (['<', '>='] as const);
  const lower: Comparator = { operator: low, version: first };
  return after === undefined ? [lower] : [lower, { operator: high, version: after }];
}

/**
 * Returns the first version after all that share the first `count` numbers; absent for numbers that
 * are beyond counting.
 */
function successor(version: PythonVersion, count: number): string | undefined {
  const last: Digits = version.release[count - 1] ?? 0;
  if (typeof last !== 'number') return undefined;
  const release = [...version.release.slice(0, count - 1), last + 1];
  return formatPython({
    epoch: version.epoch,
    release,
    prerelease: undefined,
    post: undefined,
    dev: 0,
    local: undefined,
  });
}
