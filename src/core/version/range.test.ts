import { describe, expect, it } from 'vitest';
import {
  type Side,
  isAffected,
  outside,
  satisfies,
  type SchemeId,
  type VersionRange,
} from './index.ts';

describe('the range of an advisory', () => {
  it.each<
    [
      name: string,
      scheme: SchemeId,
      version: string,
      range: VersionRange,
      expected: boolean | undefined,
    ]
  >([
    ['0 comes before the first pre-release', 'semver', '0.0.0-alpha', { introduced: '0' }, true],
    ['0 comes before a Debian version with a tilde', 'deb', '0~rc1', { introduced: '0' }, true],
    ['introduced is inside', 'npm', '1.0.0', { introduced: '1.0.0' }, true],
    ['below introduced', 'npm', '0.9.9', { introduced: '1.0.0' }, false],
    ['a pre-release of introduced lies below', 'npm', '1.0.0-rc.1', { introduced: '1.0.0' }, false],
    ['fixed is outside', 'npm', '1.2.0', { introduced: '0', fixed: '1.2.0' }, false],
    [
      'a pre-release of fixed is affected',
      'npm',
      '1.2.0-rc.1',
      { introduced: '0', fixed: '1.2.0' },
      true,
    ],
    ['last affected is inside', 'pypi', '1.2.0', { introduced: '0', lastAffected: '1.2' }, true],
    ['after last affected', 'pypi', '1.2.1', { introduced: '0', lastAffected: '1.2' }, false],
    [
      'a post-release comes after last affected',
      'pypi',
      '1.2.post1',
      { introduced: '0', lastAffected: '1.2' },
      false,
    ],
    ['limit is outside', 'npm', '2.0.0', { introduced: '1.0.0', limit: '2.0.0' }, false],
    ['a star is no limit', 'npm', '2.0.0', { introduced: '1.0.0', limit: '*' }, true],
    [
      'a backport is fixed',
      'deb',
      '1.0-1+deb12u2',
      { introduced: '0', fixed: '1.0-1+deb12u2' },
      false,
    ],
    ['an Alpine revision', 'apk', '3.1.4-r5', { introduced: '0', fixed: '3.1.4-r6' }, true],
    ['a fix of 0 affects nothing', 'apk', '3.1.4-r5', { introduced: '0', fixed: '0' }, false],
    ['an unreadable version', 'npm', 'latest', { introduced: '0', fixed: '1.0.0' }, undefined],
    ['an unreadable version in an endless range', 'npm', 'latest', { introduced: '0' }, true],
    ['an unreadable fix', 'npm', '1.0.0', { introduced: '0', fixed: 'soon' }, undefined],
    [
      'an unreadable fix that does not matter',
      'npm',
      '1.0.0',
      { introduced: '2.0.0', fixed: 'soon' },
      false,
    ],
    ['a lenient version', 'npm', '1.2', { introduced: '0', fixed: '1.2.0.1' }, true],
  ])('%s', (_, ...[scheme, version, range, expected]) => {
    expect(satisfies(scheme, version, range)).toBe(expected);
    expect(isAffected(scheme, version, [range], [])).toBe(expected);
  });

  it('affects what one of the ranges holds', () => {
    const ranges = [
      { introduced: '1.0.0', fixed: '1.2.0' },
      { introduced: '2.0.0', fixed: '2.1.0' },
    ];
    expect(isAffected('npm', '2.0.5', ranges, [])).toBe(true);
    expect(isAffected('npm', '1.2.0', ranges, [])).toBe(false);
    expect(isAffected('npm', '1.2.0', [], [])).toBe(false);
  });

  it('prefers certainty: one range that holds decides, one that cannot tell leaves it open', () => {
    const open = { introduced: '0', fixed: 'soon' };
    expect(isAffected('npm', '1.0.0', [open, { introduced: '0' }], [])).toBe(true);
    expect(isAffected('npm', '1.0.0', [open, { introduced: '2.0.0' }], [])).toBeUndefined();
  });

  it.each<[string, readonly VersionRange[], readonly string[], boolean | undefined]>([
    ['among versions that are named one by one', [], ['1.0.0', '1.0.1'], undefined],
    ['among the only one that is named', [], ['1.0.0'], undefined],
    ['in a range without an end', [{ introduced: '0' }], ['1.0.0'], true],
    ['in a range with an end', [{ introduced: '0', fixed: '2' }], [], undefined],
    ['where nothing is named', [], [], false],
  ])('is not known of a version that is not known: %s', (_, ranges, versions, expected) => {
    for (const scheme of ['npm', 'pypi', 'maven', 'deb', 'semver'] as const) {
      expect(isAffected(scheme, '', ranges, versions), scheme).toBe(expected);
    }
  });

  it('affects the versions named one by one, in any spelling', () => {
    expect(isAffected('npm', 'latest', [], ['latest'])).toBe(true);
    expect(isAffected('npm', 'latest', [], ['1.0.0'])).toBe(false);
    expect(isAffected('pypi', '1.0.0-RC1', [], ['1.0rc1'])).toBe(true);
    expect(isAffected('npm', '1.0.0', [{ introduced: '0', fixed: 'soon' }], ['1.0.0'])).toBe(true);
  });

  it.each<[version: string, range: VersionRange, expected: Side | undefined]>([
    ['1.0-1', { introduced: '2', fixed: '3' }, 'below'],
    ['3', { introduced: '2', fixed: '3' }, 'above'],
    ['2.5', { introduced: '2', fixed: '3' }, undefined],
    ['9', { introduced: '2' }, undefined],
    ['9', { introduced: '0', lastAffected: '3', limit: '4' }, 'above'],
    ['0~', { introduced: '0', fixed: '3' }, undefined],
  ])('%s lies outside %o: %s', (version, range, expected) => {
    expect(outside('deb', version, range)).toBe(expected);
  });
});

describe('comparators for schemes without a notation of their own', () => {
  it.each<[scheme: SchemeId, version: string, range: string, expected: boolean | undefined]>([
    ['deb', '1.5-1', '>= 1.0, << 2', true],
    ['deb', '2', '>= 1.0, << 2', false],
    ['deb', '2', '>>1 || =3', true],
    ['deb', '2', '*', true],
    ['deb', '2', '', true],
    ['deb', '2', '>=', undefined],
    ['deb', '2', '<> 1', undefined],
    ['deb', '2', '>= a:b', undefined],
    ['apk', '1.2-r3', '>=1.2-r3 <1.3', true],
    ['semver', '1.2.3', '!= 1.2.3', false],
    ['semver', '1.2.3', '1.2.3', true],
    ['semver', 'latest', '>1', undefined],
  ])('%s %s in "%s" is %s', (scheme, version, range, expected) => {
    expect(satisfies(scheme, version, range)).toBe(expected);
  });
});
