import { describe, expect, it } from 'vitest';
import { compareVersions, isAffected, isValidVersion, normalizeVersion } from './index.ts';

describe('go', () => {
  it.each([
    'v1',
    'v1.2',
    'v1.2.3',
    'v1.2.3-pre+meta',
    'v2.0.0+incompatible',
    'go1.22.6',
    'go1.21rc2',
  ])('%s is valid', (version) => {
    expect(isValidVersion('go', version)).toBe(true);
  });

  it.each([
    'bad',
    '',
    '1.2.3',
    'v1+meta',
    'v1-alpha',
    'v01.2.3',
    'v1.2.3-',
    'v1.2.3.4',
    'go',
    'go1.x',
  ])('"%s" is not valid', (version) => {
    expect(isValidVersion('go', version)).toBe(false);
  });

  it.each(['(devel)', 'devel go1.24-0a1b2c', 'master', '', 'go', 'v'])(
    'does not order "%s"',
    (version) => {
      expect(compareVersions('go', version, 'v1.0.0')).toBeUndefined();
    },
  );

  it.each([
    ['v1', 'v1.0.0'],
    ['v1.2.3-pre+meta', 'v1.2.3-pre'],
    ['v2.0.0+incompatible', 'v2.0.0+incompatible'],
    ['1.2.3', 'v1.2.3'],
    ['go1.21rc2', 'v1.21.0-rc.2'],
    ['go1.22.6 X:boringcrypto', 'v1.22.6'],
    ['(devel)', '(devel)'],
  ])('%s is written %s', (version, expected) => {
    expect(normalizeVersion('go', version)).toBe(expected);
  });

  it.each([
    ['go1.21rc2', true],
    ['go1.20.7', true],
    ['go1.20.8', false],
    ['go1.21.0', true],
    ['go1.21.1', false],
    ['1.21.1', false],
  ])('%s of the standard library is affected: %s', (version, expected) => {
    const ranges = [
      { introduced: '0', fixed: '1.20.8' },
      { introduced: '1.21.0-0', fixed: '1.21.1' },
    ];
    expect(isAffected('go', version, ranges, [])).toBe(expected);
  });
});
