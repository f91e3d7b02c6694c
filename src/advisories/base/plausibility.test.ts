import { describe, expect, it } from 'vitest';
import type { StoredSet } from '../store/store-manifest.ts';
import { ParseError } from '../../core/base/errors.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { checkPlausibility, emptyFeedError, unreadableFeedError } from './plausibility.ts';

function stored(need: Partial<AdvisoryNeed>, recordCount: number, feed = 'osv'): StoredSet {
  return {
    ...{ feed, license: 'CC0-1.0', ...need, recordCount, packageCount: 1, sizeBytes: 1 },
    ...{ dataAt: '2026-01-01T00:00:00Z', fetchedAt: '2026-01-01T00:00:00Z', file: 'x.adv' },
  };
}

const NPM = { ecosystem: 'npm' } as const;
const BOOKWORM = { ecosystem: 'debian', release: '12' } as const;

describe('checkPlausibility', () => {
  it.each<[string, number, number | undefined]>([
    ['a first load', 1, undefined],
    ['as many as before', 10, 10],
    ['more than before', 11, 10],
    ['half of what it had', 5, 10],
    ['half, rounded up', 6, 11],
  ])('accepts %s', (_title, now, before) => {
    const sets = before === undefined ? [] : [stored(NPM, before)];
    const counts = [{ feed: 'osv', need: NPM, recordCount: now }];
    expect(() => {
      checkPlausibility(counts, sets, '/base');
    }).not.toThrow();
  });

  it.each<[string, Partial<AdvisoryNeed>, [now: number, before: number], string]>([
    ['less than half', NPM, [4, 10], 'osv has 4 records of npm, and had 10 before'],
    ['half, rounded down', NPM, [5, 11], 'osv has 5 records of npm, and had 11 before'],
    ['nothing', NPM, [0, 1], 'osv has 0 records of npm, and had 1 before'],
    ['nothing of a release', BOOKWORM, [0, 3], 'osv has 0 records of debian 12, and had 3 before'],
    ['nothing of facts', {}, [0, 9], 'osv has 0 records of vulnerabilities, and had 9 before'],
  ])('refuses %s, and names it', (_title, need, [now, before], message) => {
    const counts = [{ feed: 'osv', need, recordCount: now }];
    expect(() => {
      checkPlausibility(counts, [stored(need, before)], '/the/base');
    }).toThrow(
      expect.objectContaining({
        code: 'ADVISORY_DATA_IMPLAUSIBLE',
        message: `${message}; the old data stays`,
        hint: 'If that is right, remove the folder "/the/base" and load everything again.',
      }),
    );
  });

  it('refuses an empty first load', () => {
    expect(() => {
      checkPlausibility([{ feed: 'osv', need: NPM, recordCount: 0 }], [], '/base');
    }).toThrow('osv has 0 records of npm, and had 0 before');
  });

  it('compares sets of the same feed, ecosystem and release only', () => {
    const others = [stored(NPM, 100, 'ghsa'), stored(BOOKWORM, 100), stored({}, 100)];
    const counts = [{ feed: 'osv', need: NPM, recordCount: 1 }];
    expect(() => {
      checkPlausibility(counts, others, '/base');
    }).not.toThrow();
  });
});

describe('the errors of feeds', () => {
  it('say that the old data stays, and where to look', () => {
    const hint = 'Check the mirror or the file: it may be cut off, or still being written.';
    const cause = new ParseError('all.zip', 'no zip archive');
    expect(emptyFeedError('"all.zip"')).toMatchObject({
      code: 'ADVISORY_DATA_IMPLAUSIBLE',
      message: '"all.zip" holds no record; the old data stays',
      hint,
    });
    expect(unreadableFeedError(cause)).toMatchObject({
      code: 'ADVISORY_DATA_IMPLAUSIBLE',
      message: `${cause.message}; the old data stays`,
      hint,
      cause,
    });
  });
});
