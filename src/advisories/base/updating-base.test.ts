import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFeedServer, type FeedServer } from '../../../test/support/feed-server.ts';
import { zip } from '../../../test/support/zip.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import type { AdvisoryNeed, AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import { readOverrides } from './overrides.ts';
import { createUpdatingBase } from './updating-base.ts';
import type { UpdatingBaseOptions } from './types.ts';

const NPM = { ecosystem: 'npm' } as const;
const ALPINE = { ecosystem: 'alpine', release: '3.19' } as const;
const NOW = Date.parse('2026-01-01T00:00:00Z');
const DAY_MS = 24 * 60 * 60 * 1000;

let root = '';
let folder = '';
let said: string[] = [];
let server: FeedServer;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-updating-'));
  folder = join(root, 'cache/advisories');
  said = [];
  put('mirror/osv/npm/all.zip', zip([1, 2, 3].map((n) => member(`X-${n}`, 'left-pad'))));
  put('mirror/alpine-secdb/v3.19/main.json', secdb('musl'));
  put('mirror/alpine-secdb/v3.19/community.json', secdb('vlc'));
  put('mirror/alpine-secdb/v3.18/main.json', secdb('musl'));
  server = await startFeedServer(join(root, 'mirror'));
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

function put(path: string, content: string | Uint8Array): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

function member(id: string, name: string): { name: string; body: string } {
  return { name: `${id}.json`, body: record(id, name) };
}

function record(id: string, name: string, overrides: object = {}): string {
  return JSON.stringify({
    id,
    modified: '2025-05-05T00:00:00Z',
    affected: [{ package: { ecosystem: 'npm', name }, versions: ['1.0.0'] }],
    ...overrides,
  });
}

function secdb(name: string): string {
  return JSON.stringify({
    distroversion: 'v3.19',
    packages: [{ pkg: { name, secfixes: { '1.2-r3': ['CVE-2024-0001'] } } }],
  });
}

function context(overrides: Partial<Context> = {}): Context {
  const say = (message: string): void => void said.push(message);
  return quietContext({
    now: () => NOW,
    fetch: globalThis.fetch,
    log: { debug: () => undefined, info: () => undefined, warn: say },
    ...overrides,
  });
}

async function open(
  needs: readonly AdvisoryNeed[],
  options: Partial<UpdatingBaseOptions> = {},
  overrides: Partial<Context> = {},
): Promise<AdvisoryReader> {
  server.requests.length = 0;
  const mirror = server.url;
  const base = await createUpdatingBase({ folder, mirror, ...options }, context());
  return base.open(needs, context(overrides));
}

function asked(): string[] {
  return server.requests.map(({ path, status }) => `${status} ${path}`).sort();
}

function idsOf(reader: AdvisoryReader, need: AdvisoryNeed, name: string): string[] {
  return [...reader.byPackage(need, name)]
    .filter((advisory) => advisory.withdrawnAt === undefined)
    .map((advisory) => advisory.id)
    .sort();
}

const broken: typeof fetch = () => Promise.reject(new TypeError('no route'));

describe('a scan without data', () => {
  it('fetches the feed of what it found, and no other', async () => {
    const reader = await open([NPM]);
    expect(asked()).toEqual(['200 osv/npm/all.zip']);
    expect(idsOf(reader, NPM, 'left-pad')).toEqual(['X-1', 'X-2', 'X-3']);
  });

  it('fetches one release of Alpine', async () => {
    await open([ALPINE]);
    expect(asked()).toEqual([
      '200 alpine-secdb/v3.19/community.json',
      '200 alpine-secdb/v3.19/main.json',
    ]);
  });

  it.each<[string, Partial<UpdatingBaseOptions>, Partial<Context>]>([
    ['it may not', { canUpdate: false }, {}],
    ['there is no network', {}, { fetch: undefined }],
  ])('fetches nothing where %s', async (_title, options, overrides) => {
    const reader = await open([NPM], options, overrides);
    expect(asked()).toEqual([]);
    expect(reader.coverage(NPM)).toEqual([]);
  });

  it('ends with the cause where nothing can be had', async () => {
    await expect(open([NPM], {}, { fetch: broken })).rejects.toMatchObject({
      code: 'ADVISORY_DATA_MISSING',
      message: expect.stringMatching(
        /osv npm: cannot get "http.*npm\/all.zip": no route/,
      ) as string,
      hint: expect.stringContaining('assay db import PATH') as string,
    });
  });

  it('goes on with what could be had, and says what could not', async () => {
    await open([NPM]);
    const partly: typeof fetch = (input, init) =>
      (input instanceof URL ? input.pathname : '').includes('secdb')
        ? broken(input, init)
        : globalThis.fetch(input, init);
    const reader = await open([NPM, ALPINE], {}, { fetch: partly });
    expect(idsOf(reader, NPM, 'left-pad')).toHaveLength(3);
    expect(reader.notes?.()).toMatchObject([
      { message: expect.stringContaining('alpine-secdb alpine 3.19') as string },
    ]);
  });

  it('fetches once when ten scans begin together', async () => {
    const readers = await Promise.all(Array.from({ length: 10 }, () => open([NPM])));
    for (const reader of readers) expect(idsOf(reader, NPM, 'left-pad')).toHaveLength(3);
    expect(asked()).toEqual(['200 osv/npm/all.zip']);
    expect(
      readdirSync(folder)
        .filter((name) => !name.endsWith('.adv'))
        .sort(),
    ).toEqual(['fetched.json', 'manifest.json']);
  });
});

describe('a scan with data', () => {
  beforeEach(async () => {
    await open([NPM]);
  });

  it('asks nothing within a day, and only for changes after it', async () => {
    await open([NPM], {}, { now: () => NOW + DAY_MS - 1 });
    expect(asked()).toEqual([]);
    await open([NPM], {}, { now: () => NOW + DAY_MS + 1 });
    // Without a list of changes the archive itself is asked for.
    expect(asked()).toEqual(['304 osv/npm/all.zip', '404 osv/npm/modified_id.csv']);
    await open([NPM], {}, { now: () => NOW + DAY_MS + 2 });
    expect(asked()).toEqual([]);
  });

  it('uses old data when the network fails, and says so', async () => {
    const reader = await open([NPM], {}, { now: () => NOW + 2 * DAY_MS, fetch: broken });
    expect(idsOf(reader, NPM, 'left-pad')).toHaveLength(3);
    const [note] = reader.notes?.() ?? [];
    expect(note?.message).toContain('could not be refreshed, that of 2025-05-05 is used');
    expect(said).toEqual([note?.message]);
  });

  it('refuses data that is older than allowed, and names it', async () => {
    const reading = open([NPM], { canUpdate: false, maxAgeMs: 7 * DAY_MS });
    await expect(reading).rejects.toMatchObject({
      code: 'ADVISORY_DATA_STALE',
      message: expect.stringContaining('osv npm is of 2025-05-05') as string,
    });
    await open([NPM], { canUpdate: false, maxAgeMs: 400 * DAY_MS });
  });

  describe('names what it answers from', () => {
    async function stateOf(
      needs: readonly AdvisoryNeed[],
      options: Partial<UpdatingBaseOptions> = {},
      overrides: Partial<Context> = {},
    ): Promise<string | undefined> {
      const asked = { folder, mirror: server.url, ...options };
      const base = await createUpdatingBase(asked, context());
      const prepared = await base.prepare?.(needs, context(overrides));
      const state = prepared?.state();
      expect((await prepared?.open())?.state).toBe(state);
      return state;
    }

    it('the same where nothing has changed, and for what is asked alone', async () => {
      const npm = await stateOf([NPM]);
      expect(npm).toContain('osv');
      await open([ALPINE]);
      expect(await stateOf([NPM])).toBe(npm);
      expect(await stateOf([ALPINE])).not.toBe(npm);
      expect(await stateOf([ALPINE, NPM])).not.toBe(npm);
    });

    it('anew where a record has changed, or the data was seen to be current', async () => {
      const before = await stateOf([NPM]);
      const seen = await stateOf([NPM], {}, { now: () => NOW + DAY_MS + 1 });
      expect(seen).not.toBe(before);
      put('mirror/osv/npm/all.zip', zip([member('X-4', 'left-pad')]));
      const changed = await stateOf([NPM], {}, { now: () => NOW + 3 * DAY_MS });
      expect(changed).not.toBe(seen);
    });

    it('not at all with records and corrections of a user, or without a refresh', async () => {
      const ownPaths = [put('own/Y-1.json', record('Y-1', 'left-pad'))];
      expect(await stateOf([NPM], { ownPaths })).toBeUndefined();
      const list = [{ id: 'X-2', reason: 'not ours', withdraw: true }];
      const overridePath = put('o.json', JSON.stringify({ overrides: list }));
      const overrides = await readOverrides({ file: overridePath, path: 'o.json' });
      expect(await stateOf([NPM], { overrides })).toBeUndefined();
      const offline = { now: () => NOW + 2 * DAY_MS, fetch: broken };
      expect(await stateOf([NPM], {}, offline)).toBeUndefined();
    });

    it('and refuses data that is older than allowed', async () => {
      const options = { canUpdate: false, maxAgeMs: 7 * DAY_MS };
      await expect(stateOf([NPM], options)).rejects.toMatchObject({ code: 'ADVISORY_DATA_STALE' });
    });
  });

  it('adds the records of a user, under their own name', async () => {
    const path = put('own/deep/Y-1.json', record('Y-1', 'left-pad'));
    const reader = await open([NPM], { ownPaths: [dirname(path)] });
    expect(idsOf(reader, NPM, 'left-pad')).toEqual(['X-1', 'X-2', 'X-3', 'Y-1']);
    expect(reader.coverage(NPM).map((row) => row.feed)).toEqual(['osv', 'user']);
    expect(reader.notes?.()).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['withdraws', { withdraw: true }, ['X-1', 'X-3']],
    ['withdraws from the package', { withdraw: true, packages: ['npm/left-pad'] }, ['X-1', 'X-3']],
    [
      'leaves other packages',
      { withdraw: true, packages: ['npm/right-pad'] },
      ['X-1', 'X-2', 'X-3'],
    ],
    ['rates', { severity: 'low' }, ['X-1', 'X-2', 'X-3']],
    [
      'corrects the versions',
      { affected: [{ package: { ecosystem: 'npm', name: 'left-pad' }, versions: ['9.9.9'] }] },
      ['X-1', 'X-2', 'X-3'],
    ],
  ])('%s by an override, with its reason', async (_title, change, ids) => {
    const override = { id: 'x-2', reason: 'not ours', ...change };
    const overridePath = put('o.json', JSON.stringify({ overrides: [override] }));
    const overrides = await readOverrides({ file: overridePath, path: 'o.json' });
    const reader = await open([NPM], { overrides });
    expect(idsOf(reader, NPM, 'left-pad')).toEqual(ids);
    const found = [...reader.byPackage(NPM, 'left-pad')].find((item) => item.id === 'X-2');
    if ('severity' in change) expect(found?.ratings).toEqual([{ by: 'override', severity: 'low' }]);
    if ('affected' in change) expect(found?.affected[0]?.versions).toEqual(['9.9.9']);
    const isMeant = JSON.stringify(change).includes('right-pad');
    expect(reader.notes?.().map((note) => note.message.endsWith('not ours'))).toEqual(
      isMeant ? [] : [true],
    );
  });
});

it('counts a user’s records as data, and what they leave unsaid as a gap', async () => {
  const path = put('Y-1.json', record('Y-1', 'left-pad'));
  const reader = await open([NPM], { ownPaths: [path], canUpdate: false });
  expect(reader.coverage(NPM)).toMatchObject([{ feed: 'user', recordCount: 1 }]);
  expect(idsOf(reader, NPM, 'left-pad')).toEqual(['Y-1']);
  expect(reader.notes?.()).toMatchObject([{ gap: 'noAdvisoryData' }]);
});

/** Options whose paths lie below the folder of a test. */
type Given = Partial<UpdatingBaseOptions> & { readonly overridePath?: string };

it.each<[string, Given, () => void]>([
  ['own records that are not there', { ownPaths: ['/nowhere'] }, () => undefined],
  ['own records that are none', { ownPaths: ['own.json'] }, () => put('own.json', '{"id":1}')],
  [
    'an override without a reason',
    { overridePath: 'o.json' },
    () => put('o.json', '{"overrides":[{"id":"X"}]}'),
  ],
  ...[
    { severity: 5 },
    { severity: 'huge' },
    { withdraw: 'true' },
    { withdraw: true, packages: 'npm/left-pad' },
    { withdraw: true, packages: [] },
    { withdraw: true, packages: ['left-pad'] },
    { withdraw: true, packages: ['/left-pad'] },
    { withdraw: true, packages: ['nmp/left-pad'] },
    { affected: {} },
    { affected: [] },
    { affected: [{}] },
    { withdraw: true, until: '2026-01-01' },
  ].map((entry): [string, Given, () => void] => [
    `an override with ${JSON.stringify(entry)}`,
    { overridePath: 'o.json' },
    () => put('o.json', JSON.stringify({ overrides: [{ id: 'X', reason: 'y', ...entry }] })),
  ]),
  [
    'an override file with another key',
    { overridePath: 'o.json' },
    () => put('o.json', '{"overrides":[],"override":[{"id":"X","reason":"y","withdraw":true}]}'),
  ],
  ['an override that is not JSON', { overridePath: 'o.json' }, () => put('o.json', 'hello')],
  [
    'an override that changes nothing',
    { overridePath: 'o.json' },
    () => put('o.json', '{"overrides":[{"id":"X","reason":"y"}]}'),
  ],
])('refuses %s before anything is fetched', async (_title, options, make) => {
  make();
  const at = (path: string): string => join(root, path);
  const placed = {
    ...(options.ownPaths === undefined ? {} : { ownPaths: options.ownPaths.map(at) }),
  };
  const { overridePath } = options;
  const opening = async (): Promise<unknown> => {
    if (overridePath === undefined) return open([NPM], placed);
    const overrides = await readOverrides({ file: at(overridePath), path: overridePath });
    return open([NPM], { ...placed, overrides });
  };
  await expect(opening()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  expect(asked()).toEqual([]);
});

it('loads all files of a task again when one of them has changed', async () => {
  await open([ALPINE]);
  const path = put('mirror/alpine-secdb/v3.19/community.json', secdb('mpv'));
  utimesSync(path, NOW / 1000, NOW / 1000);
  const reader = await open([ALPINE], {}, { now: () => NOW + 2 * DAY_MS });
  expect(asked()).toEqual([
    '200 alpine-secdb/v3.19/community.json',
    '200 alpine-secdb/v3.19/main.json',
    '304 alpine-secdb/v3.19/main.json',
  ]);
  expect(idsOf(reader, ALPINE, 'musl')).toEqual(['CVE-2024-0001']);
  expect(idsOf(reader, ALPINE, 'mpv')).toEqual(['CVE-2024-0001']);
  expect(idsOf(reader, ALPINE, 'vlc')).toEqual([]);
});
