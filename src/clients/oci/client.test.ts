import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import {
  refuse,
  scriptedRegistry,
  storeLayout,
  type Answer,
  type ScriptedRegistry,
} from '../../../test/support/registry-server.ts';
import { digestOf, makeImage, ociFiles } from '../../../test/support/stored-images.ts';
import { quietContext } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Repository } from './client.ts';
import { createRegistryClient } from './create-client.ts';
import type { Descriptor } from './manifest.ts';
import type { Credentials, RegistryOptions } from './client-options.ts';
import { parseImageReference } from './reference.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const image = makeImage([[{ path: 'a', body: 'x'.repeat(2000) }]]);
const layer = image.layers[0] as (typeof image.layers)[0];
const ANN: Credentials = { kind: 'basic', username: 'ann', password: 'pw' };

let server: ScriptedRegistry;
const others: Server[] = [];
beforeEach(async () => {
  server = await scriptedRegistry();
  storeLayout(server, 'team/app', ociFiles([{ image, tag: '1' }]));
});
afterEach(() => {
  server[Symbol.dispose]();
  for (const other of others.splice(0)) other.close().closeAllConnections();
});

function repository(options: RegistryOptions = {}, host = server.host): Promise<Repository> {
  const env = { HOME: '/nonexistent', ...options.env };
  const client = createRegistryClient({ ...options, env }, CONTEXT);
  return client.repository(parseImageReference(`${host}/team/app`));
}

function descriptorOf(bytes: Uint8Array, changes: Partial<Descriptor> = {}): Descriptor {
  const digest = digestOf(bytes);
  return {
    mediaType: '',
    digest,
    sizeBytes: bytes.length,
    urls: [],
    annotations: new Map(),
    ...changes,
  };
}

/** Another server, which gives what `answer` gives. */
async function elsewhere(
  answer: (response: ServerResponse, headers: Readonly<Record<string, unknown>>) => void,
): Promise<string> {
  const made = createServer((request, response) => answer(response, request.headers));
  others.push(made);
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(made.address() as AddressInfo).port}`;
}

async function failure(promise: Promise<unknown>): Promise<AssayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

const isBlob = (url: URL): boolean => url.pathname.includes('/blobs/');
const isManifest = (url: URL): boolean => url.pathname.includes('/manifests/');

describe('manifests', () => {
  it('are found by tag and by digest, with their digest compared', async () => {
    const app = await repository();
    const byTag = await app.manifest('1');
    expect(byTag.mediaType).toBe('application/vnd.oci.image.manifest.v1+json');
    expect(byTag.digest).toBe(digestOf(byTag.bytes));
    expect(await app.manifest(byTag.digest)).toEqual(byTag);
    expect(await app.resolve('1')).toEqual({ digest: byTag.digest, mediaType: byTag.mediaType });
    expect(server.requests.filter((line) => line.startsWith('HEAD'))).toHaveLength(1);
  });

  it('are resolved by reading them where a registry does not tell', async () => {
    const { digest } = await (await repository()).manifest('1');
    server.answers.push((request, response, url) => {
      if (request.method !== 'HEAD' || !isManifest(url)) return false;
      response.statusCode = 405;
      response.end();
      return true;
    });
    expect((await (await repository()).resolve('1')).digest).toBe(digest);
  });

  it.each([
    ['other bytes than asked for', undefined, true],
    ['other bytes than announced', `sha256:${'0'.repeat(64)}`, false],
  ])('are refused with %s', async (_, stated, isByDigest) => {
    const { digest } = await (await repository()).manifest('1');
    server.answers.push((_request, response, url) => {
      if (!isManifest(url)) return false;
      if (stated !== undefined) response.setHeader('docker-content-digest', stated);
      response.end('{}');
      return true;
    });
    const error = await failure((await repository()).manifest(isByDigest ? digest : '1'));
    expect(error.code).toBe('CONTENT_MISMATCH');
    expect(error.message).toMatch(/^the manifest "127.*team\/app.* should have sha256:/);
  });

  it('are refused above 4 MiB', async () => {
    server.answers.push((_request, response, url) => {
      if (!isManifest(url)) return false;
      response.end(Buffer.alloc(4 * 1024 * 1024 + 1));
      return true;
    });
    expect((await failure((await repository()).manifest('1'))).code).toBe('LIMIT_EXCEEDED');
  });
});

describe('blobs', () => {
  it('are given whole', async () => {
    const app = await repository();
    expect(await app.readBlob(descriptorOf(layer.blob), 1e6)).toEqual(layer.blob);
    expect((await failure(app.readBlob(descriptorOf(layer.blob), 10))).code).toBe('LIMIT_EXCEEDED');
  });

  it('go on where the connection broke', async () => {
    const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
    const descriptor = store(bytes);
    const ranges: unknown[] = [];
    server.answers.push((request, response, url) => {
      if (!isBlob(url)) return false;
      ranges.push(request.headers.range);
      if (ranges.length > 3) return false;
      const start = (ranges.length - 1) * 700_000;
      if (start > 0) {
        response.statusCode = 206;
        response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
      }
      response.setHeader('content-length', bytes.length - start);
      response.write(bytes.subarray(start, start + 700_000), () => response.destroy());
      return true;
    });
    expect(digestOf(await (await repository()).readBlob(descriptor, 1e7))).toBe(descriptor.digest);
    expect(ranges[0]).toBeUndefined();
    expect(ranges).toHaveLength(4);
  });

  it('begin again at a server that knows no ranges', async () => {
    const bytes = Buffer.alloc(500_000, 7);
    const descriptor = store(bytes);
    let count = 0;
    server.answers.push((_request, response, url) => {
      if (!isBlob(url)) return false;
      count += 1;
      response.setHeader('content-length', bytes.length);
      if (count === 1) response.write(bytes.subarray(0, 300_000), () => response.destroy());
      else response.end(bytes);
      return true;
    });
    expect(digestOf(await (await repository()).readBlob(descriptor, 1e7))).toBe(descriptor.digest);
    expect(count).toBe(2);
  });

  it('are refused where another part comes than was asked for', async () => {
    const descriptor = store(Buffer.alloc(500_000, 7));
    let count = 0;
    server.answers.push((_request, response, url) => {
      if (!isBlob(url)) return false;
      count += 1;
      response.statusCode = count === 1 ? 200 : 206;
      response.setHeader('content-range', 'bytes 400000-499999/500000');
      response.setHeader('content-length', 500_000);
      response.write(Buffer.alloc(300_000, 7), () => response.destroy());
      return true;
    });
    const error = await failure((await repository()).readBlob(descriptor, 1e7));
    expect(error).toMatchObject({ code: 'NETWORK' });
    expect(error.message).toContain('sent another part than it was asked for');
  });

  it.each([
    ['other bytes', Buffer.alloc(100, 1), {}],
    ['more bytes', Buffer.alloc(101), {}],
    ['fewer bytes', Buffer.alloc(99), {}],
  ])('are refused with %s', async (_, bytes) => {
    const descriptor = store(Buffer.alloc(100));
    server.answers.push((_request, response, url) => {
      if (!isBlob(url)) return false;
      response.end(bytes);
      return true;
    });
    const error = await failure((await repository()).readBlob(descriptor, 1e7));
    expect(error.code).toBe('CONTENT_MISMATCH');
    expect(error.message).toContain(descriptor.digest);
  });

  it('are got from the address of a foreign layer, without a login', async () => {
    const bytes = Buffer.from('foreign');
    const host = await elsewhere((response) => response.end(bytes));
    const urls = [`http://${host}/layer`];
    const app = await repository({ credentials: ANN });
    // Only https is followed.
    expect((await failure(app.readBlob(descriptorOf(bytes, { urls }), 100))).code).toBe(
      'NOT_FOUND',
    );
  });

  it('are followed to another host, which never sees who asks', async () => {
    const seen: Readonly<Record<string, unknown>>[] = [];
    const host = await elsewhere((response, headers) => {
      seen.push(headers);
      response.end(layer.blob);
    });
    server.answers.push(askBasic, (_request, response, url) => {
      if (!isBlob(url) || _request.headers.authorization === undefined) return false;
      response.statusCode = 307;
      response.setHeader('location', `http://${host}/store/${layer.digest}?signature=1`);
      response.end();
      return true;
    });
    const app = await repository({ credentials: ANN });
    expect(await app.readBlob(descriptorOf(layer.blob), 1e6)).toEqual(layer.blob);
    expect(server.authorizations.at(-1)).toMatch(/^Basic /);
    expect(seen).toHaveLength(1);
    expect(seen[0]).not.toHaveProperty('authorization');
  });

  it('end with redirects that go in a circle', async () => {
    server.answers.push((_request, response, url) => {
      if (!isBlob(url)) return false;
      response.statusCode = 302;
      response.setHeader('location', url.pathname);
      response.end();
      return true;
    });
    const error = await failure((await repository()).readBlob(descriptorOf(layer.blob), 1e6));
    expect(error).toMatchObject({ code: 'NETWORK' });
    expect(server.requests.length).toBeLessThan(15);
  });
});

describe('servers under pressure', () => {
  it('are asked again after the time that they name', async () => {
    let count = 0;
    server.answers.push((_request, response, url) => {
      if (!isManifest(url)) return false;
      count += 1;
      if (count > 1) return false;
      response.setHeader('retry-after', '1');
      refuse(response, 429, 'TOOMANYREQUESTS', 'slow down');
      return true;
    });
    const startedAt = performance.now();
    expect((await (await repository()).manifest('1')).bytes.length).toBeGreaterThan(0);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
  });

  it('that ask for more time than anybody has end the run with a hint', async () => {
    server.answers.push((_request, response, url) => {
      if (!isManifest(url)) return false;
      response.setHeader('retry-after', '3600');
      refuse(response, 429, 'TOOMANYREQUESTS', 'slow down');
      return true;
    });
    const error = await failure((await repository()).manifest('1'));
    expect(error).toMatchObject({
      code: 'NETWORK',
      hint: expect.stringContaining('log in') as string,
    });
    expect(error.message).toContain('answered with status 429');
  });
});

/** Wants a user. */
const askBasic: Answer = (request, response, url) => {
  if (url.pathname === '/v2/' || request.headers.authorization === basicOf('ann', 'pw'))
    return false;
  response.setHeader('www-authenticate', 'Basic realm="test"');
  refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
  return true;
};

function basicOf(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Stores a blob. */
function store(bytes: Buffer): Descriptor {
  const descriptor = descriptorOf(bytes);
  server.stored.set(`team/app/blobs/${descriptor.digest}`, { bytes, mediaType: '' });
  return descriptor;
}

describe('a server that may speak HTTP or HTTPS', () => {
  it.each([
    ['is overloaded', 503, {}],
    ['limits how often it is asked', 429, { 'retry-after': '100' }],
    ['sends on to what is not followed', 302, { location: 'file:///etc/passwd' }],
  ])('is known to speak HTTP where it %s', async (_, status, headers) => {
    server.answers.push((_request, response) => {
      response.writeHead(status, headers).end();
      return true;
    });
    const error = await failure((await repository()).manifest('1'));
    expect(error.message).toContain(`"http://${server.host}/v2/`);
  });
});

describe('logins', () => {
  it('are shown once they are wanted, and not asked for again', async () => {
    server.answers.push(askBasic);
    const app = await repository({ credentials: ANN });
    await app.manifest('1');
    await app.readBlob(descriptorOf(layer.blob), 1e6);
    expect(server.authorizations.map((header) => header !== undefined)).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  it.each([
    ['none', {}, 'wants a login for', 'Log in: docker login 127.0.0.1'],
    [
      'wrong ones',
      { credentials: { kind: 'basic', username: 'ann', password: 'no' } as const },
      'refused the user name or the password for',
      'The credentials of this command line were refused',
    ],
  ])('end with what to do: %s', async (_, options, message, hint) => {
    server.answers.push(askBasic);
    const error = await failure((await repository(options)).manifest('1'));
    expect(error.code).toBe('REGISTRY_DENIED');
    expect(error.message).toContain(message);
    expect(error.message).toContain('UNAUTHORIZED: authentication required');
    expect(error.hint).toContain(hint);
    expect(server.requests.length).toBeLessThanOrEqual(3);
  });

  it.each<[string, Credentials]>([
    ['a user', ANN],
    ['a bearer token', { kind: 'bearer', token: 'pw-token' }],
  ])('are not repeated where the registry repeats them: %s', async (_, credentials) => {
    server.answers.push((request, response) => {
      const header = request.headers.authorization ?? '';
      const told = `got ${header} (${Buffer.from(header.slice(6), 'base64').toString()})`;
      response.setHeader('www-authenticate', 'Basic realm="test"');
      refuse(response, header === '' ? 401 : 403, 'DENIED', told);
      return true;
    });
    const error = await failure((await repository({ credentials })).manifest('1'));
    expect(error.message).toMatch(/DENIED: got (?:Basic|Bearer) \*{3}/);
    expect(error.message).not.toMatch(/pw|YW5uOnB3/);
    expect(error.hint).toContain('The credentials of this command line were refused');
  });

  it('name the host that refused where the registry has sent on to it', async () => {
    const other = await elsewhere((response) => response.writeHead(403).end());
    server.answers.push((_request, response, url) => {
      if (!isBlob(url)) return false;
      response.writeHead(307, { location: `http://${other}/store` }).end();
      return true;
    });
    const app = await repository();
    const error = await failure(app.readBlob(descriptorOf(layer.blob), 1e6));
    expect(error.message).toContain(`${other}, to which ${server.host} sends on, refuses`);
    expect(error.hint).toContain('Credentials are not sent on to another host');
  });

  it('are not of a kind that is not spoken', async () => {
    server.answers.push((_request, response) => {
      response.setHeader('www-authenticate', 'Negotiate, Digest realm="x"');
      refuse(response, 401, 'UNAUTHORIZED', 'no');
      return true;
    });
    const error = await failure((await repository({ credentials: ANN })).manifest('1'));
    expect(error.hint).toContain('It asks for negotiate or digest; spoken are basic and bearer.');
  });

  it('come from files', async () => {
    server.answers.push(askBasic);
    const auth = Buffer.from('ann:pw').toString('base64');
    const auths = { [`${server.host}/team`]: { auth } };
    const env = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths }) };
    expect((await (await repository({ env })).manifest('1')).bytes.length).toBeGreaterThan(0);
  });

  it('give a bearer token as it is', async () => {
    server.answers.push(askToken('given'));
    const app = await repository({ credentials: { kind: 'bearer', token: 'given' } });
    await app.manifest('1');
    expect(server.requests.at(-1)).toContain('/manifests/1');
  });
});

/** Wants a token, and gives it out by itself. */
function askToken(token: string, realm = `http://${server.host}/token`): Answer {
  return (request, response, url) => {
    if (url.pathname === '/v2/' || url.pathname === '/token') return false;
    if (request.headers.authorization === `Bearer ${token}`) return false;
    const scope = 'repository:team/app:pull';
    response.setHeader(
      'www-authenticate',
      `Bearer realm="${realm}",service="svc",scope="${scope}"`,
    );
    refuse(response, 401, 'UNAUTHORIZED', 'authentication required');
    return true;
  };
}

/** A token server: what it is asked, and what it answers. */
function tokenServer(answer: (form: URLSearchParams, authorization?: string) => object | number): {
  asked: string[];
} {
  const asked: string[] = [];
  server.answers.push((request, response, url) => {
    if (url.pathname !== '/token') return false;
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => {
      const form = request.method === 'POST' ? new URLSearchParams(body) : url.searchParams;
      asked.push(`${request.method ?? ''} ${form.toString()}`);
      const answered = answer(form, request.headers.authorization);
      if (typeof answered === 'number') refuse(response, answered, 'DENIED', 'no');
      else response.end(JSON.stringify(answered));
    });
    return true;
  });
  return { asked };
}

describe('tokens', () => {
  it('are asked for by scope, once for all requests of a repository', async () => {
    const { asked } = tokenServer(() => ({ token: 't1', expires_in: 300 }));
    server.answers.push(askToken('t1'));
    const app = await repository();
    await app.manifest('1');
    await Promise.all([1, 2, 3].map(() => app.readBlob(descriptorOf(layer.blob), 1e6)));
    expect(asked).toEqual(['GET service=svc&scope=repository%3Ateam%2Fapp%3Apull']);
  });

  it('are asked for once by requests at the same time', async () => {
    const { asked } = tokenServer(() => ({ access_token: 't1' }));
    server.answers.push(askToken('t1'));
    const app = await repository();
    await Promise.all([1, 2, 3].map(() => app.readBlob(descriptorOf(layer.blob), 1e6)));
    expect(asked).toHaveLength(1);
  });

  it('are asked for by a user, who is shown to the token server alone', async () => {
    const { asked } = tokenServer((_form, header) =>
      header === basicOf('ann', 'pw') ? { access_token: 't1' } : 401,
    );
    server.answers.push(askToken('t1'));
    await (await repository({ credentials: ANN })).manifest('1');
    expect(asked[0]).toContain('account=ann');
    const toRegistry = server.authorizations.filter((_, index) =>
      server.requests[index]?.includes('/v2/'),
    );
    expect(toRegistry.filter(Boolean)).toEqual(['Bearer t1']);
  });

  it('are renewed when the registry takes one no longer', async () => {
    let count = 0;
    tokenServer(() => ({ token: `t${(count += 1)}` }));
    server.answers.push(askToken('t1'));
    const app = await repository();
    await app.manifest('1');
    server.answers.push(askToken('t2'));
    server.answers.push((request, response, url) => {
      // The answer before wants the second token; this one lets the first pass no more.
      if (!isManifest(url) || request.headers.authorization !== 'Bearer t2') return false;
      response.end('{}');
      return true;
    });
    expect((await app.manifest('1')).bytes.length).toBe(2);
    expect(count).toBe(2);
  });

  it.each([
    [
      'an identity token',
      { kind: 'identityToken', username: '', token: 'secret' } as const,
      'grant_type=refresh_token&refresh_token=secret',
    ],
    [
      'a user, where the server knows only that',
      ANN,
      'grant_type=password&username=ann&password=pw',
    ],
  ])('are got by a form with %s', async (_, credentials, expected) => {
    const { asked } = tokenServer((form) =>
      form.has('grant_type') ? { access_token: 't1' } : 405,
    );
    server.answers.push(askToken('t1'));
    await (await repository({ credentials })).manifest('1');
    expect(asked.at(-1)).toContain('POST client_id=assay&service=svc');
    expect(asked.at(-1)).toContain(expected);
  });

  it.each([
    ['refuses', () => 401, 'REGISTRY_DENIED', 'the token server 127.0.0.1'],
    ['gives no token', () => ({}), 'NETWORK', 'answered and gave no token'],
    ['gives no usable token', () => ({ token: 'a\nb' }), 'NETWORK', 'answered and gave no token'],
  ])('are an error where the server %s', async (_, answer, code, message) => {
    tokenServer(answer);
    server.answers.push(askToken('t1'));
    const error = await failure((await repository({ credentials: ANN })).manifest('1'));
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });

  it('are not asked of another host that the token server sends on to', async () => {
    const seen: unknown[] = [];
    const other = await elsewhere((response, headers) => {
      seen.push(headers);
      response.end('{"token":"t1"}');
    });
    server.answers.push((request, response, url) => {
      if (url.pathname !== '/token') return false;
      if (request.method === 'GET') refuse(response, 405, 'UNSUPPORTED', 'no');
      else response.writeHead(307, { location: `http://${other}/token` }).end();
      return true;
    });
    server.answers.push(askToken('t1'));
    const error = await failure((await repository({ credentials: ANN })).manifest('1'));
    expect(error.message).toContain('sends a login on to another host');
    expect(seen).toEqual([]);
  });

  it('are not asked of an address that is none', async () => {
    server.answers.push(askToken('t1', 'ftp://ann:pw@x/token?key=1'));
    const error = await failure((await repository({ credentials: ANN })).manifest('1'));
    expect(error.message).toContain('names "ftp://x/token" as its token server');
  });
});

describe('mirrors', () => {
  it('are asked first, and left where they fail', async () => {
    const mirror = await scriptedRegistry();
    const folder = `location = "${mirror.host}/copy"`;
    const conf = `[[registry]]\nprefix = "${server.host}/team"\n[[registry.mirror]]\n${folder}\n`;
    const home = mkdtempSync(join(tmpdir(), 'assay-mirror-'));
    writeFileSync(join(home, 'r.conf'), conf);
    const env = { CONTAINERS_REGISTRIES_CONF: join(home, 'r.conf') };
    try {
      const missing = await repository({ env, credentials: ANN });
      expect((await missing.manifest('1')).bytes.length).toBeGreaterThan(0);
      expect(mirror.requests).toContain('GET /v2/copy/app/manifests/1');
      storeLayout(mirror, 'copy/app', ociFiles([{ image, tag: '1' }]));
      const before = server.requests.length;
      const found = await repository({ env });
      await found.manifest('1');
      expect(await found.readBlob(descriptorOf(layer.blob), 1e6)).toEqual(layer.blob);
      expect(server.requests.length).toBe(before);
      const gone = await failure(found.manifest('2'));
      expect(gone.code).toBe('NOT_FOUND');
      expect(gone.hint).toContain(`The mirror ${mirror.host} was asked before`);
    } finally {
      mirror[Symbol.dispose]();
      rmSync(home, { recursive: true });
    }
  });
});

describe('referrers', () => {
  const subject: Digest = `sha256:${'5'.repeat(64)}`;
  const listed = descriptorOf(Buffer.from('referrer'));
  const index = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType: 'x', digest: listed.digest, size: 8, artifactType: 'a/b' }],
    }),
  );
  const mediaType = 'application/vnd.oci.image.index.v1+json';

  it('come from the interface of the registry', async () => {
    server.stored.set(`team/app/referrers/${subject}`, { bytes: index, mediaType });
    const [found] = await (await repository()).referrers(subject);
    expect(found).toMatchObject({ digest: listed.digest, artifactType: 'a/b' });
  });

  it('come from a tag where there is no such interface', async () => {
    const tag = subject.replace(':', '-');
    server.stored.set(`team/app/manifests/${tag}`, { bytes: index, mediaType });
    expect(await (await repository()).referrers(subject)).toHaveLength(1);
    expect(await (await repository()).referrers(listed.digest)).toEqual([]);
  });

  /** Answers pages of the list, each with a link to the next one. */
  const servePages = (pages: Readonly<Record<string, string>>): void => {
    server.answers.push((_request, response, { pathname, search }) => {
      const link = pages[search];
      if (pathname !== `/v2/team/app/referrers/${subject}` || link === undefined) return false;
      if (link !== '') response.setHeader('link', `<${link}>; rel="next"`);
      response.setHeader('content-type', mediaType).end(index);
      return true;
    });
  };

  it('come from all pages', async () => {
    servePages({ '': '?page=2', '?page=2': '' });
    expect(await (await repository()).referrers(subject)).toHaveLength(2);
  });

  it.each([
    ['another server', 'http://192.0.2.1/v2/', 'NETWORK', 'next page at "http://192.0.2.1", not'],
    ['no address', 'http://[', 'NETWORK', 'an address that cannot be read'],
    ['a page that is missing', '?page=2', 'NOT_FOUND', 'team/app'],
  ])('are not a part of a list that goes on at %s', async (_, link, code, message) => {
    servePages({ '': link });
    await expect((await repository()).referrers(subject)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});
