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

it('equal settings share their connections, and a resolver has its own', async () => {
  const { fetchWith } = createNetwork({ cacert: undefined, cwd: '/', env: {} });
  const lookup = (): void => undefined;
  expect(fetchWith?.({ isUnverified: true })).toBe(fetchWith?.({ isUnverified: true }));
  expect(fetchWith?.({ lookup })).toBe(fetchWith?.({ lookup }));
  expect(fetchWith?.({ lookup })).not.toBe(fetchWith?.({}));
  expect(fetchWith?.({ isUnverified: true })).not.toBe(fetchWith?.({}));
  // Of many settings the oldest are made anew.
  const first = fetchWith?.({ authorities: ['0'] });
  for (let at = 1; at < 70; at += 1) fetchWith?.({ authorities: [`${at}`], lookup });
  expect(fetchWith?.({ authorities: ['0'] })).not.toBe(first);
  await Promise.resolve();
});

it('long certificates are told apart, and equal ones share their connections', () => {
  const { fetchWith } = createNetwork({ cacert: undefined, cwd: '/', env: {} });
  const trusting = (end: string): unknown =>
    fetchWith?.({ authorities: [`${'x'.repeat(5000)}${end}`] });
  const first = trusting('a');
  expect(trusting('a')).toBe(first);
  expect(trusting('b')).not.toBe(first);
  expect(fetchWith?.({ authorities: ['1'] })).not.toBe(first);
});
