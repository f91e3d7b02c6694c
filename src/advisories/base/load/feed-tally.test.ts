import { describe, expect, it } from 'vitest';
import { FeedTally } from './feed-tally.ts';

function rejected(
  what: string,
  reason: string,
): { readonly what: string; readonly reason: string } {
  return { what, reason };
}

describe('FeedTally', () => {
  it('counts nothing at first', () => {
    expect(new FeedTally('kev', 'CC0-1.0').summary()).toEqual({
      ...{ feed: 'kev', license: 'CC0-1.0', documentCount: 0, recordCount: 0 },
      ...{ rejected: [], skipped: [] },
    });
  });

  it('counts documents, used records, and documents that cannot be read', () => {
    const tally = new FeedTally('osv', 'CC0-1.0');
    tally.addDocument({ rejected: [], skipped: [] });
    tally.addUnreadable(rejected('a.json', 'no JSON'));
    tally.addRecord();
    tally.addRecord();
    expect(tally.recordCount).toBe(2);
    expect(tally.summary()).toMatchObject({
      ...{ documentCount: 2, recordCount: 2 },
      rejected: [{ reason: 'no JSON', count: 1, examples: ['a.json'] }],
    });
  });

  it('groups what was rejected by reason: the most frequent first, with three examples', () => {
    const tally = new FeedTally('osv', 'CC0-1.0');
    const many = [1, 2, 3, 4, 5].map((n) => rejected(`X-${n}`, 'no package'));
    tally.addDocument({ rejected: [rejected('Y-1', 'no id'), ...many], skipped: [] });
    tally.addRejected(rejected('Z-1', 'a record with this id came before'));
    expect(tally.summary().rejected).toEqual([
      { reason: 'no package', count: 5, examples: ['X-1', 'X-2', 'X-3'] },
      { reason: 'a record with this id came before', count: 1, examples: ['Z-1'] },
      { reason: 'no id', count: 1, examples: ['Y-1'] },
    ]);
  });

  it('orders ecosystems that are not known by count, then by name', () => {
    const tally = new FeedTally('osv', 'CC0-1.0');
    for (const skipped of [['Zig'], ['Ada', 'Zig'], ['Bun']]) {
      tally.addDocument({ rejected: [], skipped });
    }
    expect(tally.summary().skipped).toEqual([
      { ecosystem: 'Zig', count: 2 },
      { ecosystem: 'Ada', count: 1 },
      { ecosystem: 'Bun', count: 1 },
    ]);
  });

  it('names so many ecosystems that are not known, and counts the others together', () => {
    const tally = new FeedTally('osv', 'CC0-1.0');
    for (let index = 0; index < 1000; index += 1) {
      tally.addDocument({ rejected: [], skipped: [`made-up-${index}`] });
    }
    tally.addDocument({ rejected: [], skipped: ['made-up-0'] });
    const { skipped } = tally.summary();
    expect(skipped.length).toBe(201);
    expect(skipped[0]).toEqual({ ecosystem: 'others', count: 800 });
    expect(skipped[1]).toEqual({ ecosystem: 'made-up-0', count: 2 });
  });
});
