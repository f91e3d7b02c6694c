import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../../../../test/support/registry.ts';
import { pushFiles } from '../../../../test/support/registry-push.ts';
import { refuse, scriptedRegistry } from '../../../../test/support/registry-server.ts';
import { makeImage, ociFiles } from '../../../../test/support/stored-images.ts';
import { needs } from '../../../../test/support/tools.ts';
import { quietContext } from '../../../core/base/context.ts';
import { findSiblings, siblingLines } from './find-siblings.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const ENV = { HOME: '/nonexistent' };
const TAGS = readFileSync(new URL('./testdata/siblings/tags.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');

/** Tags of one image: the others are one image too. */
const GROUPS = [
  ['3.12', '3.12-bookworm'],
  ['3.12-slim', '3.12-slim-bookworm'],
  ['3.12-alpine', '3.12-alpine3.22'],
  ['3.12-alpine3.21'],
  ['3.12-alpine3.20'],
  ['3.12-trixie'],
  ['3.12-slim-trixie'],
  ['3.12-distroless'],
  ['3.12-debian-12-r3', '3.12-debian-12'],
  ['3.12-ubi9'],
  ['3.12-ubi9-minimal'],
];

describe.skipIf(missingForRegistry)(`siblings in a registry${needs(missingForRegistry)}`, () => {
  let server: RunningRegistry;
  const push = (name: string, tags: readonly string[], text: string): Promise<void> =>
    pushFiles(
      `${server.host}/${name}`,
      tags,
      ociFiles([{ image: makeImage([[{ path: 'etc/name', body: text }]]), tag: 'x' }]),
    );
  beforeAll(async () => {
    server = await startRegistry();
    for (const [index, tags] of GROUPS.entries()) await push('python', tags, `image ${index}`);
    const grouped = new Set(GROUPS.flat());
    const others = TAGS.filter((tag) => !grouped.has(tag));
    await push('python', others, 'another image');
    await push('alone', ['1', `sha256-${'0'.repeat(64)}.sig`, '2'], 'alone');
  }, 60_000);
  afterAll(() => server[Symbol.asyncDispose]());

  const find = (reference: string, limit?: number): ReturnType<typeof findSiblings> =>
    findSiblings(
      {
        reference: `${server.host}/${reference}`,
        registry: { env: ENV },
        ...(limit !== undefined && { limit }),
      },
      CONTEXT,
    );

  it('takes eight different images of 300 tags, each digest asked for once', async () => {
    const before = server.requests().length;
    const siblings = await find('python:3.12');
    expect(siblings.taken.map(({ tag, aliases }) => [tag, ...aliases])).toEqual([
      ['3.12', '3.12-bookworm'],
      ['3.12-alpine', '3.12-alpine3.22'],
      ['3.12-distroless'],
      ['3.12-slim'],
      ['3.12-trixie'],
      ['3.12-alpine3.21'],
      ['3.12-alpine3.20'],
      ['3.12-debian-12-r3'],
    ]);
    expect(siblings.tagCount).toBe(300);
    expect(Object.fromEntries(siblings.left)).toMatchObject({ sameImage: 2, overLimit: 4 });
    const total = [...siblings.left.values()].reduce((sum, one) => sum + one, 0);
    expect(total + siblings.taken.length).toBe(300);
    // The registry logs a request shortly after it has answered.
    const headCount = (): number =>
      server.requests().filter((line, at) => at >= before && line.startsWith('HEAD')).length;
    await expect.poll(headCount, { timeout: 60_000 }).toBe(10);
    const asked = server.requests().slice(before);
    expect(asked.filter((line) => line.includes('/tags/list'))).toEqual([
      'GET /v2/python/tags/list?n=1000 200',
    ]);
    const heads = asked.filter((line) => line.startsWith('HEAD'));
    expect(heads).toHaveLength(10);
    expect(new Set(heads).size).toBe(10);
    expect(asked.filter((line) => line.includes('/blobs/'))).toEqual([]);
    // The first request asks whether the server is a registry.
    expect(asked.length).toBeLessThanOrEqual(12);
    expect(siblingLines(siblings).join('\n')).toContain('4 beyond the limit (--limit)');
  });

  it.each([1, 3, 20])('takes at most %d', async (limit) => {
    const siblings = await find('python:3.12-slim', limit);
    expect(siblings.taken.length).toBe(Math.min(limit, GROUPS.length));
    expect(siblings.taken[0]?.tag).toBe('3.12-slim');
    const total = [...siblings.left.values()].reduce((sum, one) => sum + one, 0);
    expect(total + siblings.taken.length).toBe(300);
  });

  it('says that a repository has none', async () => {
    const siblings = await find('alone:1');
    expect(siblings.taken.map(({ tag }) => tag)).toEqual(['1']);
    expect(siblingLines(siblings)).toEqual([
      `No siblings of ${server.host}/alone:1 among 3 tags.`,
      'Not taken: 2 tags: 1 of another version, 1 a signature or attestation.',
    ]);
  });

  it.each<[string, string, string, RegExp]>([
    ['a digest', `python@sha256:${'0'.repeat(64)}`, 'USAGE', /names one image by its digest/u],
    ['a tag that is not there', 'python:9.9', 'NOT_FOUND', /python:9\.9/u],
    ['a repository that is not there', 'none:1', 'NOT_FOUND', /none:1/u],
  ])('refuses %s', async (_name, reference, code, message) => {
    await expect(find(reference)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a registry without a tag list', () => {
  it.each([404, 405, 501])('that answers with %d', async (status) => {
    using server = await scriptedRegistry();
    const digest = `sha256:${'a'.repeat(64)}`;
    server.answers.push((request, response, url) => {
      if (url.pathname.endsWith('/tags/list')) {
        refuse(response, status, 'UNSUPPORTED', 'no list');
        return true;
      }
      if (request.method !== 'HEAD' || !url.pathname.includes('/manifests/')) return false;
      response.setHeader('docker-content-digest', digest);
      response.setHeader('content-type', 'application/vnd.oci.image.index.v1+json');
      response.end();
      return true;
    });
    const failing = findSiblings(
      { reference: `${server.host}/team/app:1`, registry: { env: ENV } },
      CONTEXT,
    );
    await expect(failing).rejects.toMatchObject({
      message: expect.stringContaining(`no tag list of "${server.host}/team/app"`) as string,
      hint: expect.stringContaining('assay base app:1 app:1-slim') as string,
    });
  });

  it.each([403, 429, 500])(
    'that answers with %d for one tag, which is taken',
    async (status) => {
      using server = await scriptedRegistry();
      for (const [at, tag] of ['1', '1-slim', '1-alpine'].entries()) {
        server.stored.set(`team/app/manifests/${tag}`, {
          bytes: Buffer.from(`image ${at}`),
          mediaType: 'application/vnd.oci.image.index.v1+json',
        });
      }
      server.answers.push((_request, response, url) => {
        if (url.pathname.endsWith('/tags/list')) {
          response.end(JSON.stringify({ tags: ['1', '1-alpine', '1-slim'] }));
          return true;
        }
        if (!url.pathname.endsWith('/1-alpine')) return false;
        refuse(response, status, 'DENIED', 'no');
        return true;
      });
      const { taken } = await findSiblings(
        { reference: `${server.host}/team/app:1`, registry: { env: ENV } },
        CONTEXT,
      );
      expect(taken.map(({ tag, digest }) => [tag, digest !== undefined])).toEqual([
        ['1', true],
        ['1-alpine', false],
        ['1-slim', true],
      ]);
    },
    30_000,
  );

  it('is not asked offline', async () => {
    await expect(findSiblings({ reference: 'python:3.12' }, quietContext())).rejects.toMatchObject({
      code: 'OFFLINE',
    });
  });
});
