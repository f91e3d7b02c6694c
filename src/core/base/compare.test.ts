import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compareKeys, compareNumbers, compareText } from './compare.ts';
import { compareNatural } from './compare-natural.ts';

describe('compareText', () => {
  it.each([
    ['equal texts', 'a', 'a', 0],
    ['a text and its beginning', 'a', 'ab', -1],
    ['capitals before small letters', 'Z', 'a', -1],
    ['digits as characters', '10', '9', -1],
    ['a letter with an accent after all of ASCII', 'é', 'z', 1],
    ['code units, not code points', '\u{1F600}', '\uFF5E', -1],
    ['nothing before anything', '', ' ', -1],
  ] as const)('orders %s', (_, a, b, expected) => {
    expect(compareText(a, b)).toBe(expected);
    expect(compareText(b, a) + expected).toBe(0);
  });

  it('gives the order that sort has by itself', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (texts) => {
        expect([...texts].sort(compareText)).toEqual([...texts].sort());
      }),
    );
  });
});

describe('compareKeys', () => {
  it('orders entries by their keys, and keeps equal ones as they are', () => {
    const entries = [
      ['b', 1],
      ['a', 2],
      ['b', 0],
    ] as const;
    expect([...entries].sort(compareKeys)).toEqual([entries[1], entries[0], entries[2]]);
  });
});

describe('compareNumbers', () => {
  it.each([
    [1, 2, -1],
    [2, 2, 0],
    [10, 9, 1],
    [-1, 0, -1],
    [0, -0, 0],
  ] as const)('orders %d and %d', (a, b, expected) => {
    expect(compareNumbers(a, b)).toBe(expected);
  });
});

describe('compareNatural', () => {
  it.each([
    ['3.9', '3.10'],
    ['CVE-2024-999', 'CVE-2024-1000'],
    ['3.10', 'edge'],
  ])('puts %s before %s', (a, b) => {
    expect(compareNatural(a, b)).toBeLessThan(0);
    expect(compareNatural(b, a)).toBeGreaterThan(0);
  });
});
