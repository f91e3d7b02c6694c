import { describe, expect, it } from 'vitest';

import { isPrivateAddress, isPrivateHost } from './private-address.ts';
import { fetchFile } from './uplink.ts';
import { quietContext } from '../core/base/context.ts';

describe('addresses', () => {
  it.each([
    ...[
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '127.0.0.1',
      '169.254.169.254',
      '172.31.0.1',
      '192.168.1.1',
    ],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fc00::1', 'fd12::1', 'ff02::1'],
    ...['::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1', 'x', ''],
  ])('%s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  it.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '2a00::1'])(
    '%s is public',
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );

  it.each<readonly [string, readonly string[], boolean]>([
    ['https://a.test/', ['1.1.1.1'], false],
    ['https://a.test/', ['1.1.1.1', '10.0.0.1'], true],
    ['https://a.test/', [], true],
    ['https://[::1]/', [], true],
    ['https://0x7f000001/', [], true],
    ['https://2130706433/', [], true],
    ['https://127.1/', [], true],
    ['https://localhost./', ['1.1.1.1'], true],
    ['https://x.internal/', ['1.1.1.1'], true],
  ])('%s at %j', async (url, addresses, isPrivate) => {
    expect(await isPrivateHost(new URL(url), () => Promise.resolve(addresses))).toBe(isPrivate);
  });
});

describe('an uplink on the internet', () => {
  it.each(['https://intern.test/x', 'https://10.0.0.1/x', 'https://[fe80::1]/x'])(
    'does not lead to %s',
    async (url) => {
      const asked: string[] = [];
      const context = quietContext({
        fetch: (input) => {
          asked.push(input instanceof Request ? input.url : input.toString());
          return Promise.resolve(new Response('x'));
        },
      });
      const options = {
        registriesOf: () => [],
        accessTo: () => Promise.resolve({}),
        loopMark: '',
        loginHint: '',
        resolve: (host: string) =>
          Promise.resolve(host === 'public.test' ? ['1.1.1.1'] : ['10.0.0.1']),
      };
      const address = { url: new URL(url), uplink: new URL('https://public.test/'), maxBytes: 9 };
      const consume = (): Promise<string> => Promise.resolve('taken');
      await expect(fetchFile(address, options, context, consume)).rejects.toThrow(
        'which is in a private network',
      );
      expect(asked).toEqual([]);
      const own = { ...address, url: new URL('https://public.test/x') };
      expect(await fetchFile(own, options, context, consume)).toBe('taken');
    },
  );
});
