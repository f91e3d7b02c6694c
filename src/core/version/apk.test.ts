import { describe, expect, it } from 'vitest';
import { compareVersions, isAffected, isValidVersion, outside, satisfies } from './index.ts';

describe('apk', () => {
  it.each([
    '1',
    '1.2.3',
    '1.2b',
    '1.2_rc1',
    '1.2_rc1_p2-r3',
    '1.2~0a1b-r0',
    '6.6.2p1',
    '20240101-r0',
  ])('%s is valid', (version) => {
    expect(isValidVersion('apk', version)).toBe(true);
  });

  it.each([
    '',
    'b',
    '.1',
    '1..2',
    '1.2_blah',
    '1-r',
    '1-ruff',
    '1.2.0A',
    '1 2',
    '1.2-1',
    '1.2_p1.3',
  ])('"%s" is not valid', (version) => {
    expect(isValidVersion('apk', version)).toBe(false);
  });

  it.each([
    ['a broken end comes before the end', '1.2_blah', '1.2'],
    ['a broken end comes before a revision', '1-ruff', '1-r0'],
    ['a pre-release comes before a broken end', '1.2_rc', '1.2_blah'],
    ['a broken end comes before a letter', '1.2A', '1.2a'],
  ])('%s', (_, a, b) => {
    expect(compareVersions('apk', a, b)).toBe(-1);
  });

  // apk-world(5), "Package specification": `~` is the prefix match of the version number.
  it.each([
    ['1.2.3-r4', '~1.2', true],
    ['1.2-r0', '~1.2', true],
    ['1.2', '~1.2', true],
    ['1.2_rc1', '~1.2', true],
    ['1.2b-r1', '~1.2', true],
    ['1.20-r0', '~1.2', false],
    ['1.3-r0', '~1.2', false],
    ['1.2.3-r4', '=~1.2', true],
    ['1.2.3-r4', '~=1.2', true],
    ['1.2.3-r4', '~ 1.2', true],
    ['1.2.3-r4', '~1.2.3-r4', true],
    ['1.2.3-r4', '~1.2.3-r5', false],
    ['1.2_git20240101-r0', '~1.2_git20240101', true],
    ['1.2_git20240101-r0', '~1.2_git2024', false],
    ['1.2_git20240101~ab12-r0', '~1.2_git20240101', true],
    ['1.2~ab12-r0', '~1.2~ab12', true],
    ['1.2~ab12-r0', '=1.2~ab12-r0', true],
    ['1.3', '>~1.2', true],
    ['1.2.9', '>~1.2', true],
    ['1.1.9', '>~1.2', false],
    ['1.1.9', '<~1.2', true],
    ['1.2.9', '<~1.2', true],
    ['1.3', '<~1.2', false],
    ['1.2.9', '~1.2 <1.2.5', false],
    ['1.2.4', '~1.2,<1.2.5', true],
    ['3.1', '~1.2 || ~3', true],
    ['2.1', '~1.2 || ~3', false],
    ['2.1', '~1.2 || >=2', true],
    ['1.2', '!~1.2', undefined],
    ['1.2', '~', undefined],
    ['1.2', '<>~1.2', undefined],
    ['1.2', '~1.2_blah', undefined],
    ['unknown', '~1.2', undefined],
  ])('%s in %s: %s', (version, range, isIn) => {
    expect(satisfies('apk', version, range)).toBe(isIn);
  });

  it('has no side of a prefix match', () => {
    expect(outside('apk', '2.0', '<1.2')).toBe('above');
    expect(outside('apk', '2.0', '~1.2')).toBeUndefined();
  });

  it('does not order words', () => {
    expect(compareVersions('apk', 'unknown', '1.0-r0')).toBeUndefined();
    expect(compareVersions('apk', '', '1.0-r0')).toBeUndefined();
  });

  it('is not certain whether an advisory affects a broken version', () => {
    expect(
      isAffected('apk', '1.2_blah', [{ introduced: '0', fixed: '1.2-r1' }], []),
    ).toBeUndefined();
  });
});
