import pep440 from '@renovatebot/pep440';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isAffected,
  isValidVersion,
  normalizeVersion,
  outside,
  satisfies,
} from './index.ts';

const number = fc.constantFrom('0', '1', '2', '10');
const release = fc.array(number, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
const epoch = fc.constantFrom('', '', '', '1!');
const phase = fc.constantFrom('', '', 'a1', '-alpha', '.b2', 'rc1', '_pre.3', 'c', 'preview1');
const post = fc.constantFrom('', '', '.post1', '-1', 'rev2', '.r3');
const dev = fc.constantFrom('', '', '.dev1', 'dev', '-dev2');
const local = fc.constantFrom('', '', '', '+abc', '+abc.1', '+1', '+1.abc');
const publicVersion = fc.tuple(epoch, release, phase, post, dev).map((parts) => parts.join(''));
const version = fc.tuple(publicVersion, local).map((parts) => parts.join(''));
/** Three numbers, because the oracle does not pad a shorter release when it looks for a prefix. */
const padded = fc
  .tuple(epoch, fc.tuple(number, number, number), phase, post, dev)
  .map(([start, numbers, ...rest]) => start + numbers.join('.') + rest.join(''));
const specifier = fc.oneof(
  fc
    .tuple(fc.constantFrom('<', '<=', '>', '>=', '==', '!=', '~='), padded)
    .map((parts) => parts.join('')),
  fc.tuple(fc.constantFrom('==', '!='), padded, local).map((parts) => parts.join('')),
  fc
    .tuple(fc.constantFrom('==', '!='), epoch, release, fc.constant('.*'))
    .map((parts) => parts.join('')),
);
const RELEASE = /[0-9]+\.[0-9]+\.[0-9]+/;

/** The oracle says of itself that it simplifies `<` and `>` where the releases are the same. */
function isSimplified(version: string, specifier: string): boolean {
  const isExclusive = /^[<>](?!=)/.test(specifier);
  return isExclusive && RELEASE.exec(version)?.[0] === RELEASE.exec(specifier)?.[0];
}

describe('pypi beside the real pep440', () => {
  it('spells as pep440 does', () => {
    fc.assert(
      fc.property(publicVersion, (v) => {
        expect(normalizeVersion('pypi', v)).toBe(pep440.clean(v));
      }),
    );
  });

  it('orders as pep440 does', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions('pypi', a, b), `${a} | ${b}`).toBe(Math.sign(pep440.compare(a, b)));
      }),
      { numRuns: 3000 },
    );
  });

  it('reads specifiers as pep440 does', () => {
    const specifiers = fc.array(specifier, { minLength: 1, maxLength: 2 });
    fc.assert(
      fc.property(padded, specifiers, (v, parts) => {
        fc.pre(!parts.some((part) => isSimplified(v, part)));
        const range = parts.join(', ');
        expect(satisfies('pypi', v, range), `${v} in ${range}`).toBe(
          pep440.satisfies(v, range, { prereleases: true }),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('finds the same versions valid', () => {
    const odd = fc
      .array(fc.constantFrom('0', '1', 'a', 'v', '.', '-', '_', '+', '!', 'post', 'dev', 'rc'), {
        maxLength: 8,
      })
      .map((p) => p.join(''));
    fc.assert(
      fc.property(fc.oneof(version, odd), (v) => {
        expect(isValidVersion('pypi', v), v).toBe(pep440.valid(v) !== null);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('pypi', () => {
  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.0', '', true],
    ['1.0', '= 1.0', true],
    ['1.0+local', '<=1.0', true],
    ['1.0+local', '>1.0', false],
    ['1.0a2+local', '>1.0a1', true],
    ['2.2.post3', '~=2.2', true],
    ['3.0', '~=2.2', false],
    ['2.2', '~=2', undefined],
    ['1.0', '>=1.0+local', undefined],
    ['1.0', '>=1.*', undefined],
    ['1.0', '==1.0a1.*', undefined],
    ['1.0', '>=2004d', undefined],
    ['2004d', '>=1.0', undefined],
    ['2004D', '===2004d', true],
    ['1.0', '>=0.5; python_version < "3"', undefined],
    ['1.5', '>=1.0,!=1.5', false],
    ['2.10', '<2.10.0.post2', true],
    ['2.0rc1', '<2.0', false],
    ['2.0.post1', '>2.0', false],
    ['2.0.post1', '>2.0a1', true],
    ['2.0a1.post1', '>2.0a1', false],
    ['2.0.post1.dev1', '>2.0', false],
    ['2.0rc1', '<2.0', false],
    ['2.0rc1', '<2.0.post1', true],
    ['2.0.post1.dev0', '<2.0.post1', false],
    ['2.0.post1', '>2.0.post0', true],
  ])('%s in "%s" is %s', (v, range, expected) => {
    expect(satisfies('pypi', v, range)).toBe(expected);
  });

  it('holds pre-releases unless they are refused, and then those that a specifier names', () => {
    expect(satisfies('pypi', '2.0a1', '>=1.0')).toBe(true);
    expect(satisfies('pypi', '2.0a1', '>=1.0', { includePrerelease: false })).toBe(false);
    expect(satisfies('pypi', '2.0a1', '>=2.0a1', { includePrerelease: false })).toBe(true);
  });

  it.each([
    ['0.9', '>=1.0,<2.0', 'below'],
    ['2.0', '>=1.0,<2.0', 'above'],
    ['1.5', '>=1.0,<2.0', undefined],
    ['2.0', '~=1.4', 'above'],
    ['3.0a1', '==2.*', 'above'],
    ['2.0', '!=2.0', undefined],
  ])('%s lies outside "%s": %s', (v, range, expected) => {
    expect(outside('pypi', v, range)).toBe(expected);
  });

  it('has an order for versions from before PEP 440 but is not certain of them', () => {
    const ranges = [{ introduced: '0', fixed: '2005.1' }];
    expect(compareVersions('pypi', '2004d', '2005.1')).toBe(-1);
    expect(isAffected('pypi', '2004d', ranges, [])).toBeUndefined();
    expect(isAffected('pypi', '2004d', ranges, ['2004d'])).toBe(true);
    expect(isAffected('pypi', '2004d', [{ introduced: '0' }], [])).toBe(true);
  });

  it.each([
    [' V1.0-ALPHA.1 ', '1.0a1'],
    ['1!01.0-1.DEV', '1!1.0.post1.dev0'],
    ['1.0+Ubuntu_01', '1.0+ubuntu.1'],
    ['2004d', '2004d'],
  ])('the canonical form of "%s" is "%s"', (v, expected) => {
    expect(normalizeVersion('pypi', v)).toBe(expected);
  });

  it('does not take letters outside ASCII for ASCII', () => {
    expect(isValidVersion('pypi', '1.0+\u212a')).toBe(false);
    expect(isValidVersion('pypi', '1.0+\u0130')).toBe(false);
    expect(isValidVersion('pypi', '\u0661.0')).toBe(false);
  });
});
