import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { addTo, appendTo, groupBy, indexBy } from './maps.ts';

const numbers = fc.array(fc.nat(9));

describe('appendTo', () => {
  it('makes the list, then adds to its end', () => {
    const map = new Map<string, number[]>();
    for (const value of [3, 1, 3]) appendTo(map, 'a', value);
    appendTo(map, 'b', 2);
    expect([...map]).toEqual([
      ['a', [3, 1, 3]],
      ['b', [2]],
    ]);
  });

  it('takes a list as one value', () => {
    const map = new Map<string, number[][]>();
    appendTo(map, 'a', [1, 2]);
    expect(map.get('a')).toEqual([[1, 2]]);
  });
});

describe('addTo', () => {
  it('makes the set, and holds a value once', () => {
    const map = new Map<string, Set<number>>();
    for (const value of [3, 1, 3]) addTo(map, 'a', value);
    expect([...(map.get('a') ?? [])]).toEqual([3, 1]);
  });
});

describe('groupBy', () => {
  it('keeps each value once, in order', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const groups = groupBy(values, (value) => value % 3);
        expect([...groups.keys()]).toEqual([...new Set(values.map((value) => value % 3))]);
        for (const [key, group] of groups) {
          expect(group).toEqual(values.filter((value) => value % 3 === key));
        }
      }),
    );
  });
});

describe('indexBy', () => {
  it('maps the field to the last row that has it', () => {
    const rows = [
      { id: 'a', at: 1 },
      { id: 'b', at: 2 },
      { id: 'a', at: 3 },
    ] as const;
    expect([...indexBy(rows, 'id')]).toEqual([
      ['a', rows[2]],
      ['b', rows[1]],
    ]);
  });
});
