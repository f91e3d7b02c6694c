import { expect, it } from 'vitest';
import { FeedTally } from './feed-tally.ts';

it('names so many ecosystems that are not known, and counts the others together', () => {
  const tally = new FeedTally('osv', 'CC0-1.0');
  for (let index = 0; index < 1000; index += 1) {
    tally.addDocument({ rejected: [], skipped: [`made-up-${index}`] });
  }
  const { skipped } = tally.summary();
  expect(skipped.length).toBe(201);
  expect(skipped[0]).toEqual({ ecosystem: 'others', count: 800 });
});
