/** Names that change their address between the check and the connection. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../core/base/context.ts';
import { createNetwork } from '../core/net/network.ts';
import { guardedLookup, isLinkLocalAddress, isPrivateAddress } from './private-address.ts';
import { fetchDocument, fetchFile, type UplinkOptions } from './uplink.ts';

let server: Server;
let asked: string[] = [];
let answer: { readonly status: number; readonly location?: string } = { status: 200 };
beforeEach(async () => {
  asked = [];
  answer = { status: 200 };
  server = createServer((request, response) => {
    asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    const { status, location } = answer;
    answer = { status: 200 };
    response.writeHead(status, location === undefined ? {} : { location }).end('secret');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => void server.close());

const port = (): number => (server.address() as AddressInfo).port;
const context = (): ReturnType<typeof quietContext> =>
  quietContext(createNetwork({ cacert: undefined, cwd: '/', env: {} }));

/** `checked` is what a name has at the check, `connected` at the connection. */
function optionsOf(
  checked: string,
  connected: readonly string[],
  uplinkAddress = checked,
): UplinkOptions & { readonly lookedUp: string[] } {
  const lookedUp: string[] = [];
  const lookUp = (host: string): Promise<{ address: string; family: number }[]> => {
    lookedUp.push(host);
    return Promise.resolve(
      connected.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
  return {
    registriesOf: () => [],
    accessTo: () => Promise.resolve({}),
    loopMark: '',
    loginHint: '',
    resolve: (host) => Promise.resolve([host === 'files.test' ? checked : uplinkAddress]),
    lookups: {
      ofPublic: guardedLookup(isPrivateAddress, lookUp),
      ofPrivate: guardedLookup(isLinkLocalAddress, lookUp),
    },
    lookedUp,
  };
}

async function get(options: UplinkOptions): Promise<string | undefined> {
  const address = {
    url: new URL(`http://files.test:${port()}/x`),
    uplink: new URL('http://uplink.test/'),
    maxBytes: 100,
  };
  return fetchFile(address, options, context(), async (body) => {
    let text = '';
    for await (const piece of body) text += Buffer.from(piece).toString();
    return text;
  });
}

describe('a name that is public when it is checked', () => {
  it.each([
    [['127.0.0.1']],
    [['::1']],
    [['::ffff:127.0.0.1']],
    [['1.1.1.1', '127.0.0.1']],
    [['169.254.169.254']],
  ])('and then has %j is not connected to', async (connected) => {
    const options = optionsOf('1.1.1.1', connected);
    await expect(get(options)).rejects.toThrow('in a private network');
    expect(options.lookedUp).toEqual(['files.test']);
    expect(asked).toEqual([]);
  });

  it('is connected to at the address that was checked, and at no other one', async () => {
    // The server stands for a public one here: the guard is that of a private uplink.
    const options = optionsOf('10.0.0.1', ['127.0.0.1']);
    expect(await get(options)).toBe('secret');
    expect(options.lookedUp).toEqual(['files.test']);
    expect(asked).toEqual([`files.test:${port()}/x`]);
  });
});

describe('an uplink in a private network', () => {
  it('does not lead to a link-local address, neither when it is checked nor later', async () => {
    await expect(get(optionsOf('169.254.169.254', ['127.0.0.1'], '10.0.0.1'))).rejects.toThrow(
      'which is in a private network',
    );
    await expect(get(optionsOf('10.0.0.2', ['169.254.169.254'], '10.0.0.1'))).rejects.toThrow(
      'has the address 169.254.169.254',
    );
    expect(asked).toEqual([]);
  });
});

describe('a redirect', () => {
  it('is checked at its own connection', async () => {
    answer = { status: 302, location: `http://files.test:${port()}/y` };
    const options = optionsOf('1.1.1.1', ['169.254.169.254'], '1.1.1.2');
    const url = new URL(`http://127.0.0.1:${port()}/left`);
    const request = { accept: '*/*', maxBytes: 100, known: undefined };
    // The uplink itself is not looked up: it was configured.
    await expect(fetchDocument(url, request, options, context())).rejects.toThrow(
      'has the address 169.254.169.254',
    );
    expect(asked).toEqual([`127.0.0.1:${port()}/left`]);
  });
});

describe('link-local', () => {
  it.each([
    ['169.254.169.254', true],
    ['::ffff:169.254.169.254', true],
    ['64:ff9b::169.254.169.254', true],
    ['2002:a9fe:a9fe::1', true],
    ['fe80::1', true],
    ['fd00:ec2::254', true],
    ['10.0.0.1', false],
    ['::ffff:10.0.0.1', false],
    ['fd00::1', false],
    ['x', false],
  ])('%s: %s', (address, isIt) => {
    expect(isLinkLocalAddress(address)).toBe(isIt);
  });
});

describe('a resolver', () => {
  it.each([false, true])('answers as the system does (all: %s)', async (all) => {
    const lookup = guardedLookup(isPrivateAddress, () =>
      Promise.resolve([{ address: '1.1.1.1', family: 4 }]),
    );
    const found = await new Promise<readonly unknown[]>((resolve) =>
      lookup('a.test', { all }, (...args) => resolve(args)),
    );
    expect(found).toEqual(all ? [null, [{ address: '1.1.1.1', family: 4 }]] : [null, '1.1.1.1', 4]);
  });
});
