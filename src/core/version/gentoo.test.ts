import { describe, expect, it } from 'vitest';
import { compareVersions, isValidVersion, normalizeVersion } from './index.ts';

describe('gentoo', () => {
  it.each(['1', '1.2.3a', '1_alpha1_p2-r3', '0700', '9999'])('%s is valid', (version) => {
    expect(isValidVersion('gentoo', version)).toBe(true);
  });

  it.each(['', '1.', 'a', '1A', '1_foo', '1-1', '1-r', '1ab', '1.2b.3', ' 1'])(
    '"%s" is not valid',
    (version) => {
      expect(isValidVersion('gentoo', version)).toBe(false);
    },
  );

  it('does not order what breaks the grammar', () => {
    expect(compareVersions('gentoo', '1.2b.3', '1')).toBeUndefined();
  });

  it('is written without a revision of 0', () => {
    expect(normalizeVersion('gentoo', '1.0-r00')).toBe('1.0');
    expect(normalizeVersion('gentoo', '1.0-r10')).toBe('1.0-r10');
  });
});
