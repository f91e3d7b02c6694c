/** Programs that say the truth themselves are judged right, and every trait comes up. */

import { beforeAll, describe, expect, it } from 'vitest';

import { judgeTruth, lastCommit, type JudgedTruth } from './flow-truth.ts';

const SEEDS = ['53', `${lastCommit()} a`, `${lastCommit()} b`] as const;

describe.each(SEEDS)('300 programs of the seed %s', (seed) => {
  let all: readonly JudgedTruth[] = [];
  beforeAll(async () => {
    all = await judgeTruth(seed);
  }, 120_000);

  it('are judged right in at least 98 of 100', () => {
    const wrong = all.filter(({ arrived, isReported }) => arrived !== isReported);
    expect(
      wrong.map(({ program }) => `${program.id} ${program.traits.join(', ')}`).length,
    ).toBeLessThanOrEqual(6);
  });

  it('have vulnerable and harmless ones', () => {
    const share = all.filter(({ arrived }) => arrived).length / all.length;
    expect(share).toBeGreaterThan(0.15);
    expect(share).toBeLessThan(0.85);
  });

  it('have every trait and every check in 20 programs', () => {
    const counts = new Map<string, number>();
    for (const { program } of all) {
      const names = new Set(program.traits.map((one) => one.replace(/ \(.*$/u, '')));
      for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThan(25);
    expect([...counts].filter(([, count]) => count < 20)).toEqual([]);
  });
});
