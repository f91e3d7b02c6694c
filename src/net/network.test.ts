import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createNetwork } from './network.ts';

let server: Server;
const asked: string[] = [];
beforeEach(async () => {
  asked.length = 0;
  server = createServer().on('connect', (request, socket) => {
    asked.push(request.url ?? '');
    socket.end('HTTP/1.1 403 No\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => server.close());

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

it.each([
  ['instead of none', {}],
  ['instead of that of the environment', { HTTPS_PROXY: 'http://127.0.0.1:1' }],
])('a proxy of a configuration is used %s', async (_, env) => {
  const { fetchWith } = createNetwork({ cacert: undefined, cwd: '/', env });
  const proxy = { http: undefined, https: address(), exceptions: 'direct.invalid' };
  const fetch = fetchWith?.({ proxy }) ?? globalThis.fetch;
  await expect(fetch('https://index.example/')).rejects.toThrow();
  expect(asked).toEqual(['index.example:443']);
  await expect(fetch('https://direct.invalid/')).rejects.toThrow();
  expect(asked).toHaveLength(1);
});
