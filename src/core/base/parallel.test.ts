import { setImmediate as nextTurn } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import { inParallel } from './parallel.ts';

/**
 * Runs jobs on the numbers below `count`; returns when each began, and how many ran at once at
 * most.
 */
async function run(
  width: number,
  count: number,
  job: (item: number) => Promise<void> = async () => nextTurn(),
): Promise<{
  readonly begun: readonly number[];
  readonly atOnce: number;
  readonly error?: unknown;
}> {
  const begun: number[] = [];
  let running = 0;
  let atOnce = 0;
  const items = Array.from({ length: count }, (_, at) => at);
  try {
    await inParallel(width, items, async (item) => {
      begun.push(item);
      running += 1;
      atOnce = Math.max(atOnce, running);
      try {
        await job(item);
      } finally {
        running -= 1;
      }
    });
  } catch (error) {
    return { begun, atOnce, error };
  }
  expect(running).toBe(0);
  return { begun, atOnce };
}

describe('inParallel', () => {
  it.each<[string, number, number, number]>([
    ['one at a time', 1, 4, 1],
    ['two at a time', 2, 5, 2],
    ['no more than there are', 8, 3, 3],
    ['nothing at all', 2, 0, 0],
  ])('runs jobs in order, %s', async (_, width, count, atOnce) => {
    const done = await run(width, count);
    expect(done.begun).toEqual(Array.from({ length: count }, (_item, at) => at));
    expect(done.atOnce).toBe(atOnce);
  });

  it('begins no further job after a failure, and waits for those that run', async () => {
    let hasEnded = false;
    const { begun, error } = await run(2, 10, async (item) => {
      if (item === 1) throw new Error('first');
      for (let turn = 0; turn < 5; turn += 1) await nextTurn();
      hasEnded = true;
    });
    expect(begun).toEqual([0, 1]);
    expect(error).toEqual(new Error('first'));
    expect(hasEnded).toBe(true);
  });

  it.each([
    ['an error', new Error('x')],
    ['undefined', undefined],
  ])('throws the first failure of several, even %s', async (_, thrown) => {
    const failing = inParallel(2, [0, 1], async (item) => {
      if (item === 1) await nextTurn();
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a job may throw anything
      throw item === 0 ? thrown : new Error('later');
    });
    await expect(
      failing.then(
        () => 'done',
        (error: unknown) => error,
      ),
    ).resolves.toBe(thrown);
  });
});
