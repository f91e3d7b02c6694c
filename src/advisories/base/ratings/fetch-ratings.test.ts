import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RatingCache } from '../../store/ratings/rating-cache.ts';
import { quietContext, type Context } from '../../../core/base/context.ts';
import type { Rating } from '../../../core/model/advisory/advisory.ts';
import { RATING_LIMITS } from './budget.ts';
import { fetchRatings, type FetchedRatings } from './fetch-ratings.ts';
import { cveRecordPath } from './cve-records.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = Date.parse('2026-11-27T12:00:00Z');
const ID = 'CVE-2026-1234';
const OTHER = 'CVE-2026-99999';
const CRITICAL = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';

/** A body, a status, or no answer at all. */
type Answer = string | Buffer | number | typeof HANGS;
const HANGS = Symbol('hangs');

let folder = '';
let server: Server;
let url = '';
let answers = new Map<string, Answer>();
let requests: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ratings-'));
  answers = new Map();
  requests = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').slice(1);
    requests.push(path);
    const answer = answers.get(path) ?? 404;
    if (answer === HANGS) return;
    if (typeof answer === 'number') response.writeHead(answer).end();
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  rmSync(folder, { recursive: true, force: true });
});

function contextAt(nowMs: number): Context {
  return quietContext({ fetch: globalThis.fetch, now: () => nowMs });
}

function fetchAt(
  ids: readonly string[],
  { nowMs = NOW, limits = RATING_LIMITS, mirror = url } = {},
): Promise<FetchedRatings> {
  requests = [];
  const isSettledBy = (ratings: readonly Rating[]): boolean => ratings.length > 0;
  return fetchRatings({ folder, mirror }, { ids, isSettledBy }, contextAt(nowMs), limits);
}

function putRecord(id: string, fields: object = {}): void {
  const cna = { metrics: [{ cvssV3_1: { vectorString: CRITICAL } }], title: 'a flaw', ...fields };
  answers.set(
    `cve/${cveRecordPath(id)}`,
    JSON.stringify({ cveMetadata: { cveId: id, state: 'PUBLISHED' }, containers: { cna } }),
  );
}

function putYear(year: number, ids: readonly string[], state: 'right' | 'wrong' = 'right'): void {
  const vulnerabilities = ids.map((id) => ({
    cve: {
      id,
      metrics: { cvssMetricV31: [{ type: 'Primary', cvssData: { vectorString: CRITICAL } }] },
    },
  }));
  const text = JSON.stringify({ vulnerabilities });
  const packed = gzipSync(text);
  const digest = createHash('sha256')
    .update(state === 'right' ? text : 'another')
    .digest('hex');
  const base = `nvd/feeds/json/cve/2.0/nvdcve-2.0-${year}`;
  answers.set(`${base}.json.gz`, packed);
  answers.set(`${base}.meta`, `gzSize:${packed.length}\r\nsha256:${digest.toUpperCase()}\r\n`);
}

function severities(id: string): readonly string[] {
  return new RatingCache(folder)
    .facts(id)
    .flatMap(({ ratings }) => ratings.map(({ by, severity }) => `${by} ${severity}`));
}

function hasAnswered(id: string): boolean {
  return new RatingCache(folder).hasAnswered(id);
}

function asked(part: string): number {
  return requests.filter((path) => path.startsWith(part)).length;
}

describe('recordPath', () => {
  it.each([
    ['CVE-2024-0001', 'cves/2024/0xxx/CVE-2024-0001.json'],
    ['CVE-2025-6141', 'cves/2025/6xxx/CVE-2025-6141.json'],
    ['CVE-2006-20001', 'cves/2006/20xxx/CVE-2006-20001.json'],
    ['CVE-2026-1234567', 'cves/2026/1234xxx/CVE-2026-1234567.json'],
  ])('of %s is where the CVE list has it', (id, path) => {
    expect(cveRecordPath(id)).toBe(path);
  });
});

describe('ratings that are missing', () => {
  it('come from the record of the CVE, and are not asked for again', async () => {
    putRecord(ID);
    const first = await fetchAt([ID]);
    expect([first.isChanged, first.notes, severities(ID)]).toEqual([true, [], ['cna critical']]);
    expect(asked('nvd/')).toBe(0);
    const second = await fetchAt([ID], { nowMs: NOW + DAY_MS / 2 });
    expect([second.isChanged, requests]).toEqual([false, []]);
  });

  it('are asked for again when they are old', async () => {
    putRecord(ID);
    await fetchAt([ID]);
    await fetchAt([ID], { nowMs: NOW + 31 * DAY_MS });
    expect(asked(`cve/${cveRecordPath(ID)}`)).toBe(1);
  });

  it('come from the year of NVD where the record has none', async () => {
    putRecord(ID, { metrics: [] });
    putYear(2026, [ID]);
    await fetchAt([ID]);
    expect(severities(ID)).toEqual(['nvd critical']);
    await fetchAt([ID, OTHER]);
    expect(asked('nvd/')).toBe(0);
  });

  it('are known not to be there for a day, by the record and the year', async () => {
    putRecord(ID);
    putYear(2026, [ID]);
    await fetchAt([ID, OTHER]);
    expect([severities(OTHER), hasAnswered(OTHER)]).toEqual([[], true]);
    await fetchAt([ID, OTHER], { nowMs: NOW + DAY_MS / 2 });
    expect(requests).toEqual([]);
    await fetchAt([ID, OTHER], { nowMs: NOW + 2 * DAY_MS });
    expect(requests).toEqual([`cve/${cveRecordPath(OTHER)}`]);
  });

  it('are not asked for again where nothing shows that the server has records at all', async () => {
    await fetchAt([ID, OTHER]);
    expect([asked('cve/'), hasAnswered(ID)]).toEqual([2, false]);
    await fetchAt([ID, OTHER]);
    expect(asked('cve/')).toBe(0);
    putRecord('CVE-2026-5555');
    await fetchAt([ID, 'CVE-2026-5555']);
    expect(severities('CVE-2026-5555')).toEqual(['cna critical']);
  });

  it('are asked for at another origin at once', async () => {
    putRecord(ID);
    await fetchAt([ID, OTHER]);
    putRecord(OTHER);
    await fetchAt([OTHER], { mirror: url.replace('127.0.0.1', 'localhost') });
    expect(severities(OTHER)).toEqual(['cna critical']);
  });

  it('are asked for all, though the first that are asked for are not there', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `CVE-2026-${1000 + index}`);
    for (const id of ids.slice(0, 65)) putRecord(id);
    await fetchAt(ids);
    expect(ids.slice(0, 65).filter((id) => !hasAnswered(id))).toEqual([]);
    expect(new Set(requests.filter((path) => path.startsWith('cve/'))).size).toBe(100);
  });

  it('are not asked for one by one of a mirror that has no records', async () => {
    const ids = Array.from({ length: 400 }, (_, index) => `CVE-2026-${1000 + index}`);
    putYear(2026, ids.slice(0, 100));
    const { notes } = await fetchAt(ids);
    expect(notes).toEqual([]);
    expect(asked('cve/')).toBeLessThan(170);
    expect([severities('CVE-2026-1000'), hasAnswered('CVE-2026-1150')]).toEqual([
      ['nvd critical'],
      true,
    ]);
    await fetchAt(ids.slice(0, 100));
    expect(requests).toEqual([]);
  });

  it('are the whole year where that costs less than so many records', async () => {
    const ids = Array.from({ length: 1500 }, (_, index) => `CVE-2026-${1000 + index}`);
    putYear(2026, ids);
    await fetchAt(ids);
    expect([asked('cve/'), asked('nvd/')]).toEqual([0, 2]);
  });

  it('of several years are those of their files; 2002 has all before', async () => {
    const old = 'CVE-1999-0001';
    putYear(2002, [old]);
    await fetchAt([old]);
    expect(severities(old)).toEqual(['nvd critical']);
  });

  it('are the words of errata at last; a mirror without them is not asked again', async () => {
    putRecord(ID);
    await fetchAt([OTHER]);
    expect(asked('osv/AlmaLinux/')).toBe(1);
    await fetchAt(['CVE-2026-7777']);
    expect(asked('osv/AlmaLinux/')).toBe(0);
  });

  it('are nothing that can be asked for without a CVE id', async () => {
    const { isChanged, notes } = await fetchAt([
      'GHSA-aaaa-bbbb-cccc',
      'GO-2024-0001',
      'TEMP-1-2',
      '../../x',
    ]);
    expect([isChanged, notes, requests]).toEqual([false, [], []]);
  });
});

describe('what cannot be used', () => {
  it.each<[string, Answer]>([
    ['no JSON', '<html>'],
    ['JSON of another format', '{"vulnerabilities": []}'],
    [
      'a record of another id',
      JSON.stringify({ cveMetadata: { cveId: OTHER }, containers: { cna: {} } }),
    ],
    ['nothing', ''],
    ['deep nesting', '['.repeat(100_000)],
    ['over the size of any record', Buffer.alloc(9 * 1024 * 1024, 0x20)],
  ])('is named and counts as not asked: %s', async (_, answer) => {
    answers.set(`cve/${cveRecordPath(ID)}`, answer);
    const { notes } = await fetchAt([ID]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain(ID);
    expect(hasAnswered(ID)).toBe(false);
  });

  it.each<[string, () => void]>([
    ['has another digest than is stated', () => putYear(2026, [ID], 'wrong')],
    [
      'is cut off',
      () => {
        putYear(2026, [ID]);
        const path = 'nvd/feeds/json/cve/2.0/nvdcve-2.0-2026.json.gz';
        answers.set(path, (answers.get(path) as Buffer).subarray(0, 40));
      },
    ],
    ['has no record', () => putYear(2026, [])],
    ['has the records of another year', () => putYear(2026, ['CVE-2020-0001'])],
  ])('a year of NVD that %s', async (_, put) => {
    put();
    const { notes } = await fetchAt([ID]);
    expect(notes.join()).toContain('from NVD');
    expect(hasAnswered(ID)).toBe(false);
  });

  it('leaves what was there: a year that shrinks to less than half', async () => {
    const ids = Array.from({ length: 10 }, (_, index) => `CVE-2026-${2000 + index}`);
    putYear(2026, ids);
    await fetchAt([ID]);
    putYear(2026, ids.slice(0, 3));
    const { notes } = await fetchAt([ID], { nowMs: NOW + 8 * DAY_MS });
    expect(notes.join()).toContain('and had 10');
    expect(severities('CVE-2026-2009')).toEqual(['nvd critical']);
  });

  it('is an address where nobody answers', async () => {
    const { notes, isChanged } = await fetchAt([ID], { mirror: 'http://127.0.0.1:9/' });
    expect([notes.length > 0, hasAnswered(ID)]).toEqual([true, false]);
    expect(isChanged).toBeTypeOf('boolean');
  });

  it('is a stored file that was changed: it is fetched again', async () => {
    putRecord(ID);
    await fetchAt([ID]);
    const name = readdirSync(join(folder, 'ratings')).find((one) => one.startsWith('cve-')) ?? '';
    const file = join(folder, 'ratings', name);
    writeFileSync(file, readFileSync(file, 'utf8').replace('critical', 'low'));
    expect([severities(ID), hasAnswered(ID)]).toEqual([[], false]);
    rmSync(file);
    await fetchAt([ID]);
    expect(severities(ID)).toEqual(['cna critical']);
  });
});

describe('bounds', () => {
  it('end with a note when the time is over', async () => {
    answers.set(`cve/${cveRecordPath(ID)}`, HANGS);
    const { notes } = await fetchAt([ID], { limits: { ...RATING_LIMITS, maxDurationMs: 300 } });
    expect(notes.join()).toMatch(/not done within|time for fetching/);
    expect(hasAnswered(ID)).toBe(false);
  });

  it('end with a note when too many bytes would be fetched', async () => {
    putYear(2026, [ID]);
    const { notes } = await fetchAt([ID], { limits: { ...RATING_LIMITS, maxBytes: 150 } });
    expect(notes.join()).toContain('larger than what is left of the limit');
    expect(asked('nvd/feeds/json/cve/2.0/nvdcve-2.0-2026.json.gz')).toBe(0);
  });

  it('do not hide that the user ended the run', async () => {
    const controller = new AbortController();
    controller.abort();
    const context = { ...contextAt(NOW), signal: controller.signal };
    const request = { ids: [ID], isSettledBy: () => false };
    await expect(fetchRatings({ folder, mirror: url }, request, context)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
