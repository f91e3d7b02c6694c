/**
 * Ways to a hidden version, bytes that change, and requests that mean harm, in front of a stub
 * uplink.
 */

import { createHash } from 'node:crypto';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../test/support/model.ts';
import { integrityOf, uplinkTarball, type UplinkVersion } from '../../test/support/npm-uplink.ts';
import {
  SCENE_BASE,
  startRegistryScene,
  type RegistryScene,
} from '../../test/support/registry-scene.ts';
import type { PackagePolicy } from '../scan/policy/package-policy.ts';
import { parseFailOn } from '../scan/policy/fail-on.ts';

let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

const OLD = '2026-01-01T00:00:00.000Z';
const DAY = 86_400_000;
const ABBREVIATED = {
  accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8',
};
const MALWARE = anAdvisory('MAL-2026-1', {
  affected: [affects('left', [], { versions: ['1.2.0'] })],
});

function versions(...list: readonly string[]): Readonly<Record<string, UplinkVersion>> {
  return Object.fromEntries(list.map((version) => [version, { time: OLD }]));
}

async function start(
  policy?: PackagePolicy,
  more?: Parameters<typeof startRegistryScene>[1],
): Promise<RegistryScene> {
  scene = await startRegistryScene(policy, more);
  scene.uplink.packages.set('left', { versions: versions('1.0.0', '1.1.0', '1.2.0') });
  return scene;
}

describe('a hidden version', () => {
  it.each([
    '/left/1.2.0',
    '/left/-/left-1.2.0.tgz',
    '/left/-/left-1.2.0.tgz?x=1',
    '/left/%2d/left-1.2.0.tgz',
    '/left/-/left-1%2e2.0.tgz',
    '/%6ceft/-/left-1.2.0.tgz',
    '/Left/-/Left-1.2.0.tgz',
    '/LEFT/1.2.0',
    '/left/-/left-1.2.0.TGZ',
    '/left/-/left-v1.2.0.tgz',
    '/left/-/left-1.2.0+.tgz',
    '/left/=1.2.0',
    '/left/v1.2.0',
    '/left/^1.2.0',
    '/left/-/../-/left-1.2.0.tgz',
    '/./left/1.2.0',
    '//left/1.2.0',
    '/left/-/left-1.2.0.tgz/',
    '/left%2f-%2fleft-1.2.0.tgz',
    '/left/-/left-1.2.0.tgz%00',
    '/left/-/left-1.2.0.tgz#x',
    '/left/-//left-1.2.0.tgz',
    '/left/-/left-%31.2.0.tgz',
    '/left/-/%6ceft-1.2.0.tgz',
    '/left/-/left-1.2.0%252e0.tgz',
    '/left/-/left-01.2.0.tgz',
    '/left/-/left-1.2.0-.tgz',
    '/left/-/left-1.2.0+1.tgz',
    '/left/1%2e2.0',
    '/left/1.2.0/',
    '/left/1.2',
    '/left/*',
    '/-/npm/v1/attestations/left@1.2.0',
    '/-/npm/v1/attestations/left@v1.2.0',
  ])('is not at %s', async (target) => {
    const { get } = await start();
    scene.advisories = [MALWARE];
    scene.now += 5000;
    for (const method of ['GET', 'HEAD']) {
      for (const headers of [{}, { range: 'bytes=0-10' }, { 'if-none-match': '*' }]) {
        const answer = await get(target, headers, method);
        expect([403, 404, 502]).toContain(answer.status);
        expect(answer.body.toString('latin1')).not.toContain('"dist"');
      }
    }
  });

  it('is in no document, tag or date', async () => {
    const { get } = await start();
    scene.advisories = [MALWARE];
    scene.now += 5000;
    const full = await get('/left');
    const short = await get('/left', ABBREVIATED);
    for (const { body, status } of [
      full,
      short,
      await get('/-/package/left/dist-tags'),
      await get('/left/latest'),
    ]) {
      expect(status).toBe(200);
      expect(body.toString()).not.toContain('1.2.0');
      expect(body.toString()).toContain('1.1.0');
    }
    expect(full.headers['etag']).not.toBe(short.headers['etag']);
    expect(JSON.parse(short.body.toString())).toMatchObject({ time: { '1.1.0': OLD } });
    expect(short.headers['npm-notice']).toBe(
      'left: 1 newer version hidden: 1.2.0: it is known to be malicious (MAL-2026-1)',
    );
    // npm prints no notice of an answer that it stores.
    expect(full.headers['cache-control']).toBe('no-store');
  });

  it('goes when a new advisory arrives, for old ETags and stored files too', async () => {
    const { get, uplink } = await start();
    const before = await get('/left');
    const file = await get('/left/-/left-1.2.0.tgz');
    expect(file.status).toBe(200);
    const etag = before.headers['etag'] ?? '';
    expect((await get('/left', { 'if-none-match': etag })).status).toBe(304);
    scene.advisories = [MALWARE];
    scene.now += 1000;
    const after = await get('/left', { 'if-none-match': etag });
    expect(after.status).toBe(200);
    expect(after.body.toString()).not.toContain('1.2.0');
    const refused = await get('/left/-/left-1.2.0.tgz', {
      'if-none-match': file.headers['etag'] ?? '',
    });
    expect(refused).toMatchObject({
      status: 403,
      reason: 'left@1.2.0 is refused: it is known to be malicious (MAL-2026-1)',
    });
    expect(JSON.parse(refused.body.toString())).toEqual({ error: refused.reason });
    expect(uplink.requests.filter((one) => one.endsWith('.tgz'))).toHaveLength(1);
  });

  it('stays hidden after a restart without a network', async () => {
    const { get } = await start();
    await get('/left/-/left-1.2.0.tgz');
    scene.isOffline = true;
    scene.advisories = [MALWARE];
    await scene.restart();
    expect((await get('/left/-/left-1.2.0.tgz')).status).toBe(403);
    expect((await get('/left')).body.toString()).not.toContain('1.2.0');
    expect((await get('/left/-/left-1.1.0.tgz')).status).toBe(504);
  });

  it('is one of all: the package is refused with the reason', async () => {
    const block = [{ package: 'left', reason: 'no', owner: 'sec' }];
    const { get } = await start({ rules: [], allow: [], block });
    expect(await get('/left')).toMatchObject({
      status: 403,
      reason: 'left: no version is allowed; 3 versions hidden: 1.2.0: blocked by sec: no',
    });
  });

  it('is served in a dry run, and the log has the decision', async () => {
    const block = [{ package: 'left', versions: '1.2.0', reason: 'no', owner: 'sec' }];
    const { get, logged } = await start({ rules: [], allow: [], block }, { isDryRun: true });
    expect((await get('/left')).body.toString()).toContain('1.2.0');
    expect((await get('/left/-/left-1.2.0.tgz')).status).toBe(200);
    expect(logged.at(-1)).toMatchObject({
      decision: 'hide',
      causes: ['blocked: blocked by sec: no'],
    });
  });
});

describe('rules', () => {
  it('hide young versions until they are old enough', async () => {
    const rules = [{ kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY } as const];
    const { get, uplink } = await start({ rules, allow: [], block: [] });
    const time = new Date(scene.now - DAY).toISOString();
    uplink.packages.set('left', {
      versions: { '1.0.0': { time: OLD }, '1.1.0': {}, '1.2.0': { time } },
    });
    const listed = async (): Promise<readonly string[]> =>
      Object.keys(
        (JSON.parse((await get('/left')).body.toString()) as { versions: object }).versions,
      );
    expect(await listed()).toEqual(['1.0.0']);
    scene.now += 2 * DAY - 1;
    expect(await listed()).toEqual(['1.0.0']);
    scene.now += 1;
    expect(await listed()).toEqual(['1.0.0', '1.2.0']);
  });

  it('list what they refuse, and refuse its file', async () => {
    const conditions = parseFailOn('low');
    const rules = [{ kind: 'vulnerabilities', action: 'refuse', conditions } as const];
    const { get } = await start({ rules, allow: [], block: [] });
    scene.advisories = [
      anAdvisory('CVE-2026-1', {
        ratings: [{ by: 'osv', severity: 'high' }],
        affected: [affects('left', [{ introduced: '1.1.0', fixed: '1.2.0' }])],
      }),
    ];
    scene.now += 1000;
    expect((await get('/left')).body.toString()).toContain('1.1.0');
    expect(await get('/left/-/left-1.1.0.tgz')).toMatchObject({
      status: 403,
      reason: 'left@1.1.0 is refused: it has CVE-2026-1 high ("low")',
    });
    expect((await get('/left/-/left-1.2.0.tgz')).status).toBe(200);
  });

  it('find scripts in files whose documents name none', async () => {
    const rules = [{ kind: 'install-scripts', action: 'hide' } as const];
    const { get, uplink } = await start({ rules, allow: [], block: [] });
    const build = { 'binding.gyp': '{}' };
    const script = { 'package.json': '{"scripts":{"postinstall":"node x"}}' };
    uplink.packages.set('left', {
      versions: { '1.0.0': {}, '1.1.0': { files: build }, '1.2.0': { files: script } },
    });
    for (const version of ['1.1.0', '1.2.0']) {
      expect((await get(`/left/-/left-${version}.tgz`)).status).toBe(403);
    }
    expect((await get('/left/-/left-1.0.0.tgz')).status).toBe(200);
    expect((await get('/left')).body.toString()).not.toMatch(/1\.[12]\.0/u);
  });
});

describe('files', () => {
  it('are the same bytes, asked for once by many', async () => {
    const { get, uplink } = await start();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => get('/left/-/left-1.1.0.tgz')),
    );
    const bytes = uplinkTarball('left', '1.1.0');
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.equals(bytes)).toBe(true);
    }
    expect(uplink.requests).toEqual(['GET /left', 'GET /left/-/left-1.1.0.tgz']);
    expect(uplink.headers.at(-1)).toMatchObject({ 'accept-encoding': 'identity' });
  });

  it('with SHA-1 alone are stored and found again', async () => {
    const { get, uplink } = await start();
    const shasum = createHash('sha1').update(uplinkTarball('left', '1.0.0')).digest('hex');
    uplink.packages.set('left', {
      versions: { '1.0.0': { dist: { integrity: undefined, shasum } } },
    });
    expect((await get('/left/-/left-1.0.0.tgz')).status).toBe(200);
    scene.isOffline = true;
    await scene.restart();
    expect((await get('/left/-/left-1.0.0.tgz')).status).toBe(200);
  });

  it.each<readonly [string, UplinkVersion, RegExp]>([
    [
      'other bytes',
      { dist: { integrity: integrityOf(Buffer.from('x')) } },
      /the file has sha512:/u,
    ],
    [
      'the file of another package',
      { file: uplinkTarball('right', '1.0.0') },
      /contains right@1\.0\.0/u,
    ],
    [
      'the file of another version',
      { file: uplinkTarball('left', '1.0.1') },
      /contains left@1\.0\.1/u,
    ],
  ])('with %s are refused, and are an event', async (_, version, message) => {
    const { get, uplink, events, folder } = await start();
    uplink.packages.set('left', { versions: { '1.0.0': version } });
    const answer = await get('/left/-/left-1.0.0.tgz');
    expect(answer.status).toBe(403);
    expect(answer.reason).toMatch(message);
    expect(events).toMatchObject([{ kind: 'mismatch', package: 'left', version: '1.0.0' }]);
    expect(stored(folder)).toEqual([]);
  });

  it('keep their first bytes when the uplink has others', async () => {
    const { get, uplink, events } = await start();
    const first = await get('/left/-/left-1.1.0.tgz');
    const changed = uplinkTarball('left', '1.1.0', { 'evil.js': 'x' });
    uplink.packages.set('left', {
      versions: { '1.0.0': { file: changed }, '1.1.0': { file: changed }, '1.3.0': {} },
    });
    scene.now += 10 * 60_000;
    const { versions: rows } = JSON.parse((await get('/left')).body.toString()) as {
      versions: Record<string, { dist: { integrity: string } }>;
    };
    expect(Object.keys(rows)).toEqual(['1.0.0', '1.1.0', '1.3.0']);
    expect(rows['1.1.0']?.dist.integrity).toBe(integrityOf(first.body));
    expect((await get('/left/-/left-1.1.0.tgz')).body.equals(first.body)).toBe(true);
    expect(events.filter(({ version }) => version === '1.1.0')).toMatchObject([{ kind: 'moved' }]);
    expect((await get('/left/-/left-1.0.0.tgz')).status).toBe(403);
    await scene.restart();
    expect((await get('/left/-/left-1.1.0.tgz')).body.equals(first.body)).toBe(true);
  });

  it('keep the digest that was seen first, whatever stronger one is added later', async () => {
    const { get, uplink, events } = await start();
    const file = uplinkTarball('left', '1.0.0');
    const evil = uplinkTarball('left', '1.0.0', { 'evil.js': 'x' });
    const shasum = createHash('sha1').update(file).digest('hex');
    const row = (bytes: Buffer, integrity?: string): Record<string, UplinkVersion> => ({
      '1.0.0': { file: bytes, dist: { shasum, integrity } },
    });
    uplink.packages.set('left', { versions: row(file) });
    expect((await get('/left/-/left-1.0.0.tgz')).body.equals(file)).toBe(true);
    // Also if the other file is stored already, for another package.
    const other = uplinkTarball('evil', '1.0.0');
    uplink.packages.set('evil', { versions: { '1.0.0': { file: other } } });
    expect((await get('/evil/-/evil-1.0.0.tgz')).status).toBe(200);
    for (const bytes of [evil, other]) {
      uplink.packages.set('left', { versions: row(bytes, integrityOf(bytes)) });
      scene.now += 10 * 60_000;
      await get('/left');
      const answer = await get('/left/-/left-1.0.0.tgz');
      expect([answer.status, answer.reason]).toEqual([403, expect.stringContaining('sha1:')]);
    }
    expect(events.map(({ kind, version }) => `${kind} ${version}`)).toEqual([
      'mismatch 1.0.0',
      'mismatch 1.0.0',
    ]);
  });

  it('of another package are refused, also if they are stored for that one', async () => {
    const { get, uplink, events } = await start();
    const other = uplinkTarball('right', '1.0.0');
    for (const name of ['right', 'left']) {
      uplink.packages.set(name, { versions: { '1.0.0': { file: other } } });
    }
    expect((await get('/right/-/right-1.0.0.tgz')).status).toBe(200);
    for (const isOffline of [false, true]) {
      const { status, reason } = await get('/left/-/left-1.0.0.tgz');
      expect([status, reason]).toEqual([
        403,
        'left: the file contains right@1.0.0 and not left@1.0.0',
      ]);
      scene.isOffline = isOffline;
      await scene.restart();
    }
    expect(events).toHaveLength(2);
  });

  it('that were damaged on disk are fetched again', async () => {
    const { get, folder } = await start();
    const { body } = await get('/left/-/left-1.1.0.tgz');
    const [file = ''] = stored(folder);
    writeFileSync(file, 'x');
    await scene.restart();
    expect((await get('/left/-/left-1.1.0.tgz')).body.equals(body)).toBe(true);
  });
});

function stored(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /[0-9a-f]{128}$|\.tmp/u.test(name))
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name).isFile());
}

describe('uplinks', () => {
  it('that are dead leave what is stored', async () => {
    const { get, uplink } = await start();
    const { body } = await get('/left');
    uplink.intercept = (request) => {
      request.socket.destroy();
      return true;
    };
    scene.now += 10 * 60_000;
    expect((await get('/left')).body.equals(body)).toBe(true);
    expect((await get('/right')).status).toBe(502);
  });

  it('are asked with the ETag of what is stored', async () => {
    const { get, uplink } = await start();
    await get('/left');
    scene.now += 10 * 60_000;
    await get('/left');
    await get('/left');
    expect(uplink.requests).toEqual(['GET /left', 'GET /left']);
    expect(uplink.headers[1]).toHaveProperty('if-none-match');
  });

  it('are never asked for private names', async () => {
    const { get, uplink } = await start(undefined, { privateNames: ['@acme/*', 'secret-*'] });
    for (const target of [
      '/@acme%2fleft',
      '/@acme/left/1.0.0',
      '/secret-left',
      '/@acme/left/-/left-1.0.0.tgz',
      '/@ACME/left',
      '/@Acme%2fLeft',
      '/Secret-left',
      '/-/package/@ACME/left/dist-tags',
      '/-/npm/v1/attestations/@ACME/left@1.0.0',
    ]) {
      expect((await get(target)).status).toBe(404);
    }
    expect(uplink.requests).toEqual([]);
  });

  it.each([
    ['a private address', 'https://10.0.0.1/left.tgz'],
    ['the address of a cloud', 'http://169.254.169.254/latest'],
    ['IPv6 in another form', 'https://[::ffff:169.254.169.254]/x'],
  ])('do not lead to %s', async (_, tarball) => {
    const { get, uplink } = await start();
    uplink.packages.set('left', { versions: { '1.0.0': { dist: { tarball } } } });
    const answer = await get('/left/-/left-1.0.0.tgz');
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.toString()).not.toContain('package/');
  });

  it('may not redirect to link-local addresses', async () => {
    const { get, uplink } = await start();
    uplink.intercept = (_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/x' }).end();
      return true;
    };
    const answer = await get('/left');
    expect(answer.status).toBe(502);
    expect(answer.reason).toContain('private network');
  });
});

describe('requests', () => {
  it.each(['evil.test', '127.0.0.1', '', 'registry.test'])(
    'of the host "%s" are refused',
    async (host) => {
      const { get } = await start();
      expect((await get('/left', { host })).status).toBe(421);
    },
  );

  it('cannot change addresses by their headers', async () => {
    const { get } = await start();
    const headers = {
      'x-forwarded-host': 'evil.test',
      'x-forwarded-proto': 'ftp',
      forwarded: 'host=evil.test',
    };
    const { body } = await get('/left', headers);
    expect(body.toString()).not.toContain('evil');
    expect(body.toString()).toContain(`${SCENE_BASE}left/-/left-1.0.0.tgz`);
  });

  it.each([
    ['PUT', 403],
    ['POST', 501],
    ['DELETE', 501],
    ['PATCH', 501],
    ['OPTIONS', 501],
  ] as const)('of the method %s are refused', async (method, status) => {
    const { get, uplink } = await start();
    expect((await get('/left', {}, method)).status).toBe(status);
    expect(uplink.requests).toEqual([]);
  });

  it('that come back to the registry end', async () => {
    const { get } = await start();
    expect((await get('/left', { 'x-assay-registry': 'loop' })).status).toBe(508);
  });

  it('may have a login where there are no tokens', async () => {
    const { get } = await start();
    expect((await get('/left', { authorization: 'Bearer x' })).status).toBe(200);
    expect((await get('/left', { authorization: 'Basic eDp5' })).status).toBe(200);
  });

  it('need a token where there are tokens, and the log has none', async () => {
    const sha256 = createHash('sha256').update('s3cret-token').digest('hex');
    const token = {
      name: 'ci',
      sha256,
      role: 'read',
      expiresAt: Date.parse('2026-06-02'),
    } as const;
    const { get, logged } = await start(undefined, { tokens: [token] });
    expect((await get('/left')).status).toBe(401);
    expect((await get('/-/ping')).status).toBe(200);
    const good = { authorization: 'Bearer s3cret-token' };
    expect((await get('/left', good)).status).toBe(200);
    expect(JSON.parse((await get('/-/whoami', good)).body.toString())).toEqual({ username: 'ci' });
    scene.now += DAY;
    expect((await get('/left', good)).status).toBe(401);
    for (let count = 0; count < 25; count += 1) await get('/left', { authorization: 'Bearer no' });
    expect((await get('/left', { authorization: 'Bearer no' })).status).toBe(429);
    expect(JSON.stringify(logged)).not.toMatch(/s3cret|Bearer/u);
  });
});
