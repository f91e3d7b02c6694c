import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { quietContext, type Context } from '../context.ts';
import { AssayError } from '../errors.ts';
import { fetchBytes, fetchStream, redactUrl, type HttpOptions } from './http.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, count: number) => void;

const servers: Server[] = [];

async function serve(handler: Handler): Promise<URL> {
  let count = 0;
  const server = createServer((request, response) => handler(request, response, ++count));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/data.json`);
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const OPTIONS: HttpOptions = { maxBytes: 1000, retryDelayMs: 1 };
const online = (overrides: Partial<Context> = {}): Context =>
  quietContext({ fetch: globalThis.fetch, ...overrides });

async function failure(promise: Promise<unknown>): Promise<AssayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

describe('fetchBytes', () => {
  it('gives the body, the status and the headers', async () => {
    const url = await serve((request, response) => {
      response.setHeader('etag', '"1"');
      response.end(`${request.headers['user-agent']} ${request.headers['if-none-match']}`);
    });
    const answer = await fetchBytes(
      url,
      { ...OPTIONS, headers: { 'if-none-match': 'x' } },
      online(),
    );
    expect(Buffer.from(answer.bytes).toString()).toBe('assay x');
    expect([answer.status, answer.headers.get('etag')]).toEqual([200, '"1"']);
  });

  it.each([500, 503, 429, 408])('tries again after status %i', async (status) => {
    const url = await serve((_request, response, count) => {
      response.statusCode = count < 3 ? status : 200;
      response.end(String(count));
    });
    const answer = await fetchBytes(url, OPTIONS, online());
    expect(Buffer.from(answer.bytes).toString()).toBe('3');
  });

  it('gives up after the last attempt and names the status', async () => {
    let seen = 0;
    const url = await serve((_request, response, count) => {
      seen = count;
      response.writeHead(503).end();
    });
    const error = await failure(fetchBytes(url, { ...OPTIONS, attempts: 3 }, online()));
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('status 503') as string,
    });
    expect(seen).toBe(3);
  });

  it('does not repeat a request that was refused', async () => {
    let seen = 0;
    const url = await serve((_request, response, count) => {
      seen = count;
      response.writeHead(403).end();
    });
    expect((await failure(fetchBytes(url, OPTIONS, online()))).code).toBe('NETWORK');
    expect(seen).toBe(1);
  });

  it('takes a status that the caller expects as an answer', async () => {
    const url = await serve((_request, response) => void response.writeHead(404).end('none'));
    const answer = await fetchBytes(url, { ...OPTIONS, answers: [404] }, online());
    expect(answer.status).toBe(404);
  });

  it('waits as long as Retry-After says', async () => {
    const url = await serve((_request, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end('ok');
    });
    const startedAt = performance.now();
    await fetchBytes(url, OPTIONS, online());
    expect(performance.now() - startedAt).toBeGreaterThan(900);
  });

  it('does not wait when Retry-After asks for more than a minute', async () => {
    let seen = 0;
    const url = await serve((_request, response, count) => {
      seen = count;
      response.writeHead(503, { 'retry-after': 'Fri, 31 Dec 2999 23:59:59 GMT' }).end();
    });
    expect((await failure(fetchBytes(url, OPTIONS, online()))).code).toBe('NETWORK');
    expect(seen).toBe(1);
  });

  it('begins anew when the connection breaks in the middle', async () => {
    const url = await serve((_request, response, count) => {
      response.setHeader('content-length', 6);
      response.write('abc');
      if (count === 1) setImmediate(() => response.destroy());
      else response.end('def');
    });
    const answer = await fetchBytes(url, OPTIONS, online());
    expect(Buffer.from(answer.bytes).toString()).toBe('abcdef');
  });

  it.each([
    ['stated', (response: ServerResponse) => void response.setHeader('content-length', 2000)],
    ['not stated', () => undefined],
  ])('refuses a body above the ceiling whose length is %s', async (_title, prepare) => {
    const url = await serve((_request, response) => {
      prepare(response);
      response.write('x'.repeat(600));
      response.end('x'.repeat(1400));
    });
    const error = await failure(fetchBytes(url, OPTIONS, online()));
    expect(error.code).toBe('LIMIT_EXCEEDED');
  });

  it('does not wait for ever, neither for the head nor for the body', async () => {
    const options = { ...OPTIONS, attempts: 1, idleTimeoutMs: 50 };
    const silent = await serve(() => undefined);
    expect((await failure(fetchBytes(silent, options, online()))).code).toBe('TIMEOUT');
    const stalled = await serve((_request, response) => void response.write('abc'));
    expect((await failure(fetchBytes(stalled, options, online()))).code).toBe('TIMEOUT');
  });

  it('does not wait for what drips, and waits for what is slow', async () => {
    const options = { ...OPTIONS, maxBytes: 1e6, attempts: 1, idleTimeoutMs: 1500 };
    const sendEvery10Ms = (response: ServerResponse, piece: string, count: number): void => {
      if (response.destroyed) return;
      if (count === 0) response.end();
      else {
        response.write(piece);
        setTimeout(() => sendEvery10Ms(response, piece, count - 1), 10);
      }
    };
    const dripping = await serve((_request, response) => sendEvery10Ms(response, 'x', 6000));
    expect(await failure(fetchBytes(dripping, options, online()))).toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining('sent almost nothing') as string,
    });
    const slow = await serve((_request, response) =>
      sendEvery10Ms(response, 'x'.repeat(20_000), 20),
    );
    expect((await fetchBytes(slow, options, online())).bytes).toHaveLength(400_000);
  });

  it('ends when the run is interrupted', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    const error = await failure(fetchBytes(url, OPTIONS, online({ signal: controller.signal })));
    expect(error.code).toBe('INTERRUPTED');
  });

  it('names the address and shows no secret', async () => {
    const error = await failure(
      fetchBytes(
        new URL('http://127.0.0.1:1/a?token=s3cret'),
        { ...OPTIONS, attempts: 1 },
        online(),
      ),
    );
    expect(error.code).toBe('NETWORK');
    expect(error.message).toContain('"http://127.0.0.1:1/a"');
    expect(error.message).not.toContain('s3cret');
    expect(redactUrl(new URL('https://user:pass@host/x?y#z'))).toBe('https://host/x');
    expect(redactUrl(new URL('https://host/a/eyJhIjoxfQ.eyJiIjoxfQ.c_-1/b'))).toBe(
      'https://host/a/***/b',
    );
  });

  it.each([
    ['ann', 'p%40ss', 'ann:p@ss'],
    ['ann', '', 'ann:'],
    ['', 'token', ':token'],
    ['ann', '50%', 'ann:50%'],
    ['ann', '%zz%C3%A9', 'ann:%zzé'],
  ])('turns the user "%s" and the password "%s" of an address into credentials', async (...row) => {
    const [username, password, sent] = row;
    const url = await serve((request, response) => response.end(request.headers.authorization));
    url.username = username;
    url.password = password;
    const { bytes } = await fetchBytes(url, OPTIONS, online());
    expect(Buffer.from(bytes).toString()).toBe(`Basic ${Buffer.from(sent).toString('base64')}`);
  });

  it('follows redirects, and shows credentials to the first server alone', async () => {
    const last = await serve((request, response) =>
      response.end(`${request.url} ${request.headers.authorization}`),
    );
    const url = await serve((request, response) => {
      const location = request.url === '/data.json' ? '/other' : `${last.origin}/end`;
      response.writeHead(302, { location }).end(request.headers.authorization);
    });
    url.username = 'ann';
    const { bytes } = await fetchBytes(url, OPTIONS, online());
    expect(Buffer.from(bytes).toString()).toBe('/end undefined');
  });

  it('gives up where redirects do not end', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: '/data.json' }).end();
    });
    const error = await failure(fetchBytes(url, OPTIONS, online()));
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('redirects more than 20 times') as string,
    });
  });

  it.each([
    ['http', ['http://mirror.example/a'], '"https://mirror.example/data"'],
    ['http, by way of https', ['/b', 'http://mirror.example/a'], '"https://mirror.example/b"'],
    ['another scheme', ['file:///etc/passwd'], '"https://mirror.example/data"'],
  ])('is not led from https to %s', async (_what, locations, from) => {
    const asked: string[] = [];
    const fetch: typeof globalThis.fetch = (address) => {
      asked.push(address instanceof URL ? address.href : '');
      const location = locations[asked.length - 1] ?? '';
      return Promise.resolve(new Response(null, { status: 302, headers: { location } }));
    };
    const url = new URL('https://mirror.example/data');
    const error = await failure(fetchBytes(url, OPTIONS, online({ fetch })));
    expect(error.code).toBe('NETWORK');
    expect(error.message).toContain(`${from} redirects to "`);
    expect(error.message).toContain('not protected by TLS');
    expect(asked).toHaveLength(locations.length);
  });

  it('may be led from http to https', async () => {
    const fetch: typeof globalThis.fetch = (address) => {
      const isFirst = address instanceof URL && address.protocol === 'http:';
      const headers = { location: 'https://mirror.example/data' };
      return Promise.resolve(
        isFirst ? new Response(null, { status: 301, headers }) : new Response('whole'),
      );
    };
    const url = new URL('http://mirror.example/data');
    const { bytes } = await fetchBytes(url, OPTIONS, online({ fetch }));
    expect(Buffer.from(bytes).toString()).toBe('whole');
  });

  it('says that the network is off', async () => {
    const error = await failure(
      fetchBytes(new URL('http://127.0.0.1:1/'), OPTIONS, quietContext()),
    );
    expect(error.code).toBe('OFFLINE');
    expect(error.hint).toContain('--offline');
  });
});

describe('fetchStream', () => {
  it('lets go of an answer that is not read, and passes on what the consumer throws', async () => {
    const url = await serve((_request, response) => void response.end('x'.repeat(900)));
    expect(await fetchStream(url, OPTIONS, online(), ({ status }) => Promise.resolve(status))).toBe(
      200,
    );
    const thrown = fetchStream(url, OPTIONS, online(), () => Promise.reject(new Error('mine')));
    await expect(thrown).rejects.toThrow('mine');
  });
});
