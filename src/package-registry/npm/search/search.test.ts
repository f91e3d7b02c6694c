/** Searches over packages of the registry and of its uplink. */

import { afterEach, describe, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../../../test/support/model.ts';
import { publishBody, TEST_TOKENS } from '../../../../test/support/npm-publish.ts';
import { startRegistryScene, type RegistryScene } from '../../../../test/support/registry-scene.ts';
import type { PackagePolicy } from '../../../scan/policy/package-policy.ts';
import { meetsQuery, readSearchQuery } from './query.ts';

let scene: RegistryScene | undefined;
afterEach(() => scene?.[Symbol.asyncDispose]());

const OLD = '2020-01-01T00:00:00.000Z';
const HEADERS = { authorization: 'Bearer writer' };

/** A registry with two published packages, one that is stored, and an uplink that finds `found`. */
async function start(
  found: readonly object[] | undefined,
  policy?: PackagePolicy,
): Promise<RegistryScene> {
  const started = await startRegistryScene(policy, {
    privateNames: ['@acme/*'],
    tokens: TEST_TOKENS,
  });
  scene = started;
  started.uplink.packages.set('left-pad', { versions: { '1.0.0': { time: OLD } } });
  started.uplink.packages.set('left', {
    versions: { '1.0.0': { time: OLD }, '1.2.0': { time: OLD } },
  });
  for (const [name, description] of [
    ['@acme/left-tool', 'a tool'],
    ['@acme/other', 'moves things to the left'],
  ] as const) {
    const manifest = { description, keywords: ['Tool'] };
    const body = publishBody({ name, manifest });
    await started.get(`/${name.replace('/', '%2f')}`, HEADERS, 'PUT', body);
  }
  await started.get('/left-pad', HEADERS);
  if (found !== undefined) {
    started.uplink.intercept = (request, response) => {
      if (request.url?.startsWith('/-/v1/search') !== true) return false;
      response.end(JSON.stringify({ objects: found.map((row) => ({ package: row })), total: 77 }));
      return true;
    };
  }
  return started;
}

async function search(query: string): Promise<{ names: readonly string[]; total: number }> {
  const answer = await scene?.get(`/-/v1/search?${query}`, HEADERS);
  expect(answer?.status).toBe(200);
  const { objects, total } = JSON.parse(answer?.body.toString() ?? '') as {
    objects: { package: { name: string; version: string } }[];
    total: number;
  };
  return { names: objects.map(({ package: one }) => `${one.name}@${one.version}`), total };
}

const ROWS = [
  { name: 'left-pad', version: '1.0.0', date: OLD },
  {
    name: 'left',
    version: '1.2.0',
    date: OLD,
    description: 'x',
    keywords: ['a', 5],
    publisher: { username: 'jo' },
  },
  { name: '@acme/confused', version: '9.9.9', date: OLD },
  { name: '../evil', version: '1.0.0' },
  { name: 'broken', version: 'latest' },
  'text',
] as unknown as readonly object[];

describe('a search', () => {
  it('finds published packages, then stored ones, then those of the uplink, each once', async () => {
    const { uplink } = await start(ROWS);
    expect(await search('text=left&size=20')).toEqual({
      names: ['@acme/left-tool@1.0.0', '@acme/other@1.0.0', 'left-pad@1.0.0', 'left@1.2.0'],
      total: 3 + 77,
    });
    expect(uplink.requests).toContain('GET /-/v1/search?text=left&size=17&from=0');
  });

  it('has pages', async () => {
    const { uplink } = await start(ROWS);
    expect((await search('text=left&size=2')).names).toEqual([
      '@acme/left-tool@1.0.0',
      '@acme/other@1.0.0',
    ]);
    expect(uplink.requests.filter((one) => one.includes('search'))).toEqual([]);
    expect((await search('text=left&size=2&from=2')).names).toEqual(['left-pad@1.0.0']);
    await search('text=left&size=5&from=8');
    expect(uplink.requests.filter((one) => one.includes('search'))).toEqual([
      'GET /-/v1/search?text=left&size=1&from=0',
      'GET /-/v1/search?text=left&size=5&from=5',
    ]);
  });

  it('does not show what the policy hides, or shows an older version', async () => {
    const block = [{ package: '@acme/other', reason: 'no', owner: 'sec' }];
    const started = await start([...ROWS, { name: 'evil', version: '1.0.0', date: OLD }], {
      rules: [{ kind: 'malicious', action: 'hide' }],
      allow: [],
      block,
    });
    started.advisories = [
      anAdvisory('MAL-2026-1', { affected: [affects('left', [], { versions: ['1.2.0'] })] }),
      anAdvisory('MAL-2026-2', { affected: [affects('evil', [{ introduced: '0' }])] }),
    ];
    started.now += 5000;
    expect((await search('text=left')).names).toEqual([
      '@acme/left-tool@1.0.0',
      'left-pad@1.0.0',
      'left@1.0.0',
    ]);
  });

  it.each(['@acme/left-tool', '@acme', 'scope:acme', 'left @acme/secret'])(
    'for the private name %s is not sent to the uplink',
    async (text) => {
      const { uplink } = await start(ROWS);
      await search(`text=${encodeURIComponent(text)}`);
      expect(uplink.requests.filter((one) => one.includes('search'))).toEqual([]);
    },
  );

  it('finds own packages without a network, and if the uplink has no search or a damaged one', async () => {
    const own = ['@acme/left-tool@1.0.0', '@acme/other@1.0.0', 'left-pad@1.0.0'];
    const started = await start(undefined);
    expect(await search('text=left')).toEqual({ names: own, total: 3 });
    started.uplink.intercept = (_, response) => {
      response.end('{"objects":');
      return true;
    };
    expect(await search('text=left')).toEqual({ names: own, total: 3 });
    started.isOffline = true;
    expect(await search('text=left')).toEqual({ names: own, total: 3 });
  });

  it('shows no package that was unpublished', async () => {
    const started = await start(undefined);
    const owner = { authorization: 'Bearer owner' };
    const { _rev: rev } = JSON.parse(
      (await started.get('/@acme%2fother', owner)).body.toString(),
    ) as {
      _rev: string;
    };
    await started.get(`/@acme%2fother/-rev/${rev}`, owner, 'DELETE');
    expect((await search('text=tool')).names).toEqual(['@acme/left-tool@1.0.0']);
  });
});

describe('a query', () => {
  it.each<readonly [string, boolean]>([
    ['text=TOOL', true],
    ['text=tool+left', true],
    ['text=tool+right', false],
    ['text=keywords:cli,other', true],
    ['text=keywords:other', false],
    ['text=scope:acme', true],
    ['text=scope:@other', false],
    ['text=maintainer:jo', true],
    ['text=author:al', false],
    ['text=not:unstable', true],
    ['', true],
  ])('%s', (query, expected) => {
    const found = {
      name: '@acme/tool',
      description: 'To the left',
      keywords: ['CLI'],
      publisher: 'Jo',
    };
    expect(meetsQuery(readSearchQuery(`/-/v1/search?${query}`), found)).toBe(expected);
  });

  it.each<readonly [string, object]>([
    ['/-/v1/search', { text: '', size: 20, from: 0 }],
    ['/-/v1/search?size=9999&from=99999999', { size: 250, from: 10_000 }],
    ['/-/v1/search?size=-1&from=x', { size: 20, from: 0 }],
    ['/-/v1/search?size=0', { size: 0 }],
  ])('%s is bounded', (target, expected) => {
    expect(readSearchQuery(target)).toMatchObject(expected);
  });
});
