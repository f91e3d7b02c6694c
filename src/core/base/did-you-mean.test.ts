import { describe, expect, it } from 'vitest';

import { didYouMean } from './did-you-mean.ts';

describe('nearest', () => {
  const words = ['image', 'fs', 'rootfs', 'db', 'demo', 'version'];
  it.each([
    ['imgae', 'image'],
    ['images', 'image'],
    ['rotfs', 'rootfs'],
    ['versoin', 'version'],
    ['alpine', undefined],
    ['node', undefined],
    ['redis', undefined],
    ['x'.repeat(100_000), undefined],
    ['', undefined],
  ])('of %.20s is %s', (word, expected) => {
    expect(didYouMean(word, words)).toBe(expected);
  });
});
