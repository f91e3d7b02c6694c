import { describe, expect, it } from 'vitest';

import { appendAll, largest } from './append-all.ts';

const LONG = Array.from({ length: 500_000 }, (_none, index) => index);

describe('lists of half a million', () => {
  it('are added to others', () => {
    const list = [7];
    appendAll(list, LONG);
    expect(list).toHaveLength(LONG.length + 1);
    expect(list.slice(0, 3)).toEqual([7, 0, 1]);
  });

  it('have a largest number', () => {
    expect(largest(LONG, -1)).toBe(LONG.length - 1);
    expect(largest([], -1)).toBe(-1);
    expect(largest([-5], -1)).toBe(-1);
  });
});
