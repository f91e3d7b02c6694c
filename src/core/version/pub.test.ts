import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  satisfies,
  versFromNative,
} from './index.ts';

describe('pub', () => {
  it('keeps the build metadata, which count', () => {
    expect(normalizeVersion('pub', '1.0.0+hotfix.1')).toBe('1.0.0+hotfix.1');
    expect(isValidVersion('pub', '1.0.0+hotfix.1')).toBe(true);
    expect(isValidVersion('pub', 'v1.0.0')).toBe(false);
    expect(compareVersions('pub', 'any', '1.0.0')).toBeUndefined();
  });

  it.each<[version: string, range: string, expected: boolean | undefined]>([
    ['1.9.0', '^1.2.3', true],
    ['2.0.0', '^1.2.3', false],
    ['2.0.0-dev', '^1.2.3', false],
    ['0.1.9', '^0.1.2', true],
    ['0.2.0', '^0.1.2', false],
    ['2.0.0-dev', '>=1.0.0 <2.0.0', false],
    ['2.0.0-dev.2', '>=2.0.0-dev.1 <2.0.0', true],
    ['2.0.0-dev.2', '<=2.0.0', true],
    ['1.0.0', 'any', true],
    ['1.0.0', '^x', undefined],
    ['1.0.0', '^', undefined],
  ])('%s in "%s" is %s', (version, range, expected) => {
    expect(satisfies('pub', version, range)).toBe(expected);
  });

  it('spells a caret out in VERS', () => {
    expect(versFromNative('pub', '^1.2.3')).toBe('vers:pub/>=1.2.3|<2.0.0');
  });
});
