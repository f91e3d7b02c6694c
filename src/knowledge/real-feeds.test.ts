import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedPath } from '../../test/support/shared.ts';
import { openAdvisoryBase } from '../advisory/open.ts';
import { quietContext } from '../base/context.ts';
import type { Advisory, AdvisoryNeed } from '../model/advisory.ts';
import { importIntoBase, type BaseChange } from './index.ts';

const feeds = sharedPath('feeds');

/** Counts as `feeds/README.md` states them, or as its files hold them. */
describe.skipIf(feeds === undefined)('the real feeds (needs ../shared)', () => {
  let folder = '';
  let change: BaseChange;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-feeds-'));
    change = await importIntoBase({ folder, paths: [feeds ?? ''] }, quietContext());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function look(need: AdvisoryNeed, name: string): Promise<readonly Advisory[]> {
    const reader = await openAdvisoryBase(folder).open([need], quietContext());
    return [...reader.byPackage(need, name)];
  }

  it('reads every record but those that name no version', () => {
    const osvDocuments = 3263 + 2885 + 13_704 + 2596;
    expect(change.feeds).toEqual([
      {
        feed: 'osv',
        license: 'CC-BY-4.0',
        documentCount: osvDocuments,
        recordCount: osvDocuments - 1,
        rejected: [{ reason: 'no version is named', count: 1, examples: ['PYSEC-2022-15'] }],
        skipped: [],
      },
      {
        feed: 'alpine-secdb',
        license: 'LicenseRef-none-stated',
        documentCount: 23,
        recordCount: 12_346,
        rejected: [],
        skipped: [],
      },
      {
        feed: 'debian-tracker',
        license: 'LicenseRef-public-facts',
        documentCount: 850,
        recordCount: 12_422,
        rejected: [],
        skipped: [],
      },
    ]);
  });

  it.each<[string, number, number]>([
    ['osv npm', 3263, 1895],
    ['osv pypi', 2884, 753],
    ['debian-tracker debian 9', 5564, 633],
    ['debian-tracker debian 10', 3905, 417],
    ['debian-tracker debian 11', 4647, 272],
    ['debian-tracker debian 12', 2014, 121],
    ['debian-tracker debian 13', 2184, 115],
    ['alpine-secdb alpine 3.9', 1695, 219],
    ['alpine-secdb alpine 3.19', 137, 5],
  ])('%s: %i records, %i packages', (place, recordCount, packageCount) => {
    const set = change.sets.find(
      (item) => [item.feed, item.ecosystem, item.release].filter(Boolean).join(' ') === place,
    );
    expect(set).toMatchObject({ recordCount, packageCount });
  });

  it('keeps several fixed branches of one record', async () => {
    const found = (await look({ ecosystem: 'pypi' }, 'django')).find(
      (advisory) => advisory.id === 'PYSEC-2014-1',
    );
    expect(found?.affected[0]?.ranges.slice(0, 2)).toEqual([
      { introduced: '0', fixed: '1.4.11' },
      { introduced: '1.5', fixed: '1.5.6' },
    ]);
  });

  it('rates what Debian leaves unrated by the record in OSV, and names it', async () => {
    const rows = await look({ ecosystem: 'debian', release: '12' }, 'openssl');
    expect(rows.length).toBeGreaterThan(50);
    expect(new Set(rows.map((advisory) => advisory.feed))).toEqual(new Set(['debian-tracker']));
    const rated = rows.filter(({ ratings }) => ratings.some((rating) => rating.by === 'osv'));
    expect(rated.length).toBeGreaterThan(10);
  });

  it('has the fixes of Alpine under its own packages', async () => {
    const rows = await look({ ecosystem: 'alpine', release: '3.9' }, 'musl');
    const row = rows.find((advisory) => advisory.id === 'CVE-2019-14697');
    expect(row?.affected[0]?.ranges).toEqual([{ introduced: '0', fixed: '1.1.20-r5' }]);
  });
});
