import { createHash } from 'node:crypto';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { indexServer, type IndexServer } from '../../../../test/support/index-server.ts';
import { quietContext } from '../../../core/base/context.ts';
import { factKey } from '../../../rules/detect/origin/registry-facts.ts';
import { sources } from '../../../rules/detect/origin/sources.ts';
import type { PackageUse } from '../../../rules/detect/origin/use.ts';
import { readTrustFile } from '../../../trust/trust-file/read-trust-file.ts';
import { askRegistries } from './ask-registries.ts';

let server: IndexServer;
beforeEach(async () => {
  server = await indexServer();
});
afterEach(() => server[Symbol.dispose]());

const TRUST = readTrustFile(
  'assay.trust.yaml',
  Buffer.from(
    "version: 1\npackages:\n  npm: { owned: [{ names: ['@acme/*', 'acme-*'], sources: ['https://npm.acme.example/'] }] }\n  pypi: { owned: [{ names: ['acme-*'], sources: ['https://py.acme.example/'] }] }\n",
  ),
);
const SHA512 = createHash('sha512').update('same').digest();
const INTEGRITY = `sha512-${SHA512.toString('base64')}`;

function use(name: string, more: Partial<PackageUse> = {}): PackageUse {
  const address = `https://npm.acme.example/${name}/-/${name}-1.0.0.tgz`;
  const shared = { kind: 'package', ecosystem: 'npm', name, version: '1.0.0', line: 1 } as const;
  return { ...shared, from: 'registry', addresses: [address], integrity: [INTEGRITY], ...more };
}

const DOCUMENT = {
  versions: { '1.0.0': { version: '1.0.0', dist: {} } },
  time: { created: '2026-11-01T00:00:00.000Z' },
  maintainers: [{ name: 'x' }],
};

function page(path: string, body: object): void {
  server.pages.set(path, { body: JSON.stringify(body) });
}

async function asked(uses: readonly PackageUse[], more: { readonly isOffline?: true } = {}) {
  const env = { HOME: '/nonexistent', npm_config_registry: `${server.url}/` };
  const context = quietContext(more.isOffline === true ? {} : { fetch: globalThis.fetch });
  const { facts, notes } = await askRegistries(uses, { trust: TRUST, env }, context);
  const kinds = uses.map((one) => facts.get(factKey(one))?.kind);
  return { facts, notes, kinds, paths: server.requests.map(({ path }) => path) };
}

describe('a registry of the user', () => {
  it('is asked for private names once, and never for owned, scoped and well-known ones', async () => {
    page('/build-things', DOCUMENT);
    const uses = [
      use('acme-secret'),
      use('ACME-Secret'),
      use('@acme/secret'),
      use('@other/secret'),
      use('lodash'),
      use('build-things'),
      use('build-things', { line: 9 }),
      use('nobody-has-this'),
      use('from-git', { from: 'git' }),
      use('only-requested-things', { isRequest: true }),
    ];
    const { kinds, paths, facts } = await asked(uses);
    expect(kinds).toEqual([
      ...[undefined, undefined, undefined, undefined, undefined],
      ...['present', 'present', 'absent', undefined, undefined],
    ]);
    expect(paths.toSorted()).toEqual([
      '/build-things',
      '/build-things/1.0.0',
      '/nobody-has-this',
      '/nobody-has-this/1.0.0',
    ]);
    expect(facts.get('npm build-things 1.0.0')).toEqual({
      kind: 'present',
      registry: new URL(server.url).host,
      firstVersionAt: '2026-11-01T00:00:00.000Z',
      versionCount: 1,
      maintainerCount: 1,
    });
  });

  it('that has the same content is the origin of a mirror', async () => {
    page('/build-things', DOCUMENT);
    page('/build-things/1.0.0', { version: '1.0.0', dist: { integrity: INTEGRITY } });
    const { facts } = await asked([use('build-things')]);
    expect(facts.get('npm build-things 1.0.0')).toMatchObject({ kind: 'present', isSame: true });
  });

  it('is asked how old a name is that imitates another', async () => {
    page('/lodahs', DOCUMENT);
    const address = `${server.url}/lodahs/-/lodahs-1.0.0.tgz`;
    const { kinds, paths } = await asked([use('lodahs', { addresses: [address] })]);
    expect([kinds, paths]).toEqual([['present'], ['/lodahs']]);
  });

  it('that is down is asked no more', async () => {
    server.pages.set('/a-first/1.0.0', { status: 403 });
    const uses = Array.from({ length: 40 }, (_, index) =>
      use(`a-${index === 0 ? 'first' : index}`),
    );
    for (const { name } of uses) server.pages.set(`/${name}/1.0.0`, { status: 403 });
    const { kinds, paths } = await asked(uses);
    expect(new Set(kinds)).toEqual(new Set(['failed']));
    expect(paths.length).toBeLessThanOrEqual(8);
  });

  it('is not asked offline, which is said', async () => {
    const { paths, notes } = await asked([use('build-things'), use('lodahs')], { isOffline: true });
    expect(paths).toEqual([]);
    expect(notes).toEqual([
      'not asked: whether a registry has 2 names of npm, too, and how old they are; the first is "build-things" (--offline)',
    ]);
  });

  it('that is not configured is not asked, which is said', async () => {
    const pip = use('build-things', { ecosystem: 'pypi' });
    const { notes } = await asked([pip]);
    expect(notes).toEqual([
      expect.stringContaining('no registry of yours is configured') as string,
    ]);
  });

  it('of Python is asked as pip asks it', async () => {
    const digest = `sha256:${'ab'.repeat(32)}`;
    const file = {
      filename: 'x-1.0.0.tar.gz',
      url: 'x-1.0.0.tar.gz',
      hashes: { sha256: 'ab'.repeat(32) },
    };
    const body = JSON.stringify({ meta: { 'api-version': '1.0' }, name: 'x', files: [file] });
    for (const name of ['build-things', 'other-things'])
      server.pages.set(`/simple/${name}/`, { type: 'application/vnd.pypi.simple.v1+json', body });
    const env = {
      HOME: '/nonexistent',
      XDG_CONFIG_DIRS: '/nonexistent',
      PIP_INDEX_URL: `${server.url}/simple`,
    };
    const of = (name: string, integrity: readonly string[]) =>
      use(name, { ecosystem: 'pypi', addresses: ['https://py.acme.example/simple/'], integrity });
    const uses = [of('build_things', [digest]), of('other-things', []), of('acme_secret', [])];
    const context = quietContext({ fetch: globalThis.fetch });
    const { facts } = await askRegistries(uses, { trust: TRUST, env }, context);
    expect(uses.map((one) => facts.get(factKey(one)))).toEqual([
      { kind: 'present', registry: new URL(server.url).host, isSame: true },
      { kind: 'present', registry: new URL(server.url).host },
      undefined,
    ]);
    expect(server.requests.map(({ path }) => path).toSorted()).toEqual([
      '/simple/build-things/',
      '/simple/other-things/',
    ]);
  });
});

describe('the detector', () => {
  const LOCK = `{"lockfileVersion":3,"packages":{"node_modules/build-things":{"version":"1.0.0","resolved":"https://npm.acme.example/build-things/-/build-things-1.0.0.tgz","integrity":"${INTEGRITY}"}}}`;
  const judged = (facts: Awaited<ReturnType<typeof asked>>['facts']) => {
    const notes: string[] = [];
    const settings = { origin: { facts } };
    const file = { path: '/package-lock.json', bytes: Buffer.from(LOCK), settings };
    const drafts = sources.detect(file, (note) => {
      if (note.kind === 'gap') notes.push(note.message);
    });
    return { drafts: drafts.map(({ rule, message }) => `${rule} ${message}`), notes };
  };

  it('reports a private name that another registry has, and nothing for mirrors and absent names', async () => {
    const host = new URL(server.url).host;
    expect(judged((await asked([use('build-things')])).facts).drafts).toEqual([]);
    page('/build-things', DOCUMENT);
    expect(judged((await asked([use('build-things')])).facts).drafts).toEqual([
      `origin/public-twin "build-things" comes from "https://npm.acme.example/build-things/-/build-things-1.0.0.tgz", and ${host} has another package of this name (first version of 2026-11-01, 1 version, 1 maintainer): where the configuration of this tree is missing, that one is installed.`,
    ]);
    page('/build-things/1.0.0', { version: '1.0.0', dist: { integrity: INTEGRITY } });
    expect(judged((await asked([use('build-things')])).facts).drafts).toEqual([]);
  });

  it('has a gap for a registry that is down', async () => {
    server.pages.set('/build-things/1.0.0', { status: 403 });
    const { drafts, notes } = judged((await asked([use('build-things')])).facts);
    expect(drafts).toEqual([]);
    expect(notes).toEqual([expect.stringContaining('1 name could not be looked up') as string]);
  });
});
