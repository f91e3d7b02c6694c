import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  satisfies,
  versFromNative,
} from './index.ts';

describe('nuget', () => {
  it.each(['1', '1.0.0.0', '1.0.0-beta.1+sha.1', '01.1'])('%s is valid', (version) => {
    expect(isValidVersion('nuget', version)).toBe(true);
  });

  it.each(['', 'v1.0', '1.0.0.0.0', '1.0-', '1.0.0+', '1..0', '1.0.0-a..b'])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('nuget', version)).toBe(false);
    },
  );

  it('does not order words', () => {
    expect(compareVersions('nuget', 'latest', '1.0')).toBeUndefined();
  });

  it.each([
    ['1.0', '1.0.0'],
    ['1.0.0.0', '1.0.0'],
    ['1.0.0.1', '1.0.0.1'],
    ['01.2.3-Beta+sha', '1.2.3-Beta'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('nuget', version)).toBe(expected);
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.5', '1.0', true],
    ['0.9', '1.0', false],
    ['1.5', '(1.0,)', true],
    ['1.0', '[1.0]', true],
    ['1.0.0-beta', '[1.0,2.0]', false],
    ['2.0.0-beta', '[1.0,2.0)', true],
    ['1.5', '>= 1.0, < 2.0', true],
    ['1.0', '(1.0)', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('nuget', version, range)).toBe(expected);
  });

  it('reads a version alone as the lowest one in VERS, too', () => {
    expect(versFromNative('nuget', '1.0')).toBe('vers:nuget/>=1.0');
  });
});
