import { describe, expect, it } from 'vitest';

import { cacheResults, cacheTextResults } from './cache-results.ts';

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

describe('a cache of results by text', () => {
  const bounds = { maxLength: 5, maxTotal: 10 };

  it('computes a result once, except for long texts and results that are refused', () => {
    const asked: string[] = [];
    const upper = cacheTextResults(
      (text) => {
        asked.push(text);
        return text.toUpperCase();
      },
      bounds,
      (result) => result !== 'NO',
    );
    for (const text of ['a', 'a', 'no', 'no', 'longer', 'longer']) {
      expect(upper(text)).toBe(text.toUpperCase());
    }
    expect(asked).toEqual(['a', 'no', 'no', 'longer', 'longer']);
  });

  it('is emptied when its texts are too long together', () => {
    const asked: string[] = [];
    const same = cacheTextResults((text) => {
      asked.push(text);
      return text;
    }, bounds);
    for (const text of ['aaaaa', 'bbbbb', 'aaaaa', 'c', 'aaaaa', 'c']) same(text);
    expect(asked).toEqual(['aaaaa', 'bbbbb', 'c', 'aaaaa']);
  });

  it.each(['', '\u{1F600}', '\uD800', '\0é'])('copies %j exactly', (text) => {
    expect(cacheTextResults((one) => one, bounds)(text)).toBe(text);
  });
});
