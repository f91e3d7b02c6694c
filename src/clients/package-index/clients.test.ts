import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { indexServer, type IndexServer } from '../../../test/support/index-server.ts';
import { quietContext } from '../../core/base/context.ts';
import { loadNpmConfig } from './npm-config.ts';
import { createNpmRegistry } from './npm-registry.ts';
import { loadPipConfig } from './pip-config.ts';
import { createPythonIndexes, versionOfFile } from './simple-index.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
let server: IndexServer;
let other: IndexServer;
beforeEach(async () => {
  server = await indexServer();
  other = await indexServer();
});
afterEach(() => {
  server[Symbol.dispose]();
  other[Symbol.dispose]();
});

const SHA512 = 'ab'.repeat(64);
const INTEGRITY = `sha512-${Buffer.from(SHA512, 'hex').toString('base64')}`;
const HOME = { HOME: '/nonexistent' };

describe('an npm registry', () => {
  const registry = async (env: Record<string, string> = {}) =>
    createNpmRegistry(
      await loadNpmConfig({ env: { ...HOME, npm_config_registry: `${server.url}/npm/`, ...env } }),
      CONTEXT,
    );
  const version = (dist: object = {}) => ({ version: '1.0.0', dist });

  it('gives the digests of a version, and nothing for what it does not have', async () => {
    const documents = {
      '@acme%2Fa/1.0.0': version({ integrity: INTEGRITY, shasum: 'c'.repeat(40) }),
      'a/1.0.0': version({ integrity: 'md5-xx sha512-short', shasum: 'x' }),
      'a/2.0.0': version(),
    };
    for (const [path, document] of Object.entries(documents)) {
      server.pages.set(`/npm/${path}`, { body: JSON.stringify(document) });
    }
    const client = await registry();
    expect(await client.digestsOf('@acme/a', '1.0.0')).toEqual([
      `sha512:${SHA512}`,
      `sha1:${'c'.repeat(40)}`,
    ]);
    expect(await client.digestsOf('a', '1.0.0')).toEqual([]);
    expect(await client.digestsOf('a', '3.0.0')).toBeUndefined();
    await expect(client.digestsOf('a', '2.0.0')).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('is shown its token, which no redirect takes elsewhere', async () => {
    const env = { [`npm_config_//${new URL(server.url).host}/npm/:_authToken`]: 'secret' };
    server.pages.set('/npm/a/1.0.0', { status: 302, location: `${other.url}/a` });
    server.pages.set('/npm/b/1.0.0', { status: 302, location: '/npm/c' });
    for (const [path, at] of [
      ['/a', other],
      ['/npm/c', server],
    ] as const) {
      at.pages.set(path, { body: JSON.stringify(version()) });
    }
    const client = await registry(env);
    expect(await client.digestsOf('a', '1.0.0')).toEqual([]);
    expect(await client.digestsOf('b', '1.0.0')).toEqual([]);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 3 }, () => 'Bearer secret'),
    );
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each([
    ['a refused login', { status: 401 }, 'REGISTRY_DENIED'],
    ['no JSON', { body: '<html>' }, 'DAMAGED'],
    ['a list', { body: '[]' }, 'DAMAGED'],
    ['no version', { body: '{}' }, 'DAMAGED'],
    ['a circle', { status: 302, location: '/npm/a/1.0.0' }, 'NETWORK'],
    ['a file', { status: 302, location: 'file:///etc/passwd' }, 'NETWORK'],
  ])('that answers with %s is an error', async (_, page, code) => {
    server.pages.set('/npm/a/1.0.0', page);
    await expect((await registry()).digestsOf('a', '1.0.0')).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\.$/u) as string,
    });
  });

  it.each(['..', '../a', 'a/b', '@a', '@a/b/c', 'a?b', 'a b', '', '@a/..'])(
    'is not asked for "%s"',
    async (name) => {
      await expect((await registry()).digestsOf(name, '1.0.0')).rejects.toMatchObject({
        code: 'USAGE',
      });
      expect(server.requests).toEqual([]);
    },
  );

  it('that is not configured is named as that', async () => {
    const client = createNpmRegistry(
      await loadNpmConfig({ env: { ...HOME, npm_config_prefix: '/nonexistent' } }),
      CONTEXT,
    );
    await expect(client.digestsOf('a', '1.0.0')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'no npm registry is configured for "a"',
    });
  });

  it('is not asked without a network', async () => {
    const config = await loadNpmConfig({ env: { ...HOME, npm_config_registry: server.url } });
    await expect(
      createNpmRegistry(config, quietContext()).digestsOf('a', '1.0.0'),
    ).rejects.toMatchObject({
      code: 'OFFLINE',
    });
    expect(server.requests).toEqual([]);
  });
});

describe('a Python index', () => {
  const JSON_TYPE = 'application/vnd.pypi.simple.v1+json';
  const A = 'a'.repeat(64);
  const indexes = async (env: Record<string, string> = {}) =>
    createPythonIndexes(
      await loadPipConfig({
        ...HOME,
        XDG_CONFIG_DIRS: '/nonexistent',
        PIP_INDEX_URL: `${server.url}/simple`,
        ...env,
      }),
      CONTEXT,
    );

  it('gives the files of its JSON', async () => {
    const files = [
      {
        filename: 'a-1.0.tar.gz',
        url: '../files/a-1.0.tar.gz',
        hashes: { sha256: A, blake2b: 'x' },
        'upload-time': '2026-01-02T03:04:05Z',
        'requires-python': '>=3',
        yanked: false,
      },
      {
        filename: 'a-1.1-py3-none-any.whl',
        url: 'https://f.example/other-9.whl',
        hashes: {},
        yanked: 'broken',
      },
    ];
    server.pages.set('/simple/a-b/', {
      type: JSON_TYPE,
      body: JSON.stringify({ meta: { 'api-version': '1.1' }, name: 'a', files }),
    });
    expect(await (await indexes()).projectsOf('A_b')).toEqual([
      {
        from: new URL(server.url).host,
        files: [
          {
            names: ['a-1.0.tar.gz'],
            digests: [`sha256:${A}`],
          },
          {
            names: ['other-9.whl', 'a-1.1-py3-none-any.whl'],
            digests: [],
          },
        ],
      },
    ]);
  });

  it('gives the files of its HTML, as pip reads it', async () => {
    const body = `<!DOCTYPE html><html><head><title><a href="no-0.tar.gz"></title>
      <base href="/files/"><base href="/other/"></head><body>
      <!-- <a href="no-1.tar.gz"> --><script>"<a href='no-2.tar.gz'>"</script>
      <a href="a-1.0.tar.gz#sha256=${A}" data-requires-python="&gt;=3.8" title="x > y">a-1.0.tar.gz</a>
      <A HREF='a-2.0.tar.gz#md5=${'b'.repeat(32)}' data-yanked="">a</A>
      <a name="x">no</a><a href=a%2B3.tar.gz>a</a><`;
    server.pages.set('/simple/a/', { type: 'text/html; charset=utf-8', body });
    const [project] = await (await indexes()).projectsOf('a');
    expect(project?.files).toEqual([
      {
        names: ['a-1.0.tar.gz'],
        digests: [`sha256:${A}`],
      },
      {
        names: ['a-2.0.tar.gz'],
        digests: [`md5:${'b'.repeat(32)}`],
      },
      { names: ['a+3.tar.gz'], digests: [] },
    ]);
  });

  it('is asked after the others, each with its own login', async () => {
    const login = (url: string, text: string): string => url.replace('://', `://${text}@`);
    const page = { type: JSON_TYPE, body: '{"meta":{"api-version":"1.0"},"files":[]}' };
    other.pages.set('/simple/a/', page);
    const found = await (
      await indexes({
        PIP_INDEX_URL: login(`${server.url}/simple`, 'u:one'),
        PIP_EXTRA_INDEX_URL: login(`${other.url}/simple`, 'u:two'),
      })
    ).projectsOf('a');
    expect(found.map(({ from }) => from)).toEqual([new URL(other.url).host]);
    const sent = [server, other].map(({ requests }) => requests[0]?.headers.authorization ?? '');
    expect(sent.map((text) => Buffer.from(text.slice(6), 'base64').toString())).toEqual([
      'u:one',
      'u:two',
    ]);
    expect(server.requests[0]?.headers.accept).toContain('application/vnd.pypi.simple.v1+json');
  });

  it.each([
    [
      'another version of the interface',
      { type: JSON_TYPE, body: '{"meta":{"api-version":"2.0"},"files":[]}' },
    ],
    ['no version of it', { type: JSON_TYPE, body: '{"files":[]}' }],
    ['no files', { type: JSON_TYPE, body: '{"meta":{"api-version":"1.0"}}' }],
    [
      'a file without an address',
      { type: JSON_TYPE, body: '{"meta":{"api-version":"1.0"},"files":[{}]}' },
    ],
    ['another content', { type: 'text/plain', body: 'x' }],
  ])('that answers with %s is an error', async (_, page) => {
    server.pages.set('/simple/a/', page);
    await expect((await indexes()).projectsOf('a')).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('that is not configured is named as that', async () => {
    const client = await indexes({ PIP_INDEX_URL: '' });
    await expect(client.projectsOf('a')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'no package index is configured for "a"',
    });
  });

  it.each([
    ['a-1.0.tar.gz', 'a', '1.0'],
    ['a_b-1.0-py3-none-any.whl', 'A.b', '1.0'],
    ['a-b-1.0.zip', 'a_b', '1.0'],
    ['a-1.0-1-cp311-cp311-linux_x86_64.whl', 'a', '1.0'],
    ['a-1.0_local-py3-none-any.whl', 'a', '1.0-local'],
    ['ab-1.0.tar.gz', 'a', undefined],
    ['b-1.0-py3-none-any.whl', 'a', undefined],
    ['a-1.0.exe', 'a', undefined],
    ['a-1.0.tar.gz.asc', 'a', undefined],
    ['a.tar.gz', 'a', undefined],
  ])('has in %s of %s the version %s', (file, project, expected) => {
    expect(versionOfFile(file, project)).toBe(expected);
  });
});
