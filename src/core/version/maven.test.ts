import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isAffected,
  isValidVersion,
  outside,
  satisfies,
  versFromNative,
} from './index.ts';

describe('maven', () => {
  it.each([
    ['empty text', ''],
    ['white space inside', '1 0'],
    ['an unresolved property', '${revision}'],
    ['a property inside', '1.${minor}'],
  ])('does not order %s', (_, version) => {
    expect(compareVersions('maven', version, '1.0')).toBeUndefined();
    expect(isValidVersion('maven', version)).toBe(false);
  });

  it.each(['1.0', '2.0.0.RELEASE', 'r09', 'Finchley.SR1', '31.1-jre'])('%s is valid', (version) => {
    expect(isValidVersion('maven', version)).toBe(true);
  });

  it.each(['unspecified', '1.0/2', '[1.0]', '1.0:jar'])('"%s" is not valid', (version) => {
    expect(isValidVersion('maven', version)).toBe(false);
  });

  it('is not certain whether an advisory affects a word', () => {
    const ranges = [{ introduced: '0', fixed: '2.0' }];
    expect(isAffected('maven', 'unspecified', ranges, [])).toBeUndefined();
    expect(isAffected('maven', '2.0-rc1', ranges, [])).toBe(true);
    expect(isAffected('maven', '2.0.Final', ranges, [])).toBe(false);
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.0', '[1.0,2.0)', true],
    ['2.0', '[1.0,2.0)', false],
    ['2.0-rc1', '[1.0,2.0)', true],
    ['1.0', '(1.0,2.0]', false],
    ['2.0', '(1.0,2.0]', true],
    ['0.1', '(,1.0]', true],
    ['9', '[1.5,)', true],
    ['1.0', '[1.0]', true],
    ['1.1', '[1.0]', false],
    ['1.1', '(,1.0],[1.2,)', false],
    ['1.2', '(,1.0], [1.2,)', true],
    ['1.5', '(,)', true],
    ['1.0', '1.0', true],
    ['1.1', '1.0', false],
    ['1.5', '>= 1.0, < 2.0', true],
    ['1.0', '(1.0)', undefined],
    ['1.0', '[1.0,2.0', undefined],
    ['1.0', '[1.0,2.0,3.0]', undefined],
    ['1.0', '[1.0]x[2.0]', undefined],
    ['1.0', '[1 0]', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('maven', version, range)).toBe(expected);
  });

  it('tells the side', () => {
    expect(outside('maven', '3.0', '[1.0,2.0)')).toBe('above');
    expect(outside('maven', '0.1', '[1.0,2.0)')).toBe('below');
    expect(outside('maven', '1.1', '(,1.0],[1.2,)')).toBeUndefined();
  });

  it.each([
    ['[1.0,2.0)', 'vers:maven/>=1.0|<2.0'],
    ['(,1.0],[1.2,)', 'vers:maven/<=1.0|>=1.2'],
    ['[1.0]', 'vers:maven/1.0'],
    ['(,)', 'vers:maven/*'],
    ['[1.0', undefined],
  ])('"%s" is %s', (range, expected) => {
    expect(versFromNative('maven', range)).toBe(expected);
  });
});
