import fc from 'fast-check';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  outside,
  satisfies,
  type RangeOptions,
} from './index.ts';

const number = fc.constantFrom('0', '0', '1', '2', '3', '10');
const identifier = fc.constantFrom('0', '1', '11', 'alpha', 'beta', 'rc-1', '1a', '-');
const prerelease = fc.oneof(
  { weight: 2, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc
      .array(identifier, { minLength: 1, maxLength: 3 })
      .map((parts) => `-${parts.join('.')}`),
  },
);
const version = fc
  .tuple(number, number, number, prerelease, fc.constantFrom('', '', '', '+build.1'))
  .map(([major, minor, patch, pre, build]) => `${major}.${minor}.${patch}${pre}${build}`);
/** No number after an x: semver reads such disorder together with what stands beside it. */
const places = fc
  .tuple(fc.array(number, { maxLength: 3 }), fc.array(fc.constantFrom('x', '*'), { maxLength: 3 }))
  .map((both) => both.flat().slice(0, 3).join('.'))
  .filter((text) => text !== '');
const partial = fc.oneof(version, places);
const operator = fc.constantFrom(
  '',
  '',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  '~',
  '~>',
  '^',
  '^',
  '> ',
  '>=  ',
  '~ ',
  '^ ',
);
const comparator = fc.tuple(operator, partial).map((parts) => parts.join(''));
const conjunction = fc.oneof(
  fc.array(comparator, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(' ')),
  fc.tuple(partial, partial).map((parts) => parts.join(' - ')),
);
const range = fc
  .array(conjunction, { minLength: 1, maxLength: 2 })
  .map((parts) => parts.join(' || '));

describe('npm beside the real semver', () => {
  it('orders as semver does', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions('npm', a, b)).toBe(semver.compare(a, b));
        expect(compareVersions('semver', a, b)).toBe(semver.compare(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[name: string, options: { loose: boolean; includePrerelease: boolean }]>([
    ['strictly', { loose: false, includePrerelease: false }],
    ['loosely', { loose: true, includePrerelease: false }],
    ['with pre-releases', { loose: false, includePrerelease: true }],
    ['loosely with pre-releases', { loose: true, includePrerelease: true }],
  ])('reads ranges %s as semver does', (_, options) => {
    fc.assert(
      fc.property(version, range, (v, r) => {
        expect(satisfies('npm', v, r, options) ?? false, `${v} in ${r}`).toBe(
          semver.satisfies(v, r, options),
        );
      }),
      { numRuns: 4000 },
    );
  });

  it('says as semver does whether a version lies beyond a range', () => {
    // Where comparators contradict each other nothing is inside, and semver looks at one of them
    // only.
    const simple = fc.oneof(
      comparator,
      fc.tuple(comparator, comparator).map((both) => both.join(' || ')),
    );
    fc.assert(
      fc.property(version, simple, (v, r) => {
        fc.pre(semver.validRange(r) !== null);
        // A pre-release that is not inside lies beyond some ranges, to semver, though their bounds
        // enclose it.
        fc.pre(semver.prerelease(v) === null);
        const side = outside('npm', v, r, { loose: false });
        expect(side === 'above', `${v} above ${r}`).toBe(semver.gtr(v, r));
        expect(side === 'below', `${v} below ${r}`).toBe(semver.ltr(v, r));
      }),
      { numRuns: 3000 },
    );
  });

  it('finds the same versions valid', () => {
    const prefix = fc.constantFrom('', 'v', '=', ' ', 'v ', 'vv');
    const shape = fc.oneof(
      version,
      partial,
      fc.tuple(number, fc.constant('.01.2beta')).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(prefix, shape, (start, rest) => {
        for (const loose of [false, true]) {
          const text = start + rest;
          expect(isValidVersion('npm', text, { loose }), text).toBe(
            semver.valid(text, { loose }) !== null,
          );
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('npm', () => {
  it.each<[version: string, range: string, expected: boolean | undefined, options?: RangeOptions]>([
    ['1.0.0', '>=0.0.0alpha', true],
    ['1.0.0', '>=0.0.0alpha', undefined, { loose: false }],
    ['1.2.3', '<1.2.3.4', true],
    ['1.2.3.4', '<1.2.3.4', false],
    ['1.2.3.5', '>1.2.3.4 <1.3', true],
    ['1.2', '1.2.x', true],
    ['1.2', '1.2.x', undefined, { loose: false }],
    ['1.2.0-rc', '<1.2-beta', false],
    ['1.0.0', '1.0.0 || nonsense', undefined],
    ['1.0.0', '1.0.0 || nonsense', true, { loose: true }],
    ['2.0.0', '>=1.0.0 <nonsense', undefined],
    ['nonsense', '*', undefined],
    ['1.0.0', '', true],
    ['1.0.0', 'v1.0.0', true],
    ['1.0.0', '=1.0.0', true],
    ['1.0.0', '== 1.0.0', true],
  ])('%s in "%s" is %s', (v, r, expected, options) => {
    expect(satisfies('npm', v, r, options)).toBe(expected);
  });

  it.each([
    ['v1.2.3+build', '1.2.3'],
    [' =1.2.3beta ', '1.2.3-beta'],
    ['1.2', '1.2.0'],
    ['1.2.3.4', '1.2.3.4'],
    ['latest', 'latest'],
  ])('the canonical form of "%s" is "%s"', (v, expected) => {
    expect(normalizeVersion('npm', v)).toBe(expected);
  });

  it.each(['', '1.x', '1.2.', '1.2.3-a..b', '1.2.3-a_b', 'latest', '1.2.3.beta', '^1.2.3'])(
    '"%s" has no order',
    (v) => {
      expect(compareVersions('npm', v, '1.0.0')).toBeUndefined();
      expect(compareVersions('semver', v, '1.0.0')).toBeUndefined();
    },
  );

  it('is stricter as semver than as npm', () => {
    expect(isValidVersion('semver', 'v1.2.3')).toBe(false);
    expect(isValidVersion('npm', 'v1.2.3')).toBe(true);
    expect(isValidVersion('semver', '1.2.99999999999999999999')).toBe(true);
    expect(isValidVersion('npm', '1.2.99999999999999999999')).toBe(false);
  });

  it('lies outside only where the range ends', () => {
    expect(outside('npm', '3.0.0', '<2')).toBe('above');
    expect(outside('npm', '3.0.0', '<2 || >4')).toBeUndefined();
    expect(outside('npm', '3.0.0', 'nonsense')).toBeUndefined();
  });
});
