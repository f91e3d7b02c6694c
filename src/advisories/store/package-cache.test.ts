import { describe, expect, it } from 'vitest';
import { PackageCache } from './package-cache.ts';

function decoding(maxRecords: number): {
  readonly get: (key: string, recordCount: number) => string;
  readonly log: readonly string[];
} {
  const cache = new PackageCache<string>(maxRecords);
  const log: string[] = [];
  const get = (key: string, recordCount: number): string =>
    cache.get(key, () => {
      log.push(key);
      return { value: key.toUpperCase(), recordCount };
    });
  return { get, log };
}

describe('PackageCache', () => {
  it('decodes once what is asked for again', () => {
    const { get, log } = decoding(10);
    expect([get('a', 5), get('b', 5), get('a', 5), get('b', 5)]).toEqual(['A', 'B', 'A', 'B']);
    expect(log).toEqual(['a', 'b']);
  });

  it('lets go of what was not asked for the longest', () => {
    const { get, log } = decoding(10);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) get(key, 5);
    expect(log).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps the last one, however large', () => {
    const { get, log } = decoding(10);
    for (const key of ['a', 'large', 'large', 'a', 'a']) get(key, key === 'large' ? 99 : 1);
    expect(log).toEqual(['a', 'large', 'a']);
  });
});
