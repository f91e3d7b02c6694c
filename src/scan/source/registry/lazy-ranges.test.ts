import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import '../../../../test/support/property-seed.ts';
import { fetchInOrder, groupSpans, type Span } from './lazy-ranges.ts';

const KIB = 1024;

describe('groupSpans', () => {
  it('joins what lies near, up to 8 MiB', () => {
    const spans = [
      { start: 0, end: 10 },
      { start: 64 * KIB, end: 70 * KIB },
      { start: 134 * KIB, end: 135 * KIB },
      { start: 135 * KIB, end: 9000 * KIB },
    ];
    const [one, two, three, four] = spans;
    expect(groupSpans(spans)).toEqual([
      { start: 0, end: 70 * KIB, spans: [one, two] },
      { start: 134 * KIB, end: 135 * KIB, spans: [three] },
      { start: 135 * KIB, end: 9000 * KIB, spans: [four] },
    ]);
  });

  it('keeps every span, in order and within its group', () => {
    const lengths = fc.array(fc.tuple(fc.nat(200 * KIB), fc.integer({ min: 1, max: 3000 * KIB })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(lengths, (pairs) => {
        let at = 0;
        const spans = pairs.map(([gap, length]): Span => {
          const start = at + gap;
          at = start + length;
          return { start, end: at };
        });
        const groups = groupSpans(spans);
        expect(groups.flatMap((group) => group.spans)).toEqual(spans);
        for (const { start, end, spans: inner } of groups) {
          expect([start, end]).toEqual([inner[0]?.start, inner.at(-1)?.end]);
          expect(inner.length === 1 || end - start <= 8192 * KIB).toBe(true);
        }
      }),
    );
  });
});

describe('fetchInOrder', () => {
  async function run(
    sizes: readonly number[],
  ): Promise<{ readonly order: number[]; readonly most: number }> {
    const asked = sizes.map((size, index) => ({ start: 0, end: size, index }));
    let [running, most] = [0, 0];
    const order: number[] = [];
    const fetch = async ({ index }: (typeof asked)[number]): Promise<number> => {
      running += 1;
      most = Math.max(most, running);
      // Later ones are ready earlier.
      for (let turn = 0; turn < 20 - index; turn += 1) await Promise.resolve();
      running -= 1;
      return index;
    };
    for await (const [span, answer] of fetchInOrder(asked, fetch)) {
      expect(answer).toBe(span.index);
      order.push(answer);
    }
    return { order, most };
  }

  it('asks for four at once and answers in order', async () => {
    expect(await run([1, 1, 1, 1, 1, 1, 1])).toEqual({ order: [0, 1, 2, 3, 4, 5, 6], most: 4 });
  });

  it('holds no more than 16 MiB, but for a single large one', async () => {
    const large = 10_000 * KIB;
    expect(await run([large, large, large])).toEqual({ order: [0, 1, 2], most: 1 });
    expect(await run([100_000 * KIB, 1])).toEqual({ order: [0, 1], most: 1 });
  });

  it('throws the failure of the first that fails, once the others have ended', async () => {
    let ended = 0;
    const fetch = async ({ start }: Span): Promise<void> => {
      await Promise.resolve();
      if (start === 1) throw new Error('gone');
      ended += 1;
    };
    const asked = [0, 1, 2, 3].map((start) => ({ start, end: start + 1 }));
    const reading = async (): Promise<void> => {
      for await (const [span] of fetchInOrder(asked, fetch)) expect(span.start).toBe(0);
    };
    await expect(reading()).rejects.toThrow('gone');
    expect(ended).toBe(3);
  });
});
