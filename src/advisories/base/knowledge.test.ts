import { createServer, type Server } from 'node:http';
import { spawnSync } from 'node:child_process';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import type { AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { zip, type Member } from '../../../test/support/zip.ts';
import { openAdvisoryBase } from '../store/open-advisory-base.ts';
import { quietContext, type Context } from '../../core/base/context.ts';
import type { AdvisoryNeed } from '../../core/model/advisory/advisory.ts';
import { readBaseStatus, importIntoBase, updateBase, type BaseUpdateOutcome } from './index.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const NPM = { ecosystem: 'npm' } as const;
const DEBIAN = { ecosystem: 'debian', release: '12' } as const;
const ALPINE = { ecosystem: 'alpine', release: '3.19' } as const;

let root = '';
let mirror = '';
let folder = '';
let said: string[] = [];
const servers: Server[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'assay-knowledge-'));
  mirror = join(root, 'mirror');
  folder = join(root, 'cache', 'advisories');
  said = [];
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
  rmSync(root, { recursive: true, force: true });
});

function context(overrides: Partial<Context> = {}): Context {
  const say = (message: string): void => void said.push(message);
  return quietContext({
    now: () => NOW,
    log: { debug: () => undefined, info: say, warn: say },
    ...overrides,
  });
}

function put(path: string, content: string | Uint8Array): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  return full;
}

function record(id: string, name: string, overrides: object = {}): string {
  return JSON.stringify({
    id,
    modified: '2025-05-05T00:00:00Z',
    summary: `about ${id}`,
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
      },
    ],
    ...overrides,
  });
}

function records(count: number): Member[] {
  return Array.from({ length: count }, (_item, index) => ({
    name: `X-${index}.json`,
    body: record(`X-${index}`, `left-${index}`),
  }));
}

function secdb(version: string, names: readonly string[]): string {
  return JSON.stringify({
    distroversion: version,
    reponame: 'main',
    packages: names.map((name) => ({ pkg: { name, secfixes: { '1.2-r3': ['CVE-2024-0001'] } } })),
  });
}

const TRACKER = JSON.stringify({
  bash: {
    'CVE-2024-0002': {
      releases: { bookworm: { status: 'resolved', fixed_version: '5.2-1', urgency: 'low' } },
    },
  },
  zlib: {
    'CVE-2024-0003': { releases: { bookworm: { status: 'open' }, woody: { status: 'open' } } },
  },
  broken: 7,
});

function putMirror(): void {
  put(
    'mirror/osv/npm/all.zip',
    zip([...records(10), { name: 'bad.json', body: '{' }, { name: 'readme.txt', body: 'x' }]),
  );
  put('mirror/alpine-secdb/v3.19/main.json', secdb('v3.19', ['musl', 'zlib']));
  put('mirror/alpine-secdb/v3.19/community.json', secdb('v3.19', ['vlc']));
  put('mirror/debian-tracker/tracker/data/json', TRACKER);
}

function update(overrides: Partial<Context> = {}): Promise<BaseUpdateOutcome> {
  return updateBase({ folder, mirror }, context(overrides));
}

async function idsOf(need: AdvisoryNeed, name: string): Promise<string[]> {
  const reader = await openAdvisoryBase(folder).open([need], context());
  try {
    return [...reader.byPackage(need, name)].map((advisory) => advisory.id);
  } finally {
    reader.close();
  }
}

async function serve(
  files: string,
  onRequest: (path: string) => void = () => undefined,
): Promise<string> {
  const server = createServer((request, response) => {
    const path = join(files, decodeURIComponent(request.url ?? ''));
    onRequest(request.url ?? '');
    if (!existsSync(path)) response.writeHead(404).end();
    else {
      response.setHeader('last-modified', 'Wed, 31 Dec 2025 00:00:00 GMT');
      createReadStream(path).pipe(response);
    }
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('updateBase', () => {
  it('loads a mirror folder and says what was used, rejected, skipped and absent', async () => {
    putMirror();
    const change = await update();
    expect(
      change.sets.map(({ feed, ecosystem, release, recordCount, packageCount }) => [
        feed,
        ecosystem,
        release,
        recordCount,
        packageCount,
      ]),
    ).toEqual([
      ['alpine-secdb', 'alpine', '3.19', 3, 3],
      ['debian-tracker', 'debian', '12', 2, 2],
      ['osv', 'npm', undefined, 10, 10],
    ]);
    expect(change.sets[2]).toMatchObject({
      dataAt: '2025-05-05T00:00:00Z',
      fetchedAt: '2026-01-01T00:00:00.000Z',
    });
    expect(change.feeds).toMatchObject([
      {
        feed: 'osv',
        documentCount: 11,
        recordCount: 10,
        rejected: [{ reason: 'not JSON', count: 1, examples: ['bad.json'] }],
      },
      { feed: 'alpine-secdb', documentCount: 2, recordCount: 3, rejected: [], skipped: [] },
      {
        feed: 'debian-tracker',
        recordCount: 2,
        rejected: [{ reason: 'not a JSON object', examples: ['broken'] }],
        skipped: [{ ecosystem: 'Debian:woody', count: 1 }],
      },
    ]);
    expect(change.absent).toEqual(expect.arrayContaining(['osv debian', 'osv alpine', 'osv pypi']));
    expect(change.absent).not.toContain('osv npm');
    expect(said).toHaveLength(1);
    expect(await idsOf(NPM, 'left-3')).toEqual(['X-3']);
    expect(await idsOf(DEBIAN, 'bash')).toEqual(['CVE-2024-0002']);
    expect(await idsOf(ALPINE, 'vlc')).toEqual(['CVE-2024-0001']);
    expect(await idsOf(ALPINE, 'bash')).toEqual([]);
  });

  it('loads a mirror server the same, dated by its records, else by its files', async () => {
    putMirror();
    const seen: string[] = [];
    const base = await serve(root, (path) => seen.push(path));
    const change = await updateBase(
      { folder, mirror: `${base}/mirror` },
      context({ fetch: globalThis.fetch }),
    );
    expect(change.sets.map((set) => set.recordCount)).toEqual([3, 2, 10]);
    expect(change.sets.map((set) => set.dataAt)).toEqual([
      '2025-12-31T00:00:00.000Z',
      '2025-12-31T00:00:00.000Z',
      '2025-05-05T00:00:00Z',
    ]);
    expect(seen).toContain('/mirror/alpine-secdb/v3.18/main.json');
    expect(readdirSync(folder).filter((name) => !/^[0-9a-f]{64}\.adv$/.test(name))).toEqual([
      'fetched.json',
      'manifest.json',
    ]);
  });

  it('is not dated by a record of the future, which would make old data pass for new', async () => {
    const ahead = { name: 'X-99.json', body: record('X-99', 'left', { modified: '2999-01-01' }) };
    put('mirror/osv/npm/all.zip', zip([...records(10), ahead]));
    const change = await update();
    expect(change.sets.map((set) => [set.recordCount, set.dataAt])).toEqual([
      [11, '2025-05-05T00:00:00Z'],
    ]);
  });

  it('asks the publishers without a mirror, and takes their word on dates', async () => {
    putMirror();
    const base = await serve(root);
    const folders = new Map([
      ['osv-vulnerabilities.storage.googleapis.com', 'osv'],
      ['secdb.alpinelinux.org', 'alpine-secdb'],
      ['security-tracker.debian.org', 'debian-tracker'],
    ]);
    const rerouted: typeof fetch = (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      expect(url.protocol).toBe('https:');
      const place = folders.get(url.hostname) ?? 'nowhere';
      return globalThis.fetch(`${base}/mirror/${place}${url.pathname}`, init);
    };
    const change = await updateBase({ folder }, context({ fetch: rerouted }));
    expect(change.sets.map((set) => [set.feed, set.recordCount, set.dataAt])).toEqual([
      ['alpine-secdb', 3, '2025-12-31T00:00:00.000Z'],
      ['debian-tracker', 2, '2025-12-31T00:00:00.000Z'],
      ['osv', 10, '2025-12-31T00:00:00.000Z'],
    ]);
  });

  it('asks only for what is needed', async () => {
    putMirror();
    const seen: string[] = [];
    const base = await serve(root, (path) => seen.push(path));
    await updateBase(
      { folder, mirror: new URL(`${base}/mirror/`), needs: [ALPINE, NPM, NPM] },
      context({ fetch: globalThis.fetch }),
    );
    expect(seen).toEqual([
      '/mirror/osv/Alpine/all.zip',
      '/mirror/osv/npm/all.zip',
      '/mirror/alpine-secdb/v3.19/main.json',
      '/mirror/alpine-secdb/v3.19/community.json',
    ]);
  });

  it('builds the same files from the same data', async () => {
    putMirror();
    await update();
    const first = readdirSync(folder).sort();
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');
    rmSync(folder, { recursive: true });
    await update();
    expect(readdirSync(folder).sort()).toEqual(first);
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe(manifest);
  });

  it.each<[string, () => void, string]>([
    [
      'less than half of the records',
      () => put('mirror/osv/npm/all.zip', zip(records(4))),
      'osv has 4 records of npm, and had 10',
    ],
    ['no record', () => put('mirror/osv/npm/all.zip', zip([])), 'holds no record'],
    [
      'a zip that is cut off',
      () => put('mirror/osv/npm/all.zip', zip(records(10)).subarray(0, 900)),
      'cannot read',
    ],
    [
      'a tracker that is cut off',
      () => put('mirror/debian-tracker/tracker/data/json', TRACKER.slice(0, -9)),
      'cannot read',
    ],
    [
      'a tracker that is empty',
      () => put('mirror/debian-tracker/tracker/data/json', '{}'),
      'holds no record',
    ],
  ])('refuses %s, and keeps all of the old', async (_title, damage, message) => {
    putMirror();
    await update();
    const before = readFileSync(join(folder, 'manifest.json'), 'utf8');
    put('mirror/alpine-secdb/v3.19/main.json', secdb('v3.19', ['musl', 'zlib', 'new']));
    damage();
    await expect(update()).rejects.toMatchObject({
      code: 'ADVISORY_DATA_IMPLAUSIBLE',
      message: expect.stringContaining(message) as string,
    });
    expect(readFileSync(join(folder, 'manifest.json'), 'utf8')).toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    expect(await idsOf(NPM, 'left-3')).toEqual(['X-3']);
    expect(await idsOf(ALPINE, 'new')).toEqual([]);
  });

  it('keeps the old data when the network fails in the middle', async () => {
    putMirror();
    await update();
    const failing: typeof fetch = (input, init) => {
      const address = input instanceof URL ? input.pathname : '';
      if (address.includes('tracker')) return Promise.reject(new TypeError('broken'));
      return globalThis.fetch(input, init);
    };
    const base = await serve(root);
    const controller = new AbortController();
    const running = updateBase(
      { folder, mirror: `${base}/mirror` },
      context({
        fetch: failing,
        signal: controller.signal,
        log: { debug: () => controller.abort(), info: () => undefined, warn: () => undefined },
      }),
    );
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(await idsOf(NPM, 'left-3')).toEqual(['X-3']);
    expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each<[string, string | undefined, string, string]>([
    ['a mirror that is not there', '/nowhere', 'ADVISORY_DATA_MISSING', '"/nowhere" does not'],
    ['a mirror that is a file', '/etc/passwd', 'ADVISORY_DATA_MISSING', 'passwd" is not a folder'],
    ['a mirror without any feed', '/etc', 'ADVISORY_DATA_MISSING', 'at the mirror "/etc"'],
    ['no network', undefined, 'OFFLINE', 'the network is off'],
    ['a server without network', 'http://127.0.0.1:1/', 'OFFLINE', 'the network is off'],
    ['an address that is none', 'http://[', 'USAGE', '"http://["'],
  ])('says what is wrong with %s', async (_title, at, code, words) => {
    const request = at === undefined ? { folder } : { folder, mirror: at };
    const message = expect.stringContaining(words) as string;
    await expect(updateBase(request, context())).rejects.toMatchObject({ code, message });
    expect(existsSync(join(folder, 'manifest.json'))).toBe(false);
  });

  it('cleans up after a killed run, and keeps files that readers may just be opening', async () => {
    putMirror();
    await update();
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const host =
      hostname()
        .toLowerCase()
        .replaceAll(/[^0-9a-z]/g, '')
        .slice(0, 24) || 'host';
    put(`cache/advisories/.tmp-${host}-${dead}-00ff`, 'half a file');
    const old = readdirSync(folder).filter((name) => name.endsWith('.adv'));
    put('mirror/osv/npm/all.zip', zip(records(12)));
    await update();
    const names = readdirSync(folder);
    expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
    expect(names.filter((name) => name.endsWith('.adv'))).toEqual(expect.arrayContaining(old));
    expect(await idsOf(NPM, 'left-11')).toEqual(['X-11']);
  });

  it('serves readers while two updates run', async () => {
    putMirror();
    await update();
    const updates = [update(), update()];
    const looks = Array.from({ length: 10 }, async () => {
      for (let turn = 0; turn < 20; turn += 1) expect(await idsOf(NPM, 'left-3')).toEqual(['X-3']);
    });
    await Promise.all([...updates, ...looks]);
    expect(readdirSync(folder)).not.toContain('manifest.lock');
  });
});

describe('importIntoBase', () => {
  it('tells the forms of files by their content', async () => {
    const paths = [
      put('a.bin', zip(records(3))),
      put('b.bin', secdb('v3.19', ['musl'])),
      put('c.bin', TRACKER),
      put('d.bin', record('Y-1', 'right')),
    ];
    const change = await importIntoBase({ folder, paths }, context());
    expect(change.sets.map((set) => [set.feed, set.recordCount])).toEqual([
      ['alpine-secdb', 1],
      ['debian-tracker', 2],
      ['osv', 4],
    ]);
  });

  it('loads a folder laid out as a mirror', async () => {
    putMirror();
    const change = await importIntoBase({ folder, paths: [mirror] }, context());
    expect(change.sets).toHaveLength(3);
  });

  it('adds single records to what is there, each in the place of its old self', async () => {
    putMirror();
    await update();
    put('own/X-3.json', record('X-3', 'moved'));
    put('own/deep/Y-1.json', record('Y-1', 'right'));
    put('own/package.json', '{"name":"x"}');
    put('own/notes.txt', 'x');
    const change = await importIntoBase({ folder, paths: [join(root, 'own')] }, context());
    expect(change.sets).toMatchObject([{ feed: 'osv', recordCount: 11, previousCount: 10 }]);
    expect(said.at(-1)).toContain('package.json" is not advisory data');
    expect(await idsOf(NPM, 'left-3')).toEqual([]);
    expect(await idsOf(NPM, 'moved')).toEqual(['X-3']);
    expect(await idsOf(NPM, 'left-4')).toEqual(['X-4']);
    expect(await idsOf(DEBIAN, 'zlib')).toEqual(['CVE-2024-0003']);
  });

  it('takes the first of two records with one id', async () => {
    const paths = [put('1.json', record('Y-1', 'one')), put('2.json', record('Y-1', 'two'))];
    const change = await importIntoBase({ folder, paths }, context());
    expect(change.feeds[0]?.rejected).toMatchObject([
      { reason: 'a record with this id came before' },
    ]);
    expect(await idsOf(NPM, 'one')).toEqual(['Y-1']);
    expect(await idsOf(NPM, 'two')).toEqual([]);
  });

  it.each<[string, () => string, string]>([
    ['a path that is not there', () => join(root, 'nothing'), 'NOT_FOUND'],
    ['a file of no known form', () => put('x.json', '{"name":"x"}'), 'ADVISORY_DATA_IMPLAUSIBLE'],
    ['a file that is not JSON', () => put('x.json', 'hello'), 'ADVISORY_DATA_IMPLAUSIBLE'],
    ['a damaged zip', () => put('x.zip', 'PK nonsense'), 'ADVISORY_DATA_IMPLAUSIBLE'],
    ['an empty folder', () => dirname(put('empty/x', '')), 'ADVISORY_DATA_IMPLAUSIBLE'],
    [
      'records of unknown ecosystems only',
      () =>
        put(
          'x.json',
          '{"id":"GO-1","modified":"2024-01-01","affected":[{"package":{"ecosystem":"Go","name":"x"}}]}',
        ),
      'ADVISORY_DATA_MISSING',
    ],
  ])('refuses %s', async (_title, make, code) => {
    await expect(importIntoBase({ folder, paths: [make()] }, context())).rejects.toMatchObject({
      code,
    });
  });
});

describe('baseStatus', () => {
  it('says what is loaded, or nothing', async () => {
    expect(await readBaseStatus(folder, context())).toEqual({ folder, sets: [], sizeBytes: 0 });
    putMirror();
    const { sets } = await update();
    const status = await readBaseStatus(folder, context());
    expect(status.sets).toEqual(sets);
    expect(status.sizeBytes).toBe(sets.reduce((sum, set) => sum + set.sizeBytes, 0));
  });

  it.each<[string, () => void]>([
    [
      'the manifest is damaged',
      () => put('cache/advisories/manifest.json', '{"format":"assay-advisory-base"'),
    ],
    [
      'the manifest was changed',
      () => {
        const path = join(folder, 'manifest.json');
        writeFileSync(
          path,
          readFileSync(path, 'utf8').replace('"recordCount": 10', '"recordCount": 11'),
        );
      },
    ],
    [
      'it is of an older Assay',
      () => {
        const path = join(folder, 'manifest.json');
        writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 3', '"version": 2'));
      },
    ],
    [
      'a file is gone',
      () => {
        for (const name of readdirSync(folder))
          if (name.endsWith('.adv')) rmSync(join(folder, name));
      },
    ],
    [
      'a file is cut off',
      () => {
        for (const name of readdirSync(folder))
          if (name.endsWith('.adv')) writeFileSync(join(folder, name), 'x');
      },
    ],
  ])('refuses the base when %s, and an update repairs it', async (_title, damage) => {
    putMirror();
    await update();
    damage();
    await expect(readBaseStatus(folder, context())).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
    });
    await expect(idsOf(NPM, 'left-3')).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
      hint: expect.stringContaining('assay db update') as string,
    });
    await update();
    expect(await idsOf(NPM, 'left-3')).toEqual(['X-3']);
  });
});

it('opens a folder without a base as a reader that covers nothing', async () => {
  const reader = await openAdvisoryBase(folder).open([NPM], context());
  expect(reader.coverage(NPM)).toEqual([]);
  expect([...reader.byPackage(NPM, 'left-3')]).toEqual([]);
});
