/** Publishing: what is stored, who may, and everything that is refused. */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import {
  publishBody,
  publishedFile,
  TEST_TOKENS,
  type Published,
} from '../../../../test/support/npm-publish.ts';
import {
  SCENE_BASE,
  startRegistryScene,
  type RegistryScene,
  type SceneAnswer,
} from '../../../../test/support/registry-scene.ts';
import type { PackagePolicy } from '../../../scan/policy/package-policy.ts';

let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

const NAME = '/@acme%2ftool';

async function start(policy?: PackagePolicy, more: object = {}): Promise<void> {
  scene = await startRegistryScene(policy, {
    privateNames: ['@acme/*', 'own-*', 'constructor'],
    tokens: TEST_TOKENS,
    ...more,
  });
}

function ask(
  method: string,
  target: string,
  body: string | object = '',
  token = 'writer',
): Promise<SceneAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return scene.get(target, { authorization: `Bearer ${token}` }, method, text);
}

function publish(of: Published = {}, token?: string): Promise<SceneAnswer> {
  const { name = '@acme/tool' } = of;
  return ask('PUT', `/${name.replace('/', '%2f')}`, publishBody(of), token);
}

async function json(target: string, token?: string): Promise<Record<string, unknown>> {
  return JSON.parse((await ask('GET', target, '', token)).body.toString()) as Record<
    string,
    unknown
  >;
}

function errorOf({ body }: SceneAnswer): string {
  return (JSON.parse(body.toString()) as { error: string }).error;
}

describe('a published version', () => {
  it('needs no signature of an uplink, and has a name that is neither similar nor unknown', async () => {
    const kinds = ['signature', 'unsigned', 'similar-name', 'unknown-name'] as const;
    const rules = kinds.map((kind) => ({ kind, action: 'hide' }) as const);
    await start({ rules, allow: [], block: [] });
    const dist = { signatures: [{ keyid: 'x', sig: 'x' }], attestations: { provenance: {} } };
    await publish({ sent: { dist } });
    expect((await ask('GET', `${NAME}/1.0.0`)).status).toBe(200);
    expect((await ask('GET', '/-/npm/v1/attestations/@acme%2ftool@1.0.0')).status).toBe(404);
    expect(scene.uplink.requests).toEqual([]);
  });

  it('is served with digests of its file, and the uplink is not asked', async () => {
    await start();
    const answer = await publish({
      manifest: {
        description: 'a tool',
        scripts: { postinstall: 'x' },
        dependencies: { left: '1' },
      },
      sent: { _resolved: '/home/secret/tool.tgz', readme: 'long' },
    });
    expect(answer.status).toBe(201);
    const file = publishedFile({
      manifest: {
        description: 'a tool',
        scripts: { postinstall: 'x' },
        dependencies: { left: '1' },
      },
    });
    const manifest = await json(`${NAME}/1.0.0`);
    expect(manifest).toEqual({
      name: '@acme/tool',
      version: '1.0.0',
      description: 'a tool',
      scripts: { postinstall: 'x' },
      dependencies: { left: '1' },
      hasInstallScript: true,
      _id: '@acme/tool@1.0.0',
      _npmUser: { name: 'writer' },
      dist: {
        integrity: `sha512-${createHash('sha512').update(file).digest('base64')}`,
        shasum: createHash('sha1').update(file).digest('hex'),
        fileCount: 1,
        unpackedSize: expect.any(Number) as number,
        tarball: `${SCENE_BASE}@acme/tool/-/tool-1.0.0.tgz`,
      },
    });
    const served = await ask('GET', '/@acme/tool/-/tool-1.0.0.tgz', '', 'reader');
    expect(served.body.equals(file)).toBe(true);
    expect(scene.uplink.requests).toEqual([]);
    expect(scene.logged).toContainEqual(
      expect.objectContaining({
        token: 'writer',
        package: '@acme/tool',
        version: '1.0.0',
        change: 'published',
        sha512: createHash('sha512').update(file).digest('hex'),
      }),
    );
    expect(readdirSync(path.join(scene.folder, 'private/npm/first-seen'))).toHaveLength(1);
  });

  it('is there after a restart, with all others and their dates', async () => {
    await start();
    await publish();
    scene.now += 1000;
    await publish({ version: '1.1.0', tags: { next: '1.1.0' } });
    await scene.restart();
    const document = await json(NAME);
    expect(document).toMatchObject({
      name: '@acme/tool',
      'dist-tags': { latest: '1.0.0', next: '1.1.0' },
      time: {
        created: '2026-06-01T00:00:00.000Z',
        '1.0.0': '2026-06-01T00:00:00.000Z',
        '1.1.0': '2026-06-01T00:00:01.000Z',
      },
    });
    expect(Object.keys(document['versions'] as object)).toEqual(['1.0.0', '1.1.0']);
  });

  it('cannot be replaced, also not by the same bytes, by other build data, or after a restart', async () => {
    await start();
    await publish();
    await scene.restart();
    for (const version of ['1.0.0', '1.0.0+2']) {
      const again = await publish({ version, manifest: { description: version } });
      expect(again.status).toBe(403);
      expect(errorOf(again)).toContain('@acme/tool@1.0.0 is published already');
    }
    expect((await publish()).status).toBe(403);
    expect(await json(`${NAME}/1.0.0`)).not.toHaveProperty('description');
  });

  it('cannot be published twice at the same time', async () => {
    await start();
    const answers = await Promise.all(
      ['a', 'b', 'c', 'd'].map((description) => publish({ manifest: { description } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 403, 403, 403]);
  });

  it('is judged by the policy, and the publisher learns why it is hidden', async () => {
    const block = [{ package: '@acme/tool', versions: '2.0.0', reason: 'no', owner: 'sec' }];
    await start({ rules: [], allow: [], block });
    await publish();
    const hidden = await publish({ version: '2.0.0' });
    expect(hidden).toMatchObject({
      status: 201,
      headers: {
        'npm-notice':
          '@acme/tool@2.0.0 is published, and the policy does not serve it: blocked by sec: no',
      },
    });
    expect((await ask('GET', `${NAME}/latest`)).body.toString()).toContain('"version":"1.0.0"');
    expect((await ask('GET', '/@acme/tool/-/tool-2.0.0.tgz')).status).toBe(403);
  });

  it('can have build data, and is found at its address', async () => {
    await start();
    expect((await publish({ version: '1.0.0-rc.1+build.5' })).status).toBe(201);
    const { dist } = (await json(`${NAME}/latest`)) as { dist: { tarball: string } };
    const { pathname } = new URL(dist.tarball);
    expect((await ask('GET', pathname)).status).toBe(200);
  });

  it('is not pruned with the files of uplinks', async () => {
    await start();
    await publish();
    expect(readdirSync(scene.folder)).not.toContain('files');
    expect((await ask('GET', '/@acme/tool/-/tool-1.0.0.tgz')).status).toBe(200);
  });

  it('is an error and not absent if its document is damaged', async () => {
    await start();
    await publish();
    const folder = path.join(scene.folder, 'private/npm/documents');
    const [file = ''] = readdirSync(folder);
    const text = readFileSync(path.join(folder, file), 'utf8');
    writeFileSync(path.join(folder, file), text.replace('"_rev":"1-', '"_rev":"2-'));
    await scene.restart();
    expect((await ask('GET', NAME)).status).toBeGreaterThanOrEqual(500);
    expect((await publish({ version: '2.0.0' })).status).toBe(500);
  });
});

describe('who may publish', () => {
  it.each<readonly [string, string, number, string]>([
    ['reader', '@acme/tool', 403, 'the token "reader" has the role read, and this needs publish'],
    [
      'writer',
      'left',
      403,
      'left cannot be published here, because its name is not private; add it to registry.private',
    ],
    ['scoped', 'own-tool', 403, 'the token "scoped" is for @acme/* and not for own-tool'],
    ['expired', '@acme/tool', 401, 'a valid token is required'],
    ['wrong', '@acme/tool', 401, 'a valid token is required'],
    ['scoped', '@acme/tool', 201, ''],
    ['owner', 'own-tool', 201, ''],
  ])('%s publishes %s', async (token, name, status, text) => {
    await start();
    const answer = await publish({ name }, token);
    expect(answer.status).toBe(status);
    if (text !== '') expect(errorOf(answer)).toContain(text);
    expect(scene.uplink.requests).toEqual([]);
  });

  it('nobody without a token, also if reading needs none', async () => {
    await start(undefined, { tokens: [] });
    const answer = await scene.get(NAME, {}, 'PUT', publishBody());
    expect(answer.status).toBe(403);
    expect(errorOf(answer)).toContain('add one with "role: publish" to registry.tokens');
  });

  it.each([
    ['DELETE', `${NAME}/-rev/1-x`],
    ['PUT', `${NAME}/-rev/1-x`],
    ['DELETE', '/@acme/tool/-/tool-1.0.0.tgz/-rev/1-x'],
  ])('only an admin unpublishes: %s %s', async (method, target) => {
    await start();
    await publish();
    expect((await ask(method, target, { versions: {} })).status).toBe(403);
    expect((await ask('GET', NAME)).status).toBe(200);
  });
});

const OUTSIDE = [{ path: 'package/../../../../evil', body: 'x' }];
const LINK = [{ path: 'package/link', type: 'symlink', target: '/etc/passwd' }] as const;
const HARD = [{ path: 'package/link', type: 'hardlink', target: 'package/package.json' }] as const;

describe('refused with a reason', () => {
  it.each<readonly [string, Published, string]>([
    ['another name in the body', { body: { name: '@acme/other' } }, 'its body for "@acme/other"'],
    ['an id of another package', { body: { _id: '@acme/other' } }, 'the request is for'],
    ['two versions', { body: { versions: { '1.0.0': {}, '1.0.1': {} } } }, '2 versions were sent'],
    ['no version', { body: { versions: {} } }, '0 versions were sent'],
    ['a range as the version', { version: '^1.0.0' }, '"^1.0.0" is no version'],
    ['a v in front of the version', { version: 'v1.0.0' }, '"v1.0.0" is no version'],
    ['a path as the version', { version: '../../1.0.0' }, 'is no version'],
    [
      '__proto__ as the version',
      { body: JSON.parse('{"versions":{"__proto__":{"name":"@acme/tool"}}}') as object },
      '"__proto__" is no version',
    ],
    ['constructor as the version', { version: 'constructor' }, '"constructor" is no version'],
    ['a manifest of another package', { sent: { name: 'left' } }, 'is of left@1.0.0'],
    ['a manifest of another version', { sent: { version: '1.0.1' } }, 'is of @acme/tool@1.0.1'],
    ['a tag that is a version', { tags: { '1.0.0': '1.0.0' } }, 'is no tag'],
    ['a tag that is a range', { tags: { x: '1.0.0' } }, 'is a version range'],
    ['a tag that is a short version', { tags: { v1: '1.0.0' } }, 'is a version range'],
    ['a tag for another version', { tags: { latest: '9.9.9' } }, 'leads to "9.9.9"'],
    ['a tag that is an object', { tags: { latest: {} } }, 'leads to "{}"'],
    [
      'a tag __proto__',
      { body: JSON.parse('{"dist-tags":{"__proto__":"1.0.0"}}') as object },
      '"__proto__" is no tag',
    ],
    ['base64 with white space', { attachment: { data: 'AAAA\nAAAA' } }, 'not encoded in base64'],
    ['base64 of another alphabet', { attachment: { data: 'AA-_' } }, 'not encoded in base64'],
    ['base64 that is cut off', { attachment: { data: 'AAA' } }, 'not encoded in base64'],
    ['an empty file', { attachment: { data: '' } }, 'not encoded in base64'],
    ['no data', { attachment: { data: null } }, 'the file has no data'],
    ['another length', { attachment: { length: 5 } }, 'and not 5'],
    ['another file name', { fileName: '../../evil.tgz' }, 'the file is named "../../evil.tgz"'],
    [
      'an attestation',
      { body: { _attachments: { 'a.tgz': {}, 'a.sigstore': {} } } },
      'without --provenance',
    ],
    [
      'another integrity',
      { sent: { dist: { integrity: `sha512-${'A'.repeat(86)}==` } } },
      'the file has sha512:',
    ],
    ['another shasum', { sent: { dist: { shasum: '0'.repeat(40) } } }, 'the file has sha1:'],
    [
      'an integrity that says nothing',
      { sent: { dist: { integrity: 'md4-x' } } },
      'cannot be read',
    ],
    ['a file that is no archive', { file: Buffer.from('hello') }, 'cannot be read'],
    ['a file of another package', { file: publishedFile({ name: 'left' }) }, 'contains left@1.0.0'],
    [
      'a file of another version',
      { file: publishedFile({ version: '9.0.0' }) },
      'contains @acme/tool@9.0.0',
    ],
    [
      'other dependencies than in the file',
      { sent: { dependencies: { evil: '1' } } },
      '"dependencies" of the manifest',
    ],
    [
      'other engines than in the file',
      { sent: { engines: { node: '*' } } },
      '"engines" of the manifest',
    ],
    ['an entry outside', { members: OUTSIDE }, 'has the path "package/../../../../evil"'],
    [
      'an absolute entry',
      { members: [{ path: '/etc/passwd', body: 'x' }] },
      'has the path "/etc/passwd"',
    ],
    ['a backslash', { members: [{ path: 'package/..\\evil', body: 'x' }] }, 'has the path'],
    ['a symlink', { members: LINK }, 'no file and no directory: "package/link" (symlink)'],
    ['a hard link', { members: HARD }, '(hardlink)'],
    [
      'a second manifest',
      { members: [{ path: 'package/package.json', body: '{}' }] },
      'has "package.json" twice',
    ],
    [
      'a manifest in another spelling',
      { members: [{ path: 'package/Package.JSON', body: '{}' }] },
      'has "Package.JSON", which is "package.json" on some systems',
    ],
    ...[
      ['.npmrc', '//npm.example/:_authToken=secret'],
      ['.npmrc', '; old\n_auth = "c2VjcmV0"'],
      ['example/.NPMRC', '_password: x'],
      ['.yarnrc', '"//npm.example/:_authToken" "secret"'],
      ['.yarnrc.yml', 'npmAuthToken: "secret"'],
      ['bunfig.toml', 'registry = { url = "https://npm.example", token = "secret" }'],
    ].map(
      ([file = '', body = '']) =>
        [
          ...([`a login in ${file}: ${body}`] as const),
          { members: [{ path: `package/${file}`, body }] },
          `has a login in "${file}"`,
        ] as const,
    ),
    [
      'a second directory',
      { members: [{ path: 'other/x', body: '' }] },
      'two directories at its top',
    ],
    ['a name with capital letters', { name: '@acme/Tool' }, 'is no name for a new package'],
    [
      'a body without versions',
      { body: { _attachments: undefined, versions: undefined } },
      'owners, stars',
    ],
  ])('%s', async (_, of, text) => {
    await start();
    const answer = await publish(of);
    expect({ status: answer.status, error: errorOf(answer) }).toEqual({
      status: text === 'owners, stars' ? 501 : 400,
      error: expect.stringContaining(text) as string,
    });
    expect((await ask('GET', NAME)).status).toBe(404);
  });

  it('names that have another meaning', async () => {
    await start(undefined, { privateNames: ['**', '__proto__'] });
    for (const target of [
      '/__proto__',
      '/..%2f..%2fetc',
      '/@acme%2f..',
      '/%2e%2e',
      '/.hidden',
      '/node_modules',
      '/@acme%2ftool%2fx',
      '/a%00',
    ]) {
      const answer = await ask('PUT', target, publishBody());
      expect([400, 404, 501]).toContain(answer.status);
    }
    expect((await publish({ name: 'constructor' })).status).toBe(201);
    expect(await json('/constructor/latest')).toMatchObject({ version: '1.0.0' });
  });

  it('no settings without a login, and no names of variables', async () => {
    await start();
    const members = [
      { path: 'package/.npmrc', body: 'save-exact=true\n//npm.example/:_authToken=${NPM_TOKEN}' },
      { path: 'package/.yarnrc.yml', body: 'npmAuthToken: "${NPM_TOKEN}"\nnpmAuthIdent:\n' },
      { path: 'package/bunfig.toml', body: 'token = "$NPM_TOKEN"' },
      { path: 'package/doc.md', body: '_authToken=secret' },
    ];
    expect((await publish({ members })).status).toBe(201);
  });

  it('bodies that are too large, too deep, or no JSON', async () => {
    await start(undefined, { maxPublishBytes: 200_000 });
    const deep = `{"name":"@acme/tool","x":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    expect((await ask('PUT', NAME, publishBody({ body: { x: 'x'.repeat(200_000) } }))).status).toBe(
      413,
    );
    expect((await ask('PUT', NAME, deep)).status).toBe(400);
    expect((await ask('PUT', NAME, '{"name":')).status).toBe(400);
    expect((await ask('PUT', NAME, '[]')).status).toBe(400);
    expect((await ask('PUT', NAME, '')).status).toBe(400);
  });
});

describe('a package that changes', () => {
  it('is deprecated, and taken back', async () => {
    await start();
    await publish();
    await publish({ version: '1.1.0' });
    const document = (await json(`${NAME}?write=true`)) as { versions: Record<string, object> };
    const deprecate = (text: unknown): Promise<SceneAnswer> =>
      ask('PUT', NAME, {
        ...document,
        versions: {
          '1.0.0': {
            ...document.versions['1.0.0'],
            deprecated: text,
            scripts: { install: 'evil' },
          },
          '9.9.9': {},
        },
      });
    expect((await deprecate('use 1.1.0')).status).toBe(200);
    const row = await json(`${NAME}/1.0.0`);
    expect(row).toMatchObject({ deprecated: 'use 1.1.0' });
    expect(row).not.toHaveProperty('scripts');
    expect(Object.keys(((await json(NAME)) as { versions: object }).versions)).toEqual([
      '1.0.0',
      '1.1.0',
    ]);
    await deprecate('');
    expect(await json(`${NAME}/1.0.0`)).not.toHaveProperty('deprecated');
    expect((await deprecate({ a: 1 })).status).toBe(400);
    expect((await deprecate('x'.repeat(2000))).status).toBe(400);
  });

  it('has tags', async () => {
    await start();
    await publish();
    await publish({ version: '1.1.0' });
    const tags = '/-/package/@acme%2ftool/dist-tags';
    expect((await ask('PUT', `${tags}/stable`, '"1.0.0"')).status).toBe(201);
    expect(await json(tags)).toEqual({ latest: '1.1.0', stable: '1.0.0' });
    expect((await ask('PUT', `${tags}/stable`, '"9.9.9"')).status).toBe(404);
    expect((await ask('PUT', `${tags}/1.x`, '"1.0.0"')).status).toBe(400);
    expect((await ask('PUT', `${tags}/__proto__`, '"1.0.0"')).status).toBe(400);
    expect((await ask('PUT', `${tags}/stable`, '{}')).status).toBe(400);
    expect((await ask('PUT', `${tags}/stable`, '"1.0.0"', 'reader')).status).toBe(403);
    expect((await ask('DELETE', `${tags}/latest`)).status).toBe(400);
    expect((await ask('DELETE', `${tags}/stable`)).status).toBe(200);
    expect((await ask('DELETE', `${tags}/stable`)).status).toBe(404);
    expect(await json(tags)).toEqual({ latest: '1.1.0' });
  });

  it('loses a version as npm unpublish removes it, and cannot get it back', async () => {
    await start();
    await publish();
    await publish({ version: '1.1.0' });
    const document = (await json(`${NAME}?write=true`, 'owner')) as {
      _rev: string;
      versions: object;
    };
    const left = { ...document, versions: { '1.0.0': {} } };
    expect((await ask('PUT', `${NAME}/-rev/1-other`, left, 'owner')).status).toBe(409);
    expect((await ask('PUT', `${NAME}/-rev/${document._rev}`, left, 'owner')).status).toBe(200);
    const { _rev: next } = (await json(`${NAME}?write=true`)) as { _rev: string };
    const file = `/@acme/tool/-/tool-1.1.0.tgz`;
    expect((await ask('DELETE', `${file}/-rev/${next}`, '', 'owner')).status).toBe(200);
    expect((await ask('GET', file)).status).toBe(404);
    expect(await json('/-/package/@acme%2ftool/dist-tags')).toEqual({ latest: '1.0.0' });
    const again = await publish({ version: '1.1.0' });
    expect(again.status).toBe(403);
    expect(errorOf(again)).toContain('was published before and removed');
    const files = readdirSync(path.join(scene.folder, 'private/npm/files'), { recursive: true });
    expect(files.filter((one) => String(one).length > 128)).toHaveLength(1);
  });

  it('is removed as a whole, and old versions stay used', async () => {
    await start();
    await publish();
    const { _rev: rev } = (await json(NAME)) as { _rev: string };
    expect((await ask('DELETE', `${NAME}/-rev/${rev}`, '', 'owner')).status).toBe(200);
    await scene.restart();
    expect((await ask('GET', NAME)).status).toBe(404);
    expect((await ask('GET', '/@acme/tool/-/tool-1.0.0.tgz')).status).toBe(404);
    expect((await publish()).status).toBe(403);
    expect((await publish({ version: '1.0.1' })).status).toBe(201);
    expect(scene.uplink.requests).toEqual([]);
  });
});

describe('accounts', () => {
  it('log in by the name of a token and the token', async () => {
    await start();
    const login = (name: string, password: string): Promise<SceneAnswer> =>
      scene.get(`/-/user/org.couchdb.user:${name}`, {}, 'PUT', JSON.stringify({ name, password }));
    expect((await scene.get('/-/v1/login', {}, 'POST', '{}')).status).toBe(404);
    const answer = await login('writer', 'writer');
    expect(answer.status).toBe(201);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ ok: true, token: 'writer' });
    for (const [name, password] of [
      ['writer', 'reader'],
      ['expired', 'expired'],
      ['x', ''],
    ] as const) {
      expect((await login(name, password)).status).toBe(401);
    }
    expect(await json('/-/whoami')).toEqual({ username: 'writer' });
    const out = await ask('DELETE', '/-/user/token/writer');
    expect(out).toMatchObject({
      status: 200,
      headers: { 'npm-notice': expect.stringContaining('registry.tokens') as string },
    });
    expect(JSON.stringify(scene.logged)).not.toContain('/-/user');
  });

  it('are blocked after many wrong passwords', async () => {
    await start();
    const login = (): Promise<SceneAnswer> =>
      scene.get('/-/user/org.couchdb.user:writer', {}, 'PUT', '{"password":"guess"}');
    for (let count = 0; count < 20; count++) await login();
    expect((await login()).status).toBe(429);
    scene.now += 60_000;
    expect((await login()).status).toBe(401);
  });

  it.each([
    ['GET', '/-/npm/v1/tokens'],
    ['GET', '/-/npm/v1/user'],
    ['GET', '/-/package/@acme%2ftool/access'],
    ['PUT', '/-/team/acme/all/user'],
    ['PUT', '/-/org/acme/user'],
    ['POST', '/-/package/@acme%2ftool/access'],
    ['POST', '/@acme%2ftool'],
    ['PATCH', '/@acme%2ftool'],
    ['POST', '/pypi/legacy/'],
  ])('%s %s has status 501 with a text', async (method, target) => {
    await start();
    const answer = await ask(method, target, '{}', 'owner');
    expect(answer.status).toBe(501);
    expect(errorOf(answer)).toContain('this registry does not');
  });
});
