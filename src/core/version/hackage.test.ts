import { describe, expect, it } from 'vitest';
import { compareVersions, isValidVersion, satisfies } from './index.ts';

describe('hackage', () => {
  it.each(['1', '0.1.2.3', '20240101'])('%s is valid', (version) => {
    expect(isValidVersion('hackage', version)).toBe(true);
  });

  it.each(['', '1.', '01.2', '1.0-old', '1.0a', ' 1'])('"%s" is not valid', (version) => {
    expect(isValidVersion('hackage', version)).toBe(false);
  });

  it('does not order tags', () => {
    expect(compareVersions('hackage', '1.0-old', '1.0')).toBeUndefined();
  });

  it('reads comparators', () => {
    expect(satisfies('hackage', '1.2.3', '>=1.2 <1.3')).toBe(true);
    expect(satisfies('hackage', '1.2', '>=1.2.0')).toBe(false);
  });
});
