/** The server on a real socket: what it refuses to start with, what it sends, and how it ends. */

import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { publishBody, TEST_TOKENS } from '../../test/support/npm-publish.ts';
import { integrityOf, startNpmUplink, uplinkTarball } from '../../test/support/npm-uplink.ts';
import { createMemoryReader } from '../advisories/store/memory-reader.ts';
import { processMark } from '../core/base/cache-directory.ts';
import { quietContext } from '../core/base/context.ts';
import { loadNpmConfig } from '../clients/package-index/npm-config.ts';
import { loadPipConfig } from '../clients/package-index/pip-config.ts';
import { DEFAULT_PACKAGE_POLICY } from '../scan/policy/package-policy.ts';
import { LOG_NAME } from './registry-log.ts';
import { serveRegistry } from './serve.ts';
import { DEFAULT_REGISTRY_SETTINGS, type RegistrySettings } from './settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-serve-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const warnings: string[] = [];
const ignore = (): void => undefined;

async function serving(
  more: Partial<RegistrySettings>,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const npm = await loadNpmConfig({ env: { HOME: folder } });
  const settings = {
    ...DEFAULT_REGISTRY_SETTINGS,
    folder: path.join(folder, 'data'),
    policy: DEFAULT_PACKAGE_POLICY,
    port: 0,
    ...more,
  };
  let working: Promise<void> | undefined;
  const advisories = {
    open: () => Promise.resolve(createMemoryReader([])),
    state: () => '',
  };
  const onReady = ({ href }: URL): void => {
    working = work(href).finally(() => stop.abort());
  };
  const log = { debug: ignore, info: ignore, warn: (text: string) => void warnings.push(text) };
  const context = quietContext({ fetch: globalThis.fetch, signal: stop.signal, log });
  const sources = {
    npm,
    pip: await loadPipConfig({ HOME: folder, PIP_CONFIG_FILE: devNull }),
    trust: undefined,
  };
  await serveRegistry({ settings, advisories, sources, onReady }, context);
  await working;
}

const nothing = (): Promise<void> => Promise.resolve();
const UPLINKS = [new URL('http://127.0.0.1:9/')];
const TOKENS = [{ name: 'ci', sha256: '0'.repeat(64), role: 'read' } as const];

describe('a registry does not start', () => {
  it.each<readonly [string, Partial<RegistrySettings>, RegExp]>([
    ['with a public address without tokens', { host: '0.0.0.0', uplinks: UPLINKS }, /no token/u],
    [
      'with a public address without its name',
      { host: '::', tokens: TOKENS, uplinks: UPLINKS },
      /is not known/u,
    ],
    ['without an uplink', {}, /no npm registry and no package index/u],
  ])('%s', async (_, more, message) => {
    await expect(serving(more, nothing)).rejects.toThrow(message);
  });

  it('in a directory that another one uses, or with itself as an uplink', async () => {
    await serving({ uplinks: UPLINKS }, async (url) => {
      await expect(serving({ uplinks: UPLINKS }, nothing)).rejects.toThrow('another registry uses');
      const { port } = new URL(url);
      const publicUrl = new URL('https://here.test/');
      const more = { folder: path.join(folder, 'other'), publicUrl, uplinks: [publicUrl] };
      await expect(serving(more, nothing)).rejects.toThrow('is this registry itself');
      const taken = { folder: path.join(folder, 'third'), port: Number(port), uplinks: UPLINKS };
      await expect(serving(taken, nothing)).rejects.toThrow('the port is in use');
    });
  });
});

describe('a registry', () => {
  it('sends files of all sizes whole, for many clients, and removes what a killed one left', async () => {
    await using uplink = await startNpmUplink();
    const file = uplinkTarball('left', '1.0.0', { 'data.bin': randomText(600_000) });
    uplink.packages.set('left', { versions: { '1.0.0': { file }, '1.1.0': {} } });
    const stray = path.join(folder, 'data', 'files', 'new');
    mkdirSync(stray, { recursive: true });
    // No process has this number.
    const [host = ''] = processMark().split('-');
    writeFileSync(path.join(stray, `.tmp-${host}-4194305-00ff`), 'x');
    // A container that was killed had another name, and number 1.
    writeFileSync(path.join(stray, '.tmp-othercontainer-1-00ff'), 'x');
    writeFileSync(path.join(folder, 'data', '.tmp-othercontainer-1-00ff'), 'x');
    await serving({ uplinks: [new URL(uplink.url)] }, async (url) => {
      expect(uplink.requests).toEqual([]);
      const get = async (target: string): Promise<Buffer> =>
        Buffer.from(await (await fetch(`${url}${target}`)).arrayBuffer());
      const all = await Promise.all(Array.from({ length: 40 }, () => get('left/-/left-1.0.0.tgz')));
      expect(new Set(all.map(integrityOf))).toEqual(new Set([integrityOf(file)]));
      // A process that is killed now has logged what it has answered.
      const lines = readFileSync(path.join(folder, 'data', LOG_NAME), 'utf8')
        .trimEnd()
        .split('\n');
      expect(lines).toHaveLength(40);
      const head = await fetch(`${url}left`, { method: 'HEAD' });
      expect([head.status, (await head.arrayBuffer()).byteLength]).toEqual([200, 0]);
      expect((await get('left')).toString()).toContain(`${url}left/-/left-1.0.0.tgz`);
    });
    expect(readdirSync(stray)).toEqual([]);
    expect(readdirSync(path.join(folder, 'data'))).not.toContain('.tmp-othercontainer-1-00ff');
  });

  it('refuses requests that two programs could read differently', async () => {
    await serving({ uplinks: UPLINKS }, async (url) => {
      const { port, host } = new URL(url);
      const smuggled = `GET /-/ping HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n`;
      expect(await raw(Number(port), smuggled)).toMatch(/^HTTP\/1\.1 400 /u);
      const long = `GET /-/ping HTTP/1.1\r\nHost: ${host}\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`;
      expect(await raw(Number(port), long)).toMatch(/^HTTP\/1\.1 431 /u);
      const dots = `GET /left/../-/ping HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
      expect(await raw(Number(port), dots)).toMatch(/^HTTP\/1\.1 404 there is nothing/u);
    });
  });
});

function randomText(length: number): string {
  let seed = 1;
  const letters = Array.from({ length }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return String.fromCharCode(33 + (seed % 90));
  });
  return letters.join('');
}

function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.setEncoding('latin1').on('data', (piece) => (answer += String(piece)));
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer));
  });
}

describe('a request with a body', () => {
  it('publishes a name that a later start warns of, if it is not private then', async () => {
    await serving(publishing, async (url) => {
      const init = { method: 'PUT', body: publishBody(), headers };
      expect((await fetch(`${url}@acme%2ftool`, init)).status).toBe(201);
    });
    warnings.length = 0;
    await serving(publishing, nothing);
    expect(warnings).toEqual([]);
    await serving({ ...publishing, privateNames: ['@other/*'] }, nothing);
    expect(warnings).toEqual([
      'not in registry.private, and taken from uplinks although they were published here: @acme/tool',
    ]);
  });

  const NAME = '@acme/tool';
  const publishing = {
    uplinks: UPLINKS,
    privateNames: ['@acme/*'],
    tokens: TEST_TOKENS,
    maxPublishBytes: 100_000,
  };
  const headers = { authorization: 'Bearer writer', 'content-type': 'application/json' };

  it('is read, unpacked and bounded', async () => {
    await serving(publishing, async (url) => {
      const put = async (body: Uint8Array | string, more: object = {}): Promise<number> => {
        const sent = typeof body === 'string' ? body : Buffer.from(body);
        const init = { method: 'PUT', body: sent, headers: { ...headers, ...more } };
        const answer = await fetch(`${url}${NAME.replace('/', '%2f')}`, init);
        await answer.arrayBuffer();
        return answer.status;
      };
      const gzip = { 'content-encoding': 'gzip' };
      expect(await put(publishBody())).toBe(201);
      expect(await put(gzipSync(publishBody({ version: '1.1.0' })), gzip)).toBe(201);
      expect(await put('not gzip', gzip)).toBe(400);
      expect(await put('{}', { 'content-encoding': 'br' })).toBe(400);
      expect(await put(gzipSync(Buffer.alloc(50_000_000)), gzip)).toBe(413);
      expect(await put(publishBody({ version: '1.2.0', body: { x: 'x'.repeat(200_000) } }))).toBe(
        413,
      );
      const { body } = await fetch(`${url}${NAME}/-/tool-1.1.0.tgz`, { headers });
      await body?.cancel();
      expect((await fetch(`${url}${NAME}`, { headers })).status).toBe(200);
    });
  });
});
