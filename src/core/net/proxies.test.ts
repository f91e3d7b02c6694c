import { describe, expect, it } from 'vitest';

import { readProxies } from './proxies.ts';

const PROXY = 'http://proxy.example:3128';

function isProxied(noProxy: string | undefined, url: string): boolean | undefined {
  const env = { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, NO_PROXY: noProxy };
  return readProxies(env)?.isProxied(new URL(url));
}

describe('NO_PROXY', () => {
  it.each([
    ['a host', 'r.example', 'https://r.example/v2/', false],
    ['what is below a host', 'r.example', 'https://a.r.example', false],
    ['what only ends alike', 'r.example', 'https://xr.example', true],
    ['a domain', '.example', 'https://r.example', false],
    ['a pattern', '*.example', 'https://r.example', false],
    ['upper case', 'R.EXAMPLE', 'https://r.example', false],
    ['several, with blanks', 'a.b, r.example', 'https://r.example', false],
    ['a port', 'r.example:5000', 'https://r.example:5000', false],
    ['another port', 'r.example:5000', 'https://r.example', true],
    ['the usual port', 'r.example:443', 'https://r.example', false],
    ['all', '*', 'https://r.example', false],
    ['all of several', 'a.b,*', 'https://r.example', false],
    ['an address', '10.1.2.3', 'http://10.1.2.3:5000', false],
    ['a block', '10.0.0.0/8', 'https://10.1.2.3', false],
    ['outside of a block', '10.0.0.0/8', 'https://11.1.2.3', true],
    ['a name and a block', '10.0.0.0/8', 'https://r.example', true],
    ['a block of IPv6', 'fd00::/8', 'https://[fd12::1]:5000', false],
    ['an address of IPv6', '[fd12::1]:5000', 'https://[fd12::1]:5000', false],
    ['a block that is none', '10.0.0.0/40', 'https://10.0.0.1', true],
    ['nothing', undefined, 'https://r.example', true],
    ['this machine by name', undefined, 'http://localhost:5000', false],
    ['this machine by address', undefined, 'http://127.0.0.2:5000', false],
    ['this machine by IPv6', undefined, 'http://[::1]:5000', false],
  ])('reads %s', (_, noProxy, url, expected) => {
    expect(isProxied(noProxy, url)).toBe(expected);
  });
});

describe('proxies', () => {
  it.each([
    [{}, undefined, undefined],
    [{ HTTPS_PROXY: 'p:1' }, undefined, 'http://p:1'],
    [{ HTTP_PROXY: 'http://p:1' }, 'http://p:1', undefined],
    [{ ALL_PROXY: 'https://p:1', https_proxy: 'http://q:2' }, 'https://p:1', 'http://q:2'],
    [{ HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, undefined, 'http://q:2'],
    [{ HTTPS_PROXY: '' }, undefined, undefined],
  ])('are read from %o', (env, http, https) => {
    const found = readProxies(env);
    expect([found?.httpProxy, found?.httpsProxy]).toEqual([http, https]);
  });

  it('that cannot be used are refused, and their passwords not shown', () => {
    expect(() => readProxies({ HTTP_PROXY: 'http://ann:p%w@p:1' })).toThrow('cannot be used');
    expect(() => readProxies({ HTTPS_PROXY: 'socks5://ann:pw@p:1' })).toThrow(
      /^the proxy of HTTPS_PROXY \(or ALL_PROXY\) cannot be used$/,
    );
  });
});
