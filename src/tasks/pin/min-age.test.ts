import { describe, expect, it } from 'vitest';

import { oldEnough, ripeAt } from './min-age.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Digests by name, each with the day of its first sight. */
function seenOn(days: Readonly<Record<string, number>>) {
  return Object.entries(days).map(([digest, day]) => ({ digest, firstSeenAt: day * DAY_MS }));
}

describe('digests that are old enough for three days', () => {
  it.each([
    ['nothing was seen before', { b: 5 }, 'a', 'b', 5, []],
    ['the newest is two days old', { b: 3 }, 'a', 'b', 5, []],
    ['the newest is exactly three days old', { b: 2 }, 'a', 'b', 5, ['b']],
    ['the tag moved each day', { a: 0, b: 1, c: 2, d: 3, e: 4, f: 5 }, 'a', 'f', 5, ['c', 'b']],
    ['the current one is the newest old enough', { a: 1, b: 2, c: 5 }, 'b', 'c', 5, []],
    ['never an older one', { a: 0, b: 1, c: 5 }, 'b', 'c', 5, []],
    ['the tag went back to the current one', { a: 0, b: 1 }, 'a', 'a', 9, []],
    ['the tag went back past the newest', { a: 0, b: 1, c: 2 }, 'a', 'b', 9, ['b']],
    ['the current one was never seen', { b: 0, c: 1 }, 'x', 'c', 9, ['c', 'b']],
    ['two were seen at one time', { a: 0, b: 0, c: 0 }, 'a', 'c', 9, []],
  ] as const)('%s', (...[, days, current, newest, today, expected]) => {
    const seen = seenOn(days);
    const tag = { seen, current, newest, minAgeMs: 3 * DAY_MS, nowMs: today * DAY_MS };
    expect(oldEnough(tag)).toEqual(expected);
  });

  it('says when the newest one is', () => {
    const tag = { seen: seenOn({ b: 4 }), current: 'a', newest: 'b', minAgeMs: 3 * DAY_MS };
    expect(ripeAt({ ...tag, nowMs: 5 * DAY_MS })).toBe(7 * DAY_MS);
  });
});
