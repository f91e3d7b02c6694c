import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredSet } from '../../store/store-manifest.ts';
import { findFetchedTask, readFetched, writeFetched, type FetchedTask } from './fetched-tasks.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-fetched-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function set(feed: string, file: string, release?: string): StoredSet {
  return {
    ...{ feed, license: 'CC0-1.0', ecosystem: 'debian', recordCount: 1, packageCount: 1 },
    ...(release !== undefined && { release }),
    ...{ dataAt: '2026-01-01T00:00:00Z', fetchedAt: '2026-01-01T00:00:00Z', file, sizeBytes: 1 },
  };
}

const SETS = [set('osv', 'b.adv', '11'), set('osv', 'a.adv', '12'), set('kev', 'k.adv')];
const TASK = { feed: 'osv', ecosystem: 'debian' } as const;
const ROW: FetchedTask = {
  ...{ key: 'osv/debian/', origin: 'https://mirror.example/osv/' },
  files: [{ path: 'Debian/all.zip', etag: '"1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' }],
  mark: { newestAt: '2026-01-01T00:00:00Z', newestIds: 'ab', recordCount: 2 },
  sets: ['a.adv', 'b.adv'],
};

describe('writeFetched', () => {
  it('replaces rows of the same task, keeps the others, and sorts them', async () => {
    const other = { ...ROW, key: 'kev//', sets: ['k.adv'] };
    await writeFetched(folder, [ROW, other], SETS);
    expect(await readFetched(folder)).toEqual([other, ROW]);
    const newer = { ...ROW, origin: 'https://other.example/' };
    await writeFetched(folder, [newer], SETS);
    expect(await readFetched(folder)).toEqual([other, newer]);
  });

  it('forgets rows whose files are no longer part of the base', async () => {
    await writeFetched(folder, [ROW], SETS);
    await writeFetched(folder, [], [set('osv', 'a.adv', '12')]);
    expect(await readFetched(folder)).toEqual([]);
  });
});

describe('readFetched', () => {
  it('is empty where there is no file', async () => {
    expect(await readFetched(join(folder, 'none'))).toEqual([]);
  });

  const file = { format: 'assay-fetched', version: 1, tasks: [ROW] };

  it.each<[string, unknown]>([
    ['null', null],
    ['another format', { ...file, format: 'x' }],
    ['a later version', { ...file, version: 2 }],
    ['no list', { ...file, tasks: {} }],
    ['a row without a key', { ...file, tasks: [{ ...ROW, key: undefined }] }],
    ['a row without files', { ...file, tasks: [{ ...ROW, files: undefined }] }],
    ['a tag that is not text', { ...file, tasks: [{ ...ROW, files: [{ path: 'a', etag: 1 }] }] }],
    ['a set that is not text', { ...file, tasks: [{ ...ROW, sets: [1] }] }],
    ['a damaged mark', { ...file, tasks: [{ ...ROW, mark: { newestAt: 1 } }] }],
    ['one damaged row beside a good one', { ...file, tasks: [ROW, null] }],
  ])('is empty with %s in the file, so that all is fetched again', async (_title, value) => {
    await writeFetched(folder, [ROW], SETS);
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), JSON.stringify(value));
    expect(await readFetched(folder)).toEqual([]);
    writeFileSync(join(folder, name), JSON.stringify(file));
    expect(await readFetched(folder)).toEqual([ROW]);
    writeFileSync(join(folder, name), JSON.stringify(file).slice(0, -5));
    expect(await readFetched(folder)).toEqual([]);
  });
});

describe('findFetchedTask', () => {
  const from = { rows: [ROW], sets: SETS };

  it('finds the row of a task whose sets are those that are stored', () => {
    expect(findFetchedTask(TASK, ROW.origin, from)).toBe(ROW);
  });

  it.each<[string, Parameters<typeof findFetchedTask>]>([
    ['another origin', [TASK, 'https://other.example/', from]],
    ['another task', [{ ...TASK, release: '12' }, ROW.origin, from]],
    ['a set more', [TASK, ROW.origin, { ...from, sets: [...SETS, set('osv', 'c.adv', '13')] }]],
    ['a set less', [TASK, ROW.origin, { ...from, sets: SETS.slice(1) }]],
    [
      'another file',
      [TASK, ROW.origin, { ...from, sets: [set('osv', 'c.adv'), ...SETS.slice(1)] }],
    ],
    ['nothing stored', [TASK, ROW.origin, { ...from, sets: [] }]],
  ])('finds none with %s', (_title, [task, origin, where]) => {
    expect(findFetchedTask(task, origin, where)).toBeUndefined();
  });
});
