import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { missingForRegistry, startRegistry } from '../../../test/support/registry.ts';
import {
  refuse,
  scriptedRegistry,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { needs } from '../../../test/support/tools.ts';
import { quietContext } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Repository, TagListOptions } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import { parseImageReference } from './reference.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });

let server: ScriptedRegistry;
beforeEach(async () => {
  server = await scriptedRegistry();
});
afterEach(() => server[Symbol.dispose]());

function repository(host = server.host, env: Record<string, string> = {}): Promise<Repository> {
  const client = createRegistryClient({ env: { HOME: '/nonexistent', ...env } }, CONTEXT);
  return client.repository(parseImageReference(`${host}/team/app`));
}

async function failureOf(options: TagListOptions = {}): Promise<AssayError> {
  const error: unknown = await (await repository()).tags(options).then(
    (list) => list,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

interface Page {
  readonly body?: string;
  readonly tags?: readonly unknown[] | null;
  readonly link?: string;
}

/** Answers each request for tags by what it asks for; returns the queries. */
function serve(answer: (query: URLSearchParams) => Page): string[] {
  const queries: string[] = [];
  server.answers.push((_request, response, url) => {
    if (url.pathname !== '/v2/team/app/tags/list') return false;
    queries.push(url.search);
    const { body, tags = [], link } = answer(url.searchParams);
    if (link !== undefined) response.setHeader('link', link);
    response.end(body ?? JSON.stringify({ name: 'team/app', tags }));
    return true;
  });
  return queries;
}

const numbered = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `v1.${String(index).padStart(3, '0')}`);

/** A registry that keeps to the specification. */
function paged(all: readonly string[], linkOf = (query: string): string => query): string[] {
  return serve((query) => {
    const first = all.indexOf(query.get('last') ?? '') + 1;
    const count = Math.min(Number(query.get('n')), 100);
    const tags = all.slice(first, first + count);
    const isLast = first + count >= all.length;
    const next = `?n=${count}&last=${String(tags.at(-1))}`;
    return isLast ? { tags } : { tags, link: `<${linkOf(next)}>; rel="next"` };
  });
}

describe('the tags of a repository', () => {
  it.each([
    ['relative to the page', (query: string) => query],
    ['relative to the server', (query: string) => `/v2/team/app/tags/list${query}`],
    ['as a whole', (query: string) => `http://${server.host}/v2/team/app/tags/list${query}`],
  ])('are listed to the end where the next page is named %s', async (_, linkOf) => {
    const queries = paged(numbered(250), linkOf);
    expect(await (await repository()).tags()).toEqual({ tags: numbered(250) });
    expect(queries).toEqual(['?n=1000', '?n=100&last=v1.099', '?n=100&last=v1.199']);
  });

  it.each([
    ['none', [], 1],
    ['less than a page', numbered(3), 1],
    ['more than was asked for', numbered(30), 1],
    ['a page exactly, of a registry that does not know pages', numbered(10), 2],
  ])('are listed where there are %s', async (_, all, requests) => {
    const queries = serve(() => ({ tags: all }));
    expect((await (await repository()).tags({ pageSize: 10 })).tags).toEqual(all);
    expect(queries).toHaveLength(requests);
  });

  it('are listed to the end where the registry leaves out the header', async () => {
    const all = numbered(25);
    serve((query) => {
      const first = all.indexOf(query.get('last') ?? '') + 1;
      return { tags: all.slice(first, first + 10) };
    });
    expect((await (await repository()).tags({ pageSize: 10 })).tags).toEqual(all);
  });

  it('are those after a tag where one is given', async () => {
    paged(numbered(250));
    const { tags } = await (await repository()).tags({ after: 'v1.240' });
    expect(tags).toEqual(numbered(250).slice(241));
  });

  it('are each listed once, and "null" is none', async () => {
    serve(() => ({ tags: ['b', 'a', 'b'] }));
    expect((await (await repository()).tags()).tags).toEqual(['b', 'a']);
    serve(() => ({ tags: null }));
    expect((await (await repository()).tags()).tags).toEqual([]);
  });

  it('can have pages without tags between others', async () => {
    serve((query) =>
      query.get('last') === null ? { tags: [], link: '<?last=a>; rel="next"' } : { tags: ['b'] },
    );
    expect((await (await repository()).tags()).tags).toEqual(['b']);
  });
});

describe('a registry that lies', () => {
  it.each([
    ['that is not JSON', { body: '<html>' }, 'DAMAGED', 'it is not a JSON object'],
    ['that is a list', { body: '["a"]' }, 'DAMAGED', 'it is not a JSON object'],
    ['without tags', { body: '{"name":"team/app"}' }, 'DAMAGED', 'it has no list "tags"'],
    ['of objects', { tags: [{ a: 1 }] }, 'DAMAGED', '{"a":1} is not a tag'],
    ['of paths', { tags: ['../../etc'] }, 'DAMAGED', '"../../etc" is not a tag'],
    ['of queries', { tags: ['a?n=1'] }, 'DAMAGED', '"a?n=1" is not a tag'],
    ['of empty tags', { tags: [''] }, 'DAMAGED', '"" is not a tag'],
    [
      'that goes on at another server',
      { tags: ['a'], link: '<http://192.0.2.1/v2/team/app/tags/list?last=a>; rel="next"' },
      'NETWORK',
      'names its next page at "http://192.0.2.1", not at "http://127.0.0.1:',
    ],
    [
      'that goes on at another port',
      { tags: ['a'], link: '<//127.0.0.1:1/v2/team/app/tags/list?last=a>; rel="next"' },
      'NETWORK',
      'names its next page at "http://127.0.0.1:1", not at',
    ],
    [
      'that goes on in another protocol',
      { tags: ['a'], link: '<file:///v2/team/app/tags/list?last=a>; rel="next"' },
      'NETWORK',
      'names its next page at "null", not at',
    ],
    [
      'that goes on at no address',
      { tags: ['a'], link: '<http://[>; rel="next"' },
      'NETWORK',
      'names its next page at an address that cannot be read',
    ],
  ] as const)('with a list %s is refused', async (_, page, code, message) => {
    const queries = serve(() => page);
    const error = await failureOf();
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`the list of tags of "${server.host}/team/app"`);
    expect(error.hint).toBeDefined();
    expect(queries).toHaveLength(1);
  });

  it.each([
    ['names the same page again', () => '?n=1000'],
    ['goes back and forth', (query: URLSearchParams) => `?x=${query.get('x') === '1' ? 2 : 1}`],
    ['goes on with tags that were listed', () => `?x=${Math.random()}`],
  ])('that %s is left', async (_, next) => {
    const queries = serve((query) => ({ tags: ['a'], link: `<${next(query)}>; rel="next"` }));
    const error = await failureOf();
    expect(error.code).toBe('DAMAGED');
    expect(error.message).toContain('has no end');
    expect(queries.length).toBeLessThan(10);
  });

  it('that goes on without end is left after the most tags that are read', async () => {
    let page = 0;
    serve(() => {
      page += 1;
      return { tags: [`t${page}`], link: `<?page=${page}>; rel="next"` };
    });
    const error = await failureOf({ maxTags: 20 });
    expect(error.code).toBe('LIMIT_EXCEEDED');
    expect(error.message).toContain(' has more than 20');
    expect(page).toBe(21);
  });
});

describe('a registry that refuses', () => {
  it.each([
    [401, 'REGISTRY_DENIED', 'wants a login for tags of'],
    [403, 'REGISTRY_DENIED', 'refuses tags of'],
    [404, 'NOT_FOUND', 'has no tags of'],
    [405, 'NETWORK', 'refuses tags of'],
  ])('with status %i is quoted', async (status, code, message) => {
    server.answers.push((_request, response, url) => {
      if (!url.pathname.endsWith('/tags/list')) return false;
      refuse(response, status, 'NO', 'not today');
      return true;
    });
    const error = await failureOf();
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
    expect(error.message).toContain('NO: not today');
  });
});

describe('mirrors', () => {
  let folder: string;
  let mirror: ScriptedRegistry;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'assay-tags-'));
    mirror = await scriptedRegistry();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
    mirror[Symbol.dispose]();
  });

  function withMirror(use: string): Promise<Repository> {
    const file = join(folder, 'registries.conf');
    const rule = `[[registry]]\nlocation = "${server.host}"\n[[registry.mirror]]\n`;
    writeFileSync(file, `${rule}location = "${mirror.host}"\npull-from-mirror = "${use}"\n`);
    mirror.answers.push((_request, response, url) => {
      if (!url.pathname.endsWith('/tags/list')) return false;
      response.end(JSON.stringify({ name: 'team/app', tags: ['old'] }));
      return true;
    });
    return repository(server.host, { CONTAINERS_REGISTRIES_CONF: file });
  }

  it('are not asked where the registry answers', async () => {
    paged(['a', 'b']);
    expect(await (await withMirror('all')).tags()).toEqual({ tags: ['a', 'b'] });
    expect(mirror.requests.filter((line) => line.endsWith('/tags/list'))).toEqual([]);
  });

  it('are asked, and named, where it does not', async () => {
    expect(await (await withMirror('tag-only')).tags()).toEqual({
      tags: ['old'],
      mirror: mirror.host,
    });
  });

  it('are not asked where they serve digests only', async () => {
    await expect((await withMirror('digest-only')).tags()).rejects.toThrow('status 404');
    expect(mirror.requests).toEqual([]);
  });
});

describe.skipIf(missingForRegistry)(`Debian's docker-registry${needs(missingForRegistry)}`, () => {
  it('gives all of 90 tags, whatever the size of its pages', { timeout: 60_000 }, async () => {
    await using registry = await startRegistry();
    const base = `http://${registry.host}/v2/team/app`;
    const config = Buffer.from('{}');
    const digest = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
    const upload = await fetch(`${base}/blobs/uploads/`, { method: 'POST' });
    const place = new URL(upload.headers.get('location') ?? '');
    place.searchParams.set('digest', digest);
    expect((await fetch(place, { method: 'PUT', body: config })).status).toBe(201);
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType,
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 },
      layers: [],
    });
    const headers = { 'content-type': mediaType };
    for (const tag of numbered(90)) {
      const url = `${base}/manifests/${tag}`;
      const stored = await fetch(url, { method: 'PUT', headers, body: manifest });
      expect(stored.status).toBe(201);
    }
    const app = await repository(registry.host);
    const { tags } = await app.tags({ pageSize: 30 });
    expect([...tags].sort()).toEqual(numbered(90));
    expect((await app.tags({ pageSize: 90 })).tags).toHaveLength(90);
    expect((await app.tags()).tags).toHaveLength(90);
    const lines = registry.requests().filter((line) => line.includes('/tags/list'));
    expect(lines.every((line) => line.startsWith('GET ') && line.endsWith(' 200'))).toBe(true);
  });
});
