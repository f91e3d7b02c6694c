import { describe, expect, it } from 'vitest';
import { PackageCache } from './package-cache.ts';

function decoding(maxRecords: number): {
  readonly of: (key: string, recordCount: number) => string;
  readonly log: readonly string[];
} {
  const kept = new PackageCache<string>(maxRecords);
  const log: string[] = [];
  const of = (key: string, recordCount: number): string =>
    kept.of(key, () => {
      log.push(key);
      return { value: key.toUpperCase(), recordCount };
    });
  return { of, log };
}

describe('KeptPackages', () => {
  it('decodes once what is asked for again', () => {
    const { of, log } = decoding(10);
    expect([of('a', 5), of('b', 5), of('a', 5), of('b', 5)]).toEqual(['A', 'B', 'A', 'B']);
    expect(log).toEqual(['a', 'b']);
  });

  it('lets go of what was not asked for the longest', () => {
    const { of, log } = decoding(10);
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) of(key, 5);
    expect(log).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps the last one, however large', () => {
    const { of, log } = decoding(10);
    for (const key of ['a', 'large', 'large', 'a', 'a']) of(key, key === 'large' ? 99 : 1);
    expect(log).toEqual(['a', 'large', 'a']);
  });
});
