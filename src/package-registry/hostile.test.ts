/**
 * What a registry faces from clients and uplinks, and where it is tested:
 *
 * | threat                                          | test                                                                   |
 * | ----------------------------------------------- | ---------------------------------------------------------------------- |
 * | traversal in names and tarballs                 | `npm/route.test.ts`, `pypi/handler.test.ts`, below                     |
 * | header smuggling                                | `serve-limits.test.ts` ("a request with"), `serve.test.ts`             |
 * | prototype keys                                  | below                                                                  |
 * | a document of 200 MB                            | below                                                                  |
 * | nested 10,000 deep                              | below                                                                  |
 * | decompression bombs                             | below (documents), `registry-hard.test.ts` (files)                     |
 * | token guessing                                  | `handler.test.ts` ("need a token"), `rate.test.ts`, below              |
 * | a token in logs                                 | `handler.test.ts` ("the log has none"), below                          |
 * | SSRF by `dist.tarball` and redirects            | `handler.test.ts` ("uplinks"), `private-address.test.ts`               |
 * | a name that changes its address                 | `rebinding.test.ts`                                                    |
 * | cache poisoning by `Host`, `X-Forwarded-*`      | `handler.test.ts` ("requests")                                         |
 * | bytes or digests that change, another's tarball | `handler.test.ts` ("files")                                            |
 * | an uplink that lies, dies, is slow; `kill -9`   | `registry-hard.test.ts`                                                |
 */

import type { ServerResponse } from 'node:http';
import { createGzip } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';

import { startRegistryScene, type RegistryScene } from '../../test/support/registry-scene.ts';
import type { RegistrySettings } from './settings.ts';

let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

async function start(more: Partial<RegistrySettings> = {}): Promise<RegistryScene> {
  scene = await startRegistryScene(undefined, more);
  scene.uplink.packages.set('left', { versions: { '1.0.0': {} } });
  return scene;
}

/** Answers documents with a text in place of what the uplink has. */
async function documentOf(text: string): Promise<RegistryScene> {
  const { uplink } = await start();
  uplink.intercept = (request, response) => {
    if (request.url?.endsWith('.tgz') === true) return false;
    response.setHeader('content-type', 'application/json');
    response.end(text);
    return true;
  };
  return scene;
}

const MEBIBYTE = Buffer.alloc(1024 * 1024, ' ');
const HUGE = 200;

describe('a document of 200 MB', () => {
  it.each<readonly [string, number, (to: ServerResponse, count: () => void) => void]>([
    [
      'with its length',
      HUGE / 2,
      (to, count) => {
        to.writeHead(200, { 'content-length': HUGE * MEBIBYTE.length });
        void pour(to, count);
      },
    ],
    ['without its length', HUGE / 2, (to, count) => void pour(to, count)],
    [
      'that is compressed',
      // All of it fits into the buffers of the socket.
      HUGE,
      (to, count) => {
        to.writeHead(200, { 'content-encoding': 'gzip' });
        const packed = createGzip({ level: 1 });
        packed.pipe(to);
        void pour(packed, count);
      },
    ],
  ])('%s is refused before it is read', async (_, maxCount, send) => {
    const { get, uplink } = await start();
    let sentCount = 0;
    uplink.intercept = (_request, response) => {
      send(response, () => (sentCount += 1));
      return true;
    };
    const answer = await get('/left');
    expect(answer.status).toBe(502);
    expect(answer.reason).toMatch(/^left: .*(?:larger|more) than/u);
    expect(sentCount).toBeLessThanOrEqual(maxCount);
    uplink.intercept = undefined;
    expect((await get('/left')).status).toBe(200);
  });
});

/** Writes until the reader goes away. */
async function pour(
  to: NodeJS.WritableStream & { readonly destroyed?: boolean },
  count: () => void,
): Promise<void> {
  to.on('error', () => undefined);
  for (let at = 0; at < HUGE && to.destroyed !== true; at += 1) {
    count();
    if (to.write(MEBIBYTE)) continue;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        to.off('drain', done).off('close', done);
        resolve();
      };
      to.on('drain', done).on('close', done);
    });
  }
  to.end();
}

describe('a document that is nested 10,000 deep', () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  const manifest = '"name":"left","version":"1.0.0","dist":{"shasum":"x"}';
  it.each([
    `{"name":"left","versions":{},"keywords":${deep}}`,
    `{"name":"left","versions":{"1.0.0":{${manifest},"bin":${deep}}}}`,
    '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000),
    deep,
    '['.repeat(10_000),
  ])('is refused', async (text) => {
    const { get } = await documentOf(text);
    const answer = await get('/left');
    expect(answer.status).toBe(502);
    expect(answer.reason).toContain('nested more than 200 deep');
  });

  it('is not one with brackets in its texts', async () => {
    const readme = `${'[{'.repeat(500)}\\"${'[{'.repeat(500)}\\\\`;
    const { get } = await documentOf(`{"name":"left","versions":{},"readme":"${readme}"}`);
    expect((await get('/left')).status).toBe(200);
  });
});

describe('names that a prototype has', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    '%s is a package, a version and a tag like others',
    async (name) => {
      const own = { name: 'left', version: '1.0.0', dist: { shasum: '0'.repeat(40) } };
      const text = `{"name":"left","versions":{"1.0.0":${JSON.stringify(own)},"${name}":${JSON.stringify(own)}},
        "dist-tags":{"latest":"1.0.0","${name}":"1.0.0"},"time":{"1.0.0":"2026-01-01","${name}":{"isHidden":true}},
        "__proto__":{"polluted":true}}`;
      const { get, uplink } = await documentOf(text);
      const answer = await get('/left');
      expect(answer.status).toBe(200);
      const document = JSON.parse(answer.body.toString()) as Record<string, object>;
      expect(Object.keys(document['versions'] ?? {})).toEqual(['1.0.0']);
      expect(Object.keys(document['dist-tags'] ?? {})).toEqual(['latest', name]);
      expect(answer.body.toString()).not.toContain('polluted');
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
      expect((await get(`/left/${name}`)).status).toBe(200);
      expect((await get(`/left/-/left-${name}.tgz`)).status).toBe(404);
      uplink.intercept = undefined;
      expect((await get(`/${name}`)).status).toBe(404);
      expect((await get(`/${name}/-/${name}-1.0.0.tgz`)).status).toBe(404);
      expect((await get('/-/metrics')).body.toString()).not.toContain('undefined');
    },
  );
});

describe('paths out of a directory', () => {
  it.each([
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/..%2f..%2fetc%2fpasswd',
    '/left/-/..%2f..%2f..%2fetc%2fpasswd',
    '/left/-/../../registry.log',
    '/@..%2f..',
    '/@a%2f..%2f..%2fb',
    '/left%00.tgz',
    '/.registry.lock',
    '/left/-/left-1.0.0.tgz/../../../x',
    '/%252e%252e/x',
    '/pypi/files/left/..%2f..%2fregistry.log',
    '/pypi/simple/..%2f..%2fx/',
    'http://other.test/left',
    '*',
    '',
  ])('%s are nowhere', async (target) => {
    const { get, uplink } = await start();
    const answer = await get(target);
    expect([400, 404]).toContain(answer.status);
    expect(uplink.requests).toEqual([]);
  });
});

describe('a client', () => {
  it('that guesses tokens is stopped, with all addresses of its network, and others are not', async () => {
    const sha256 = '0'.repeat(64);
    const { get, logged } = await start({ tokens: [{ name: 'ci', sha256, role: 'read' }] });
    const guess = { authorization: 'Bearer npm_guessed-token-value' };
    const statuses: number[] = [];
    for (let at = 0; at < 25; at += 1) statuses.push((await get('/left', guess)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(19);
    expect(statuses.at(-1)).toBe(429);
    const inBasic = Buffer.from('ci:npm_guessed-token-value').toString('base64');
    expect((await get('/left', { authorization: `Basic ${inBasic}` })).status).toBe(429);
    scene.now += 60_000;
    expect((await get('/left', guess)).status).toBe(401);
    const log = JSON.stringify(logged);
    expect(log).not.toContain('npm_guessed');
    expect(log).not.toContain(inBasic);
  });

  it('that asks too often is told to wait, and for how long', async () => {
    const { limits } = await import('./settings.ts').then(
      ({ DEFAULT_REGISTRY_SETTINGS }) => DEFAULT_REGISTRY_SETTINGS,
    );
    const { get } = await start({ limits: { ...limits, requestsPerMinute: 3 } });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await get('/left')).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect((await get('/left')).headers['retry-after']).toBe('60');
    scene.now += 60_000;
    expect((await get('/left')).status).toBe(200);
  });
});
