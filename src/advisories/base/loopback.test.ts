import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startFeedServer, type FeedServer } from '../../../test/support/feed-server.ts';
import { sharedPath } from '../../../test/support/shared.ts';
import { openAdvisoryBase } from '../store/open-advisory-base.ts';
import { quietContext } from '../../core/base/context.ts';
import { updateBase, type BaseUpdateOutcome } from './index.ts';
import { createUpdatingBase } from './updating-base.ts';

const feeds = sharedPath('feeds');
/** These load whole feeds, which takes minutes on a machine that is busy. */
vi.setConfig({ testTimeout: 600_000 });
const PYPI = { ecosystem: 'pypi' } as const;
/** Feeds of each form without the largest; `real-feeds.test.ts` loads all. */
const SERVED = [
  ...['alpine-secdb', 'debian-tracker', 'epss', 'kev', 'nodejs-core', 'retirejs', 'wolfi'],
  ...['osv/ecosystems.txt', 'osv/PyPI', 'osv/CRAN', 'osv/Hackage', 'osv/RubyGems', 'osv/crates.io'],
];

/** In this order: each test goes on with the base that the one before it left. */
describe.skipIf(feeds === undefined)('updates from a server (needs ../shared)', () => {
  let root = '';
  let folder = '';
  let server: FeedServer;
  const context = quietContext({ fetch: globalThis.fetch });

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'assay-loopback-'));
    folder = join(root, 'base');
    const mirror = join(root, 'mirror');
    mkdirSync(join(mirror, 'osv'), { recursive: true });
    for (const name of SERVED) symlinkSync(join(feeds ?? '', name), join(mirror, name));
    server = await startFeedServer(mirror);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(root, { recursive: true, force: true });
  });

  async function update(): Promise<BaseUpdateOutcome> {
    server.requests.length = 0;
    return updateBase({ folder, mirror: server.url }, context);
  }

  function answered(status: number): string[] {
    return server.requests
      .filter((request) => request.status === status)
      .map((request) => request.path)
      .sort();
  }

  it('loads all there is the first time', async () => {
    const change = await update();
    expect(answered(304)).toEqual([]);
    expect(change.unchanged).toEqual([]);
    expect(answered(200)).toContain('osv/PyPI/all.zip');
    expect(answered(200).filter((path) => path.endsWith('.csv'))).toEqual([]);
  });

  it('asks only whether anything has changed the second time', async () => {
    const before = readFileSync(join(folder, 'manifest.json'), 'utf8');
    const change = await update();
    expect(answered(200).filter((path) => !path.endsWith('/modified_id.csv'))).toEqual([]);
    expect(answered(304).length).toBeGreaterThan(20);
    expect(change.sets).toEqual([]);
    const files = (text: string): unknown[] => text.match(/[0-9a-f]{64}\.adv/g) ?? [];
    expect(files(readFileSync(join(folder, 'manifest.json'), 'utf8'))).toEqual(files(before));
  });

  it('gets nothing but answers of 304 the third time', async () => {
    await update();
    expect(answered(200)).toEqual([]);
  });

  it('fetches the list and three records after three have changed', async () => {
    for (const [index, id] of ['PYSEC-2024-55', 'PYSEC-2014-1', 'PYSEC-2026-1'].entries()) {
      server.change('PyPI', {
        id,
        modified: `2026-11-24T00:00:0${index}Z`,
        ...{ affected: [{ package: { ecosystem: 'PyPI', name: 'moved' }, versions: ['1.0'] }] },
      });
    }
    const change = await update();
    expect(answered(200)).toEqual([
      'osv/PyPI/PYSEC-2014-1.json',
      'osv/PyPI/PYSEC-2024-55.json',
      'osv/PyPI/PYSEC-2026-1.json',
      'osv/PyPI/modified_id.csv',
    ]);
    expect(change.sets).toMatchObject([
      { feed: 'osv', ecosystem: 'pypi', recordCount: 2885, previousCount: 2884 },
    ]);
    const reader = await openAdvisoryBase(folder).open([PYPI], context);
    const idsOf = (name: string): string[] =>
      [...reader.byPackage(PYPI, name)].map((advisory) => advisory.id).sort();
    expect(idsOf('moved')).toEqual(['PYSEC-2014-1', 'PYSEC-2024-55', 'PYSEC-2026-1']);
    expect(idsOf('django')).not.toContain('PYSEC-2014-1');
    reader.close();
  });

  it('repairs what was damaged, though nothing has changed', async () => {
    const [first = ''] = readdirSync(folder).filter((name) => name.endsWith('.adv'));
    rmSync(join(folder, first));
    await update();
    expect(existsSync(join(folder, first))).toBe(true);
  });

  it('fetches for a scan only what it needs, and makes the same file of it', async () => {
    const other = mkdtempSync(join(tmpdir(), 'assay-first-scan-'));
    try {
      server.requests.length = 0;
      const needs = [{ ecosystem: 'debian', release: '12' }] as const;
      const base = await createUpdatingBase({ folder: other, mirror: server.url }, context);
      const reader = await base.open(needs, context);
      expect(answered(200)).toEqual(['debian-tracker/tracker/data/json']);
      expect(reader.coverage(needs[0])).toMatchObject([{ feed: 'debian-tracker' }]);
      const files = readdirSync(other).filter((name) => name.endsWith('.adv'));
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(files));
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });
});
