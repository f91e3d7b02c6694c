import { describe, expect, it } from 'vitest';

import { compareStatedVersions } from './stated-versions.ts';

describe('two spellings of a version', () => {
  it.each([
    ['32.0.1-jre', '32.0.1.jre', 'same'],
    ['1.80', '1.80.0', 'same'],
    ['1.33', '1.33.0', 'same'],
    ['5.4.0.Final', '5.4.0', 'same'],
    ['5.3.1', '5.3.1.RELEASE', 'same'],
    ['1.0', '1.0.0.qualifier', 'same'],
    ['1.0-SNAPSHOT', '1.0.0.SNAPSHOT', 'same'],
    ['2.0', 'v2.0.0', 'same'],
    ['1.9', '1.10.0', 'different'],
    ['1.9', '1.9.1', 'different'],
    ['2.7.0', '2.10.1', 'different'],
    ['9.4.57.v20241219', '9.4.57.v20241219', 'same'],
    ['1.0', '1.0.20200101', 'unclear'],
    ['1.0', '1.0-rc1', 'unclear'],
    ['1.0', 'r1234', 'unclear'],
    ['1.0', '', 'unclear'],
  ] as const)('%s and %s: %s', (a, b, verdict) => {
    expect(compareStatedVersions(a, b)).toBe(verdict);
    expect(compareStatedVersions(b, a)).toBe(verdict);
  });
});
