import { expect, it } from 'vitest';

import { cacheResults } from './cache-results.ts';

it('computes a result once for keys that come again soon, and holds a bounded number', () => {
  const maxEntries = 2000;
  const asked: number[] = [];
  const square = cacheResults((key: number) => {
    asked.push(key);
    return key * key;
  }, maxEntries);
  const keys = Array.from({ length: 2.5 * maxEntries }, (_, key) => key);
  for (const key of keys) {
    expect(square(key)).toBe(key * key);
    expect(square(key)).toBe(key * key);
  }
  expect(asked).toEqual(keys);
  // The first result was dropped when the cache was full.
  expect(square(0)).toBe(0);
  expect(asked).toEqual([...keys, 0]);
});
