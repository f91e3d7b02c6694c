import { describe, expect, it } from 'vitest';

import { withSharedResults } from './shared-results.ts';

const bytes = (length: number): Uint8Array => new Uint8Array(length);

describe('results that the images of a comparison share', () => {
  it('are given back without a store', async () => {
    const store = withSharedResults(undefined);
    await store.put('a', bytes(3));
    expect([await store.get('a'), await store.get('b')]).toEqual([bytes(3), undefined]);
  });

  it('come from the store where this run has not put them', async () => {
    const put: string[] = [];
    const store = withSharedResults({
      get: (key) => Promise.resolve(key === 'old' ? bytes(1) : undefined),
      put: (key) => {
        put.push(key);
        return Promise.resolve();
      },
    });
    await store.put('new', bytes(2));
    expect([await store.get('old'), await store.get('new')]).toEqual([bytes(1), bytes(2)]);
    expect(put).toEqual(['new']);
  });

  it.each<[string, readonly (readonly [string, number])[], readonly string[]]>([
    [
      'all that fit',
      [
        ['a', 4],
        ['b', 6],
      ],
      ['a', 'b'],
    ],
    [
      'the newest',
      [
        ['a', 4],
        ['b', 4],
        ['c', 4],
      ],
      ['b', 'c'],
    ],
    [
      'none that is too large',
      [
        ['a', 4],
        ['b', 11],
      ],
      ['a'],
    ],
    [
      'what was put again, once',
      [
        ['a', 5],
        ['b', 5],
        ['a', 5],
      ],
      ['a', 'b'],
    ],
    [
      'none of what a larger content replaced',
      [
        ['a', 4],
        ['a', 11],
      ],
      [],
    ],
  ])('are held within a bound: %s', async (_, puts, left) => {
    const store = withSharedResults(undefined, 10);
    for (const [key, length] of puts) await store.put(key, bytes(length));
    const held: string[] = [];
    for (const key of ['a', 'b', 'c']) if ((await store.get(key)) !== undefined) held.push(key);
    expect(held).toEqual(left);
  });
});
