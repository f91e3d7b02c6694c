import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { indexServer, type IndexServer } from '../../test/support/index-server.ts';
import { quietContext } from '../base/context.ts';
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
  const version = (dist: object = {}, more: object = {}) => ({ version: '1.0.0', dist, ...more });

  it('gives versions with their digests, times and tags', async () => {
    server.pages.set('/npm/@acme%2Fa', {
      body: JSON.stringify({
        'dist-tags': { latest: '1.0.0', bad: 1 },
        time: { '1.0.0': '2026-01-02T03:04:05.000Z' },
        versions: {
          '1.0.0': version({
            integrity: INTEGRITY,
            shasum: 'c'.repeat(40),
            tarball: 'https://t.example/a.tgz',
          }),
          '1.1.0': {
            version: '1.1.0',
            deprecated: 'no',
            dist: { integrity: 'md5-xx sha512-short' },
          },
          '2.0.0': version(),
          __proto__x: 'text',
        },
      }),
    });
    const found = await (await registry()).packageOf('@acme/a');
    expect(found?.versions.get('1.0.0')).toEqual({
      version: '1.0.0',
      digests: [`sha512:${SHA512}`, `sha1:${'c'.repeat(40)}`],
      tarballUrl: 'https://t.example/a.tgz',
      publishedAt: '2026-01-02T03:04:05.000Z',
      isDeprecated: false,
    });
    expect(found?.versions.get('1.1.0')).toMatchObject({ digests: [], isDeprecated: true });
    expect(found?.tags).toEqual(new Map([['latest', '1.0.0']]));
    expect(found?.unreadableCount).toBe(2);
    expect(found?.from).toBe(new URL(server.url).host);
  });

  it('gives one version, and nothing for what it does not have', async () => {
    server.pages.set('/npm/a/1.0.0', { body: JSON.stringify(version({ integrity: INTEGRITY })) });
    server.pages.set('/npm/a/2.0.0', { body: JSON.stringify(version()) });
    const client = await registry();
    expect((await client.versionOf('a', '1.0.0'))?.digests).toEqual([`sha512:${SHA512}`]);
    expect(await client.versionOf('a', '3.0.0')).toBeUndefined();
    expect(await client.packageOf('b')).toBeUndefined();
    await expect(client.versionOf('a', '2.0.0')).rejects.toMatchObject({ code: 'DAMAGED' });
  });

  it('is shown its token, which no redirect takes elsewhere', async () => {
    const env = { [`npm_config_//${new URL(server.url).host}/npm/:_authToken`]: 'secret' };
    server.pages.set('/npm/a', { status: 302, location: `${other.url}/a` });
    server.pages.set('/npm/b', { status: 302, location: '/npm/c' });
    for (const [path, at] of [
      ['/a', other],
      ['/npm/c', server],
    ] as const) {
      at.pages.set(path, { body: '{"versions":{}}' });
    }
    const client = await registry(env);
    expect((await client.packageOf('a'))?.versions.size).toBe(0);
    expect((await client.packageOf('b'))?.versions.size).toBe(0);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array.from({ length: 3 }, () => 'Bearer secret'),
    );
    expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it.each([
    ['a refused login', { status: 401 }, 'REGISTRY_DENIED'],
    ['no JSON', { body: '<html>' }, 'DAMAGED'],
    ['a list', { body: '[]' }, 'DAMAGED'],
    ['no versions', { body: '{}' }, 'DAMAGED'],
    ['a circle', { status: 302, location: '/npm/a' }, 'NETWORK'],
    ['a file', { status: 302, location: 'file:///etc/passwd' }, 'NETWORK'],
  ])('that answers with %s is an error', async (_, page, code) => {
    server.pages.set('/npm/a', page);
    await expect((await registry()).packageOf('a')).rejects.toMatchObject({
      code,
      hint: expect.stringMatching(/\.$/u) as string,
    });
  });

  it.each(['..', '../a', 'a/b', '@a', '@a/b/c', 'a?b', 'a b', '', '@a/..'])(
    'is not asked for "%s"',
    async (name) => {
      await expect((await registry()).packageOf(name)).rejects.toMatchObject({ code: 'USAGE' });
      expect(server.requests).toEqual([]);
    },
  );

  it('that is not configured is named as that', async () => {
    const client = createNpmRegistry(
      await loadNpmConfig({ env: { ...HOME, npm_config_prefix: '/nonexistent' } }),
      CONTEXT,
    );
    await expect(client.packageOf('a')).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: 'no npm registry is configured for "a"',
    });
  });

  it('is not asked without a network', async () => {
    const config = await loadNpmConfig({ env: { ...HOME, npm_config_registry: server.url } });
    await expect(createNpmRegistry(config, quietContext()).packageOf('a')).rejects.toMatchObject({
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
            url: `${server.url}/simple/files/a-1.0.tar.gz`,
            digests: [`sha256:${A}`],
            requiresPython: '>=3',
            uploadedAt: '2026-01-02T03:04:05Z',
          },
          {
            names: ['other-9.whl', 'a-1.1-py3-none-any.whl'],
            url: 'https://f.example/other-9.whl',
            digests: [],
            yanked: 'broken',
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
        url: `${server.url}/files/a-1.0.tar.gz`,
        digests: [`sha256:${A}`],
        requiresPython: '>=3.8',
      },
      {
        names: ['a-2.0.tar.gz'],
        url: `${server.url}/files/a-2.0.tar.gz`,
        digests: [`md5:${'b'.repeat(32)}`],
        yanked: '',
      },
      { names: ['a+3.tar.gz'], url: `${server.url}/files/a%2B3.tar.gz`, digests: [] },
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
