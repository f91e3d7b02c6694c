import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatVers,
  normalizeVers,
  outside,
  parseVers,
  satisfies,
  versFromNative,
  type SchemeId,
} from './index.ts';

describe('a VERS string', () => {
  it.each([
    ['another scheme', 'vers:nothing/1'],
    ['no scheme', 'vers:'],
    ['no constraints', 'vers:npm/'],
    ['an empty constraint', 'vers:npm/1.0.0||2.0.0'],
    ['a bar at the end', 'vers:npm/1.0.0|'],
    ['white space', 'vers:npm/>=1.0.0| <2.0.0'],
    ['a star beside others', 'vers:npm/*|1.0.0'],
    ['a comparator without version', 'vers:npm/>='],
    ['a version the scheme cannot read', 'vers:npm/latest'],
    ['broken percent-encoding', 'vers:deb/1%zz'],
    ['another notation', '>=1.0.0'],
  ])('is refused for %s', (_, text) => {
    expect(parseVers(text)).toBeUndefined();
    expect(normalizeVers(text)).toBeUndefined();
  });

  it('is sorted by version', () => {
    expect(normalizeVers('vers:deb/2|>=1:1|1.10|<1.9')).toBe('vers:deb/<1.9|1.10|2|>=1:1');
    expect(normalizeVers('vers:npm/*')).toBe('vers:npm/*');
  });

  it('names a scheme by its package-URL type', () => {
    expect(normalizeVers('vers:golang/>=v1.0.0')).toBe('vers:golang/>=v1.0.0');
    expect(normalizeVers('vers:go/*')).toBe('vers:golang/*');
    expect(satisfies('gentoo', '1.0-r1', 'vers:ebuild/>1.0')).toBe(true);
  });

  it('encodes what belongs to the notation', () => {
    expect(formatVers({ scheme: 'pypi', constraints: [{ operator: '<', version: '1!2.0' }] })).toBe(
      'vers:pypi/<1%212.0',
    );
    expect(satisfies('pypi', '3.0', 'vers:pypi/<1%212.0')).toBe(true);
  });

  it.each<[scheme: SchemeId, version: string, range: string, expected: boolean | undefined]>([
    ['npm', '1.0.0', 'vers:npm/*', true],
    ['npm', '1.5.0', 'vers:npm/>=1.0.0|<2.0.0', true],
    ['npm', '2.0.0', 'vers:npm/>=1.0.0|<2.0.0', false],
    ['npm', '2.5.0', 'vers:npm/>=1.0.0|<2.0.0|>=3.0.0', false],
    ['npm', '3.0.0', 'vers:npm/>=1.0.0|<2.0.0|>=3.0.0', true],
    ['npm', '0.5.0', 'vers:npm/<1.0.0|>=2.0.0', true],
    ['npm', '1.0.0', 'vers:npm/!=1.0.0', false],
    ['npm', '1.0.1', 'vers:npm/!=1.0.0', true],
    ['npm', '1.5.0', 'vers:npm/>=1.0.0|!=1.5.0|<2.0.0', false],
    ['npm', '1.5.0', 'vers:npm/1.5.0|>=2.0.0', true],
    ['npm', '1.6.0', 'vers:npm/1.5.0|>=2.0.0', false],
    ['npm', '2.5.0', 'vers:npm/>=2.0.0|>3.0.0', true],
    ['deb', '1.0-1+deb12u1', 'vers:deb/<1.0-1+deb12u2', true],
    ['npm', 'latest', 'vers:npm/<1.0.0', undefined],
    ['npm', '1.0.0', 'vers:pypi/<2.0.0', undefined],
    ['npm', '1.0.0', 'vers:npm/|', undefined],
  ])('%s %s in %s is %s', (scheme, version, range, expected) => {
    expect(satisfies(scheme, version, range)).toBe(expected);
  });

  it('tells the side', () => {
    expect(outside('npm', '3.0.0', 'vers:npm/>=1.0.0|<2.0.0')).toBe('above');
    expect(outside('npm', '0.1.0', 'vers:npm/>=1.0.0|<2.0.0')).toBe('below');
    expect(outside('npm', '9.0.0', 'vers:npm/1.0.0|>=2.0.0')).toBeUndefined();
  });

  it('says of a version what sorted pairs of bounds say, in any order of the text', () => {
    const version = fc.integer({ min: 0, max: 9 }).map((n) => `${n}.0.0`);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(version, cuts, fc.boolean(), (v, numbers, isReversed) => {
        const ordered = numbers.toSorted((a, b) => a - b);
        const parts = ordered.map((n, at) => `${at % 2 === 0 ? '>=' : '<'}${n}.0.0`);
        const isIn = ordered.filter((n) => n <= Number.parseInt(v, 10)).length % 2 === 1;
        if (isReversed) parts.reverse();
        expect(satisfies('npm', v, `vers:npm/${parts.join('|')}`)).toBe(isIn);
      }),
    );
  });
});

describe('a VERS string from a native range', () => {
  it.each<[scheme: SchemeId, range: string, expected: string | undefined]>([
    ['npm', '^1.2.9', 'vers:npm/>=1.2.9|<2.0.0'],
    ['npm', '~0.2.1-beta', 'vers:npm/>=0.2.1-beta|<0.3.0'],
    ['npm', '1.2.x || >=3', 'vers:npm/>=1.2.0|<1.3.0|>=3.0.0'],
    ['npm', '1.2.3 - 2.3.4', 'vers:npm/>=1.2.3|<=2.3.4'],
    ['npm', '2.x || 1.x', 'vers:npm/>=1.0.0|<2.0.0|>=2.0.0|<3.0.0'],
    ['npm', '*', 'vers:npm/*'],
    ['npm', '1.0.0 || *', 'vers:npm/*'],
    ['npm', 'latest', undefined],
    ['pypi', '!=5', 'vers:pypi/!=5'],
    ['pypi', '>=1.0,<2.0,!=1.5', 'vers:pypi/>=1.0|!=1.5|<2.0'],
    ['pypi', '~=2.2', 'vers:pypi/>=2.2|<3.dev0'],
    ['pypi', '==1.4.*', 'vers:pypi/>=1.4.dev0|<1.5.dev0'],
    ['pypi', '!=1.4.*', 'vers:pypi/<1.4.dev0|>=1.5.dev0'],
    ['pypi', '', 'vers:pypi/*'],
    ['pypi', '===1.0', undefined],
    ['deb', '<< 1:2.0-1', 'vers:deb/<1:2.0-1'],
    ['apk', '>=1.0 <2 || 3.0', 'vers:apk/>=1.0|<2|3.0'],
  ])('%s "%s" is %s', (scheme, range, expected) => {
    expect(versFromNative(scheme, range)).toBe(expected);
  });
});
