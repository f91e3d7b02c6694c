import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../../core/base/context.ts';
import { askService, shownText, type Service } from './service-request.ts';

const SECRET = 'aaaaaa.bbbbbb.cccccc';
const context = quietContext({ fetch: globalThis.fetch });
let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<Service> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/base/`);
  return { what: 'certificate authority', flag: 'fulcio-url', url, secret: SECRET };
}

describe('askService', () => {
  it('asks below the path of the address', async () => {
    const service = await serve(({ method, url }, response) => {
      response.end(`${method ?? ''} ${url ?? ''}`);
    });
    const { bytes } = await askService(service, { path: '/api/v2/x', body: '{}' }, context);
    expect(Buffer.from(bytes).toString()).toBe('POST /base/api/v2/x');
  });

  let dripping: NodeJS.Timeout | undefined;
  it.each([
    ['that does not answer', (): void => undefined],
    [
      'that sends a byte now and then',
      (write: (text: string) => void): void => {
        dripping = setInterval(() => {
          write(' ');
        }, 20);
      },
    ],
  ])('a server %s ends the request', async (_, send) => {
    const service = await serve((_request, response) => {
      send((text) => response.write(text));
    });
    const asked = askService(service, { body: SECRET }, context, 200).finally(() => {
      clearInterval(dripping);
    });
    await expect(asked).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringMatching(
        /^the certificate authority ".*" did not answer within 0.2 s$/u,
      ) as string,
    });
  });

  it('asks again where another attempt can help', async () => {
    let count = 0;
    const service = await serve((_request, response) => {
      count += 1;
      response.writeHead(count === 1 ? 503 : 200).end('ok');
    });
    expect((await askService(service, { body: '{}' }, context)).status).toBe(200);
    expect(count).toBe(2);
  });

  it('does not ask again after a refusal', async () => {
    let count = 0;
    const service = await serve((_request, response) => {
      count += 1;
      response.writeHead(422).end('{"message":"no"}');
    });
    await expect(askService(service, { body: '{}' }, context)).rejects.toThrow('status 422: "no"');
    expect(count).toBe(1);
  });

  it('ends with the run', async () => {
    const service = await serve(() => undefined);
    const run = new AbortController();
    const asked = askService(service, {}, { ...context, signal: run.signal });
    setTimeout(() => {
      run.abort();
    }, 50);
    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('shownText', () => {
  it.each([
    ['a reason', 'a reason'],
    ['line\nend \u001b[1m', 'line end \uFFFD[1m'],
    ['x'.repeat(500), 'x'.repeat(200)],
    [`token ${SECRET}`, undefined],
    ['only cccccc', undefined],
  ])('shows %j as %j', (text, shown) => {
    expect(shownText(text, SECRET)).toBe(shown);
  });
});
