import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';

import { readProxies } from './proxies.ts';
import { undiciFetch } from './undici-fetch.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

it.each(['http://feeds.example/', 'https://feeds.example/'])(
  'gives up where a proxy hangs up on those who ask for %s',
  async (address) => {
    let count = 0;
    const server = createServer((socket) => {
      count += 1;
      socket.on('error', () => undefined).on('data', () => socket.destroy());
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const proxies = readProxies({ ALL_PROXY: `http://127.0.0.1:${port}` });
    const fetch = undiciFetch({}, undefined, proxies);
    const signal = AbortSignal.timeout(20_000);
    await expect(fetch(address, { signal })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('the proxy closed the connection') as string },
    });
    expect(count).toBe(1);
  },
);
