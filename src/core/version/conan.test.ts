import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  outside,
  satisfies,
  versFromNative,
} from './index.ts';

describe('conan', () => {
  it.each(['1.0', '1.1.1k', 'cci.20200203', '1.0-pre+b'])('%s is valid', (version) => {
    expect(isValidVersion('conan', version)).toBe(true);
  });

  it.each(['', 'A', '1 0', '-1', '1*', 'x'.repeat(102)])('"%s" is not valid', (version) => {
    expect(isValidVersion('conan', version)).toBe(false);
  });

  it('does not order empty text and white space', () => {
    expect(compareVersions('conan', '', '1')).toBeUndefined();
    expect(compareVersions('conan', '1 0', '1')).toBeUndefined();
  });

  it.each([
    ['1.0.0', '1'],
    ['0', '0'],
    ['1.01-pre.0+b', '1.1-pre.0+b'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('conan', version)).toBe(expected);
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.5', '>1 <2.0', true],
    ['2.0', '>1 <2.0', false],
    ['1.5', '[>1 <2.0]', true],
    ['1.2.9', '~1.2.3', true],
    ['1.3', '~1.2.3', false],
    ['1.9', '~1', true],
    ['0.2.9', '^0.2.3', true],
    ['0.3', '^0.2.3', false],
    ['0.0.9', '^0', true],
    ['1.0', '^0', false],
    ['1.1.1k', '>=1.1.1 <1.1.1l', true],
    ['1.0', '*', true],
    ['1.0', '=1', true],
    ['2.1.3', '1.0.0 || 2.1.3', true],
    ['2.0-pre', '>1 <2.0', false],
    ['2.0-pre', '>1 <2.0, include_prerelease', false],
    ['1.9-pre', '>1 <2.0', false],
    ['1.9-pre', '>1 <2.0, include_prerelease', true],
    ['1.9-pre', '>1 <2.0, include_prerelease=True', true],
    ['1.9-pre', '>1 <2.0, include_prerelease=False', false],
    ['2.0-pre', '>=2.0, include_prerelease', true],
    ['1.9-pre', '^1.1.2-', true],
    ['1.0', '>=', undefined],
    ['1.0', '>==1', undefined],
    ['1.0', '~a.b', undefined],
    ['1.0', '>1, loose=True', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('conan', version, range)).toBe(expected);
  });

  it('lets the caller decide on pre-releases', () => {
    expect(satisfies('conan', '1.9-pre', '>1 <2', { includePrerelease: true })).toBe(true);
    expect(outside('conan', '3', '>1 <2')).toBe('above');
  });

  it.each([
    ['~1', 'vers:conan/>=1|<2-'],
    ['^1.1.2-', 'vers:conan/>=1.1.2|<2-'],
    ['*', 'vers:conan/>=0.0.0'],
    ['', 'vers:conan/>=0.0.0'],
  ])('"%s" is %s', (range, expected) => {
    expect(versFromNative('conan', range)).toBe(expected);
  });
});
