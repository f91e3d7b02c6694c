/** Uploads to registries whose answers are wrong, and to addresses on other hosts. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { scriptedRegistry, type ScriptedRegistry } from '../../../test/support/registry-server.ts';
import { digestOf } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import type { Repository } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import { OCI_MANIFEST } from './media-types.ts';
import { parseImageReference } from './reference.ts';

const BLOB = Buffer.from('a blob');
const DIGEST = digestOf(BLOB);
const OTHER = digestOf(Buffer.from('another one'));
const MANIFEST = { bytes: Buffer.from('{"schemaVersion":2}'), mediaType: OCI_MANIFEST };
const PLACE = '/v2/app/blobs/uploads/1';

let registry: ScriptedRegistry;
/** The host that the registry sends on to. */
let store: ScriptedRegistry;
let app: Repository;
beforeEach(async () => {
  registry = await scriptedRegistry();
  store = await scriptedRegistry();
  const context = quietContext({ fetch: globalThis.fetch });
  const credentials = { kind: 'basic', username: 'ada', password: 'secret' } as const;
  const client = createRegistryClient({ env: { HOME: '/nonexistent' }, credentials }, context);
  app = await client.repository(parseImageReference(`${registry.host}/app`));
});
afterEach(() => {
  registry[Symbol.dispose]();
  store[Symbol.dispose]();
});

type Headers = Readonly<Record<string, string>>;

/** Takes uploads at `host`, and answers their end with `headers`. */
function take(host: ScriptedRegistry, headers: Headers = {}): void {
  host.answers.push((request, response, url) => {
    if (request.method === 'PATCH') {
      request.resume().on('end', () => {
        response.writeHead(202, { location: `http://${host.host}${PLACE}` }).end();
      });
      return true;
    }
    if (request.method !== 'PUT') return false;
    request.resume().on('end', () => {
      const digest = url.searchParams.get('digest');
      if (digest !== null) {
        registry.stored.set(`app/blobs/${digest}`, { bytes: BLOB, mediaType: 'application/x' });
      }
      response.writeHead(201, headers).end();
    });
    return true;
  });
}

/** Requires a login, and opens uploads with `status` and `location`. */
function open(location: string, status = 202): void {
  registry.answers.push((request, response) => {
    if (request.headers.authorization === undefined) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
      return true;
    }
    if (request.method !== 'POST') return false;
    response.writeHead(status, { location }).end();
    return true;
  });
}

function upload(mountFrom?: string): Promise<string> {
  const chunks = async function* chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(BLOB);
  };
  const options = mountFrom === undefined ? {} : { mountFrom };
  return app.uploadBlob({ digest: DIGEST, sizeBytes: BLOB.length }, chunks, options);
}

describe('a registry that says it has stored something else', () => {
  it.each<[string, Headers]>([
    ['the digest of a header', { 'docker-content-digest': OTHER }],
    ['the digest of an address', { location: `/v2/app/blobs/${OTHER}` }],
    ['an address with a query', { location: `/v2/app/blobs/${OTHER}?x=${DIGEST}` }],
    ['an encoded address', { location: `/v2/app/blobs/${OTHER.replace(':', '%3A')}` }],
  ])('is refused after a blob: %s', async (_, headers) => {
    open(PLACE);
    take(registry, headers);
    await expect(upload()).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
      message: expect.stringContaining(OTHER) as string,
    });
  });

  it.each<[string, Headers]>([
    ['the digest of a header', { 'docker-content-digest': OTHER }],
    ['the digest of an address', { location: `/v2/app/manifests/${OTHER}` }],
  ])('is refused after a manifest: %s', async (_, headers) => {
    take(registry, headers);
    await expect(app.putManifest('1', MANIFEST)).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
  });

  it('is refused after a mount', async () => {
    open(`/v2/app/blobs/${OTHER}`, 201);
    await expect(upload('other')).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it.each<[string, Headers]>([
    ['nothing', {}],
    ['the right digest', { 'docker-content-digest': DIGEST, location: `/v2/app/blobs/${DIGEST}` }],
    ['an address of a store', { location: 'https://store.example.com/objects/1' }],
    ['a digest of another algorithm', { 'docker-content-digest': `sha512:${'0'.repeat(128)}` }],
  ])('is not one that says %s', async (_, headers) => {
    open(PLACE);
    take(registry, headers);
    expect(await upload()).toBe('uploaded');
  });
});

describe('a registry that says it has mounted a blob', () => {
  it('gets the blob if it does not have it', async () => {
    open(PLACE);
    take(registry);
    registry.answers.push((_, response, url) => {
      if (!url.searchParams.has('mount')) return false;
      response.writeHead(201, { location: `/v2/app/blobs/${DIGEST}` }).end();
      return true;
    });
    expect(await upload('other')).toBe('uploaded');
    expect(registry.requests).toContain(`HEAD /v2/app/blobs/${DIGEST}`);
  });

  it('gets nothing if it has the blob', async () => {
    registry.stored.set(`app/blobs/${DIGEST}`, { bytes: BLOB, mediaType: 'application/x' });
    open(`/v2/app/blobs/${DIGEST}`, 201);
    expect(await upload('other')).toBe('mounted');
    expect(registry.requests.filter((line) => line.startsWith('P'))).toHaveLength(2);
  });
});

describe('a login', () => {
  it.each([
    ['an address of another host', () => `http://${store.host}${PLACE}`],
    ['an address with a login of its own', () => `http://eve:evil@${store.host}${PLACE}`],
    ['an address without a scheme', () => `//${store.host}${PLACE}`],
  ])('is not sent to %s', async (_, location) => {
    open(location());
    take(store);
    expect(await upload()).toBe('uploaded');
    expect(store.requests).toEqual([`PATCH ${PLACE}`, `PUT ${PLACE}`]);
    expect(store.authorizations).toEqual([undefined, undefined]);
  });

  it.each([307, 308])('is not sent on by a redirect with status %i', async (status) => {
    open(PLACE);
    registry.answers.push((request, response, url) => {
      if (!['PATCH', 'PUT'].includes(request.method ?? '')) return false;
      request.resume();
      response.writeHead(status, { location: `http://${store.host}${PLACE}${url.search}` }).end();
      return true;
    });
    take(store);
    expect(await upload()).toBe('uploaded');
    expect(store.authorizations.filter((one) => one !== undefined)).toEqual([]);
    expect(store.requests).toContain(`PUT ${PLACE}`);
  });

  it('is not sent to another host that asks for one', async () => {
    open(`http://${store.host}${PLACE}`);
    store.answers.push((request, response) => {
      request.resume();
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
      return true;
    });
    await expect(upload()).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
    expect(store.authorizations).toEqual([undefined]);
  });

  it.each(['file:///etc/passwd', 'ftp://example.com/x', 'http://'])(
    'and a blob are not sent to %s',
    async (location) => {
      open(location);
      await expect(upload()).rejects.toMatchObject({ code: 'NETWORK' });
    },
  );
});
