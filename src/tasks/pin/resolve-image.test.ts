import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { layoutFolder, missingForRegistry, startRegistry } from '../../../test/support/registry.ts';
import {
  refuse,
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { digestOf, makeImage, ociFiles } from '../../../test/support/stored-images.ts';
import { needs } from '../../../test/support/tools.ts';
import { quietContext } from '../../core/base/context.ts';
import type { Platform } from '../../core/model/artifact/artifact.ts';
import { makeImageResolver } from './resolve-image.ts';
import type { ReferenceQuestion, ResolutionResult, ResolverOptions } from './resolvers.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });

const imageFor = (name: string, platform: Platform) =>
  makeImage([[{ path: 'a', body: name }]], { platform });
const AMD = { os: 'linux', architecture: 'amd64' };
const ARM = { os: 'linux', architecture: 'arm64', variant: 'v8' };
const ARM_7 = { os: 'linux', architecture: 'arm', variant: 'v7' };
const ARM_6 = { os: 'linux', architecture: 'arm', variant: 'v6' };

const layoutOf = (name: string, tag: string, platforms: readonly Platform[] = [AMD, ARM]) =>
  ociFiles([
    {
      tag,
      platforms: platforms.map((platform) => ({
        image: imageFor(name, platform),
        isPlatformListed: true,
      })),
    },
  ]);

/** Digests of a layout: of the index, then of its manifests. */
function digestsOf(files: ReadonlyMap<string, Buffer>): [string, ...string[]] {
  const { manifests } = JSON.parse(String(files.get('index.json'))) as Listed;
  const index = manifests[0]?.digest ?? '';
  const inner = JSON.parse(String(files.get(`blobs/${index.replace(':', '/')}`))) as Listed;
  return [index, ...inner.manifests.map(({ digest }) => digest)];
}

interface Listed {
  readonly manifests: readonly { readonly digest: string }[];
}

let server: ScriptedRegistry;
beforeEach(async () => {
  server = await scriptedRegistry();
});
afterEach(() => server[Symbol.dispose]());

const env = (more: Record<string, string> = {}): Record<string, string> => ({
  HOME: '/nonexistent',
  ...more,
});

function options(more: Record<string, string> = {}): ResolverOptions {
  return {
    registry: { env: env(more) },
    isBranchOnly: false,
    actionsUrl: 'https://github.com',
    env: env(more),
    cwd: '/',
  };
}

function ask(
  value: string,
  question: Partial<ReferenceQuestion> = {},
  from: ResolverOptions = options(),
  context = CONTEXT,
): Promise<ResolutionResult> {
  const resolver = makeImageResolver(from, context);
  return resolver.resolve({ kind: 'image', mode: 'pin', value, ...question }, context);
}

async function resolved(value: string, question: Partial<ReferenceQuestion> = {}) {
  const result = await ask(value, question);
  if (!result.ok) throw new Error(result.message);
  return result;
}

async function problem(result: Promise<ResolutionResult>) {
  const answer = await result;
  if (answer.ok) throw new Error(`resolved: ${answer.pinned}`);
  return answer;
}

const first = layoutOf('first', '1');
const second = layoutOf('second', '1');
const [INDEX, AMD_DIGEST, ARM_DIGEST] = digestsOf(first);
const [NEW_INDEX, NEW_AMD, NEW_ARM] = digestsOf(second);

describe('a tag', () => {
  beforeEach(() => storeLayout(server, 'team/app', first));

  it('is resolved to its index by one HEAD', async () => {
    const name = `${server.host}/team/app:1`;
    const { pinned, digest, ledgerKey, source, notes } = await resolved(name);
    expect({ pinned, digest, ledgerKey, source, notes }).toEqual({
      pinned: `${name}@${INDEX}`,
      digest: INDEX,
      ledgerKey: `image ${name}`,
      source: server.host,
      notes: [],
    });
    expect(server.requests.filter((line) => line !== 'GET /v2/')).toEqual([
      'HEAD /v2/team/app/manifests/1',
    ]);
  });

  it('that is not written is "latest", which is written then', async () => {
    storeLayout(server, 'team/app', layoutOf('newest', 'latest'));
    const name = `${server.host}/team/app`;
    const [newest] = digestsOf(layoutOf('newest', 'latest'));
    expect((await resolved(name)).pinned).toBe(`${name}:latest@${newest}`);
  });

  it.each([
    ['linux/amd64', AMD_DIGEST, 'linux/amd64'],
    ['linux/arm64', ARM_DIGEST, 'linux/arm64'],
    ['linux/arm64/v8', ARM_DIGEST, 'linux/arm64/v8'],
    ['linux/x86_64', AMD_DIGEST, 'linux/x86_64'],
  ])('is resolved to the image of %s where that is asked for', async (platform, digest, shown) => {
    const name = `${server.host}/team/app:1`;
    const answer = await resolved(name, { platform });
    expect(answer.pinned).toBe(`${name}@${digest}`);
    expect(answer.ledgerKey).toBe(`image ${name} ${shown}`);
    // The index is read by its digest, not by the tag.
    expect(server.requests.filter((line) => line.endsWith('/manifests/1'))).toEqual([
      'HEAD /v2/team/app/manifests/1',
    ]);
  });

  it('is resolved to the variant that is asked for', async () => {
    const layout = layoutOf('variants', 'arm', [ARM_7, ARM_6]);
    storeLayout(server, 'team/app', layout);
    const [, seven, six] = digestsOf(layout);
    const name = `${server.host}/team/app:arm`;
    expect((await resolved(name, { platform: 'linux/arm/v6' })).digest).toBe(six);
    expect((await resolved(name, { platform: 'linux/arm/v7' })).digest).toBe(seven);
  });

  it('of one image alone is compared with the platform of its configuration', async () => {
    const files = ociFiles([{ image: imageFor('single', ARM), tag: 'single' }]);
    storeLayout(server, 'team/app', files);
    const name = `${server.host}/team/app:single`;
    const { digest } = await resolved(name);
    expect((await resolved(name, { platform: 'linux/arm64' })).digest).toBe(digest);
    expect(await problem(ask(name, { platform: 'linux/amd64' }))).toMatchObject({
      status: 'unresolved',
      id: 'platform',
      message: `${name} has no image for linux/amd64; it has linux/arm64/v8`,
    });
  });

  it('is asked for once in a run', async () => {
    const resolver = makeImageResolver(options(), CONTEXT);
    const value = `${server.host}/team/app:1`;
    const question = { kind: 'image', mode: 'pin', value } as const;
    await Promise.all([1, 2, 3].map(() => resolver.resolve(question, CONTEXT)));
    expect(server.requests.filter((line) => line.includes('manifests'))).toHaveLength(1);
  });

  it('whose registry does not tell the digest is read and hashed', async () => {
    server.answers.push((request, response, url) => {
      if (request.method !== 'HEAD' || !url.pathname.includes('/manifests/')) return false;
      response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json');
      response.end();
      return true;
    });
    expect((await resolved(`${server.host}/team/app:1`)).digest).toBe(INDEX);
  });
});

describe('a digest that is written', () => {
  const pinned = (digest: string | undefined, tag = ':1') =>
    `${server.host}/team/app${tag}@${String(digest)}`;

  it('stays, without a note, where the tag names it', async () => {
    storeLayout(server, 'team/app', first);
    const answer = await resolved(pinned(INDEX));
    expect(answer.pinned).toBe(pinned(INDEX));
    expect(answer.notes).toEqual([]);
  });

  it.each([
    ['pin', () => NEW_INDEX],
    ['update', () => NEW_INDEX],
  ] as const)('is compared with its tag: %s', async (mode, newest) => {
    storeLayout(server, 'team/app', first);
    storeLayout(server, 'team/app', second);
    const answer = await resolved(pinned(INDEX), { mode });
    if (mode === 'update') expect(answer.pinned).toBe(pinned(newest()));
    else {
      expect(answer.pinned).toBe(pinned(INDEX));
      expect(answer.notes).toEqual([
        {
          id: 'moved',
          message: `the tag "1" of ${server.host}/team/app names ${NEW_INDEX} now, not ${INDEX}`,
        },
      ]);
    }
  });

  it('of one platform is updated to the same platform', async () => {
    storeLayout(server, 'team/app', first);
    storeLayout(server, 'team/app', second);
    const arm = await resolved(pinned(ARM_DIGEST), { mode: 'update' });
    expect(arm.pinned).toBe(pinned(NEW_ARM));
    expect(arm.ledgerKey).toBe(`image ${server.host}/team/app:1 linux/arm64/v8`);
    expect((await resolved(pinned(AMD_DIGEST), { mode: 'update' })).pinned).toBe(pinned(NEW_AMD));
  });

  it('of one platform is named as that', async () => {
    storeLayout(server, 'team/app', first);
    const { notes } = await resolved(pinned(ARM_DIGEST));
    expect(notes.map(({ id }) => id)).toEqual(['platform-digest']);
  });

  it.each(['pin', 'update'] as const)('that is gone is named: %s', async (mode) => {
    storeLayout(server, 'team/app', second);
    const { notes, pinned: value } = await resolved(pinned(INDEX), { mode });
    expect(notes).toEqual([
      { id: 'gone', message: `${server.host}/team/app no longer has ${INDEX}` },
    ]);
    expect(value).toBe(pinned(mode === 'pin' ? INDEX : NEW_INDEX));
  });

  it.each(['pin', 'update'] as const)('without a tag stays: %s', async (mode) => {
    storeLayout(server, 'team/app', first);
    const answer = await resolved(pinned(INDEX, ''), { mode });
    expect(answer.pinned).toBe(pinned(INDEX, ''));
    expect(answer.ledgerKey).toBeUndefined();
    server.stored.clear();
    expect((await resolved(pinned(INDEX, ''), { mode })).notes[0]?.id).toBe('gone');
  });

  it('whose tag is gone stays, and that is named', async () => {
    storeLayout(server, 'team/app', first);
    server.stored.delete('team/app/manifests/1');
    const answer = await resolved(pinned(INDEX));
    expect(answer.notes).toEqual([
      { id: 'moved', message: `the tag "1" of ${server.host}/team/app no longer exists` },
    ]);
    expect(await problem(ask(pinned(INDEX), { mode: 'update' }))).toMatchObject({
      id: 'not-found',
    });
  });
});

describe('an update of a full version', () => {
  const old = layoutOf('first', '1.2.0');
  const newer = layoutOf('second', '1.3.1');
  const [newIndex, , newArm] = digestsOf(newer);
  const [oldIndex, , oldArm] = digestsOf(old);
  beforeEach(() => {
    storeLayout(server, 'team/app', old);
    storeLayout(server, 'team/app', newer);
    const bytes = Buffer.from(JSON.stringify({ name: 'team/app', tags: ['1.2.0', '1.3.1', '9'] }));
    server.stored.set('team/app/tags/list', { bytes, mediaType: 'application/json' });
  });

  it.each([
    ['an index', oldIndex, newIndex],
    ['one platform', oldArm, newArm],
  ])('takes the newer tag of %s', async (_, digest = '', expected) => {
    const name = `${server.host}/team/app`;
    const answer = await resolved(`${name}:1.2.0@${digest}`, { mode: 'update' });
    expect(answer).toMatchObject({ pinned: `${name}:1.3.1@${expected}`, version: '1.3.1' });
    expect(answer.ledgerKey).toContain(`${name}:1.3.1`);
  });

  it.each<[string, Partial<ReferenceQuestion>]>([
    ['keeps a tag that is too young', { tooYoung: ['1.3.1'] }],
    ['keeps a tag that stands elsewhere', { keepsTag: true }],
  ])('%s', async (_, question) => {
    const value = `${server.host}/team/app:1.2.0@${oldIndex}`;
    const answer = await resolved(value, { mode: 'update', ...question });
    expect(answer).toMatchObject({ pinned: value, notes: [] });
    expect(answer.version).toBeUndefined();
  });

  it('keeps the tag where the newer one was removed after it was listed', async () => {
    server.stored.delete('team/app/manifests/1.3.1');
    const value = `${server.host}/team/app:1.2.0@${oldIndex}`;
    expect(await resolved(value, { mode: 'update' })).toMatchObject({ pinned: value, notes: [] });
  });

  it('names a registry that does not list its tags', async () => {
    server.stored.delete('team/app/tags/list');
    const value = `${server.host}/team/app:1.2.0@${oldIndex}`;
    const { pinned, notes } = await resolved(value, { mode: 'update' });
    expect(pinned).toBe(value);
    expect(notes).toMatchObject([{ id: 'unlisted' }]);
  });
});

describe('what cannot be resolved', () => {
  it.each([
    [404, 'not-found', 'has no "'],
    [401, 'denied', 'wants a login for'],
    [403, 'denied', 'refuses "'],
  ])('is a problem with a way out: status %i', async (status, id, message) => {
    server.answers.push((_request, response, url) => {
      if (url.pathname === '/v2/') return false;
      refuse(response, status, 'NO', 'no');
      return true;
    });
    const answer = await problem(ask(`${server.host}/team/app:1`));
    expect(answer).toMatchObject({ status: 'unresolved', id });
    expect(answer.message).toContain(message);
    expect(answer.message).toContain(`${server.host}/team/app:1`);
    expect(answer.advice).not.toBe('');
  });

  it('is a registry that is down', async () => {
    const { host } = server;
    server[Symbol.dispose]();
    const answer = await problem(ask(`${host}/team/app:1`));
    expect(answer).toMatchObject({ status: 'unresolved', id: 'network' });
  });

  it('is everything without a network', async () => {
    const context = quietContext();
    const answer = await problem(ask(`${server.host}/team/app:1`, {}, options(), context));
    expect(answer).toMatchObject({ status: 'unresolved', id: 'offline' });
    expect(server.requests).toEqual([]);
  });

  it.each(['team/CASE:1', 'a b', 'app:bad tag', 'app@sha256:12', '', '-x', 'https://a/b:1'])(
    'is not a reference: "%s"',
    async (value) => {
      expect(await problem(ask(value))).toMatchObject({ id: 'not-a-reference' });
    },
  );

  it.each([
    [
      'of schema 1',
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      `sha256:${'a'.repeat(64)}`,
    ],
    [
      'with a digest that runtimes do not take',
      'application/vnd.oci.image.index.v1+json',
      `sha512:${'a'.repeat(128)}`,
    ],
  ])('is a manifest %s', async (_, type, digest) => {
    server.answers.push((request, response, url) => {
      if (request.method !== 'HEAD' || !url.pathname.includes('/manifests/')) return false;
      response.setHeader('content-type', type);
      response.setHeader('docker-content-digest', digest);
      response.end();
      return true;
    });
    expect(await problem(ask(`${server.host}/team/app:1`))).toMatchObject({
      status: 'refused',
      id: 'not-an-image',
    });
  });
});

describe('a name without a registry', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-pin-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const withConf = (text: string): ResolverOptions => {
    const file = join(folder, 'registries.conf');
    writeFileSync(file, text);
    return options({ CONTAINERS_REGISTRIES_CONF: file });
  };

  it.each([
    ['an alias', 'app:1', () => `[aliases]\n"app" = "${server.host}/team/app"\n`],
    ['a search list', 'team/app:1', () => `unqualified-search-registries = ["${server.host}"]\n`],
  ])('is resolved by %s, shown, and written as before', async (_, value, conf) => {
    storeLayout(server, 'team/app', first);
    const answer = await ask(value, {}, withConf(conf()));
    expect(answer).toMatchObject({
      ok: true,
      pinned: `${value}@${INDEX}`,
      ledgerKey: `image ${server.host}/team/app:1`,
      notes: [
        {
          id: 'unqualified',
          message: `"${value}" names no registry; on this machine it is ${server.host}/team/app`,
        },
      ],
    });
  });

  it('is asked of its mirror first, as scans do', async () => {
    storeLayout(server, 'mirror/app', first);
    const conf = `[[registry]]\nprefix = "registry.example/team"\nlocation = "registry.example/team"\n[[registry.mirror]]\nlocation = "${server.host}/mirror"\n`;
    const answer = await ask('registry.example/team/app:1', {}, withConf(conf));
    expect(answer).toMatchObject({ ok: true, pinned: `registry.example/team/app:1@${INDEX}` });
  });
});

describe.skipIf(missingForRegistry)(`Debian's docker-registry${needs(missingForRegistry)}`, () => {
  it('is asked for tags by HEAD alone, as its own log shows', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-pin-'));
    await using registry = await startRegistry();
    registry.push(layoutFolder(join(folder, 'a'), first), 'team/app:1');
    const before = registry.requests().length;
    const name = `${registry.host}/team/app:1`;
    expect(await ask(name)).toMatchObject({ ok: true, pinned: `${name}@${INDEX}` });
    expect(await ask(name, { platform: 'linux/arm64' })).toMatchObject({ digest: ARM_DIGEST });
    registry.push(layoutFolder(join(folder, 'b'), second), 'team/app:1');
    expect(await ask(`${name}@${INDEX}`)).toMatchObject({ notes: [{ id: 'moved' }] });
    expect(await ask(`${name}@${ARM_DIGEST}`, { mode: 'update' })).toMatchObject({
      pinned: `${name}@${NEW_ARM}`,
    });
    expect(await ask(`${registry.host}/team/app:2`)).toMatchObject({ id: 'not-found' });
    // The registry logs a request shortly after it has answered.
    await fetch(`http://${registry.host}/v2/team/app/manifests/last`);
    await expect
      .poll(() => registry.requests(), { timeout: 60_000 })
      .toContainEqual(expect.stringContaining('/manifests/last'));
    const tags = registry
      .requests()
      .slice(before)
      .filter((line) => /\/manifests\/[12] /u.test(line) && !line.startsWith('PUT'));
    expect([...new Set(tags)].sort()).toEqual([
      'HEAD /v2/team/app/manifests/1 200',
      'HEAD /v2/team/app/manifests/2 404',
    ]);
    rmSync(folder, { recursive: true, force: true });
  });
});

it('knows the digests that the tests expect', () => {
  expect(INDEX).toBe(digestOf(first.get(`blobs/${INDEX.replace(':', '/')}`) ?? Buffer.alloc(0)));
});
