import { describe, expect, it } from 'vitest';

import { readNpmRoute } from './route.ts';

describe('addresses of npm', () => {
  it.each<readonly [string, object]>([
    ['/left', { kind: 'packument', name: 'left' }],
    ['/left?write=true', { kind: 'packument', name: 'left' }],
    ['/JSONStream', { kind: 'packument', name: 'JSONStream' }],
    ['/@acme%2fleft', { kind: 'packument', name: '@acme/left' }],
    ['/@acme%2Fleft', { kind: 'packument', name: '@acme/left' }],
    ['/@acme/left', { kind: 'packument', name: '@acme/left' }],
    ['/%40acme%2fleft', { kind: 'packument', name: '@acme/left' }],
    ['/left/1.2.3', { kind: 'version', name: 'left', spec: '1.2.3' }],
    ['/left/latest', { kind: 'version', name: 'left', spec: 'latest' }],
    ['/@acme/left/1.2.3', { kind: 'version', name: '@acme/left', spec: '1.2.3' }],
    ['/left/-/left-1.2.3.tgz', { kind: 'tarball', name: 'left', version: '1.2.3' }],
    ['/left/-/left-1.2.3-a.1.tgz', { kind: 'tarball', name: 'left', version: '1.2.3-a.1' }],
    ['/left/-/left-1.2.3+b.tgz', { kind: 'tarball', name: 'left', version: '1.2.3+b' }],
    ['/left/-/left-1.2.3%2Bb.tgz', { kind: 'tarball', name: 'left', version: '1.2.3+b' }],
    ['/@acme/left/-/left-1.2.3.tgz', { kind: 'tarball', name: '@acme/left', version: '1.2.3' }],
    ['/@acme%2fleft/-/left-1.2.3.tgz', { kind: 'tarball', name: '@acme/left', version: '1.2.3' }],
    ['/-/package/@acme%2fleft/dist-tags', { kind: 'tags', name: '@acme/left' }],
    ['/-/package/@acme/left/dist-tags', { kind: 'tags', name: '@acme/left' }],
    ['/-/ping', { kind: 'ping' }],
    ['/-/whoami', { kind: 'whoami' }],
    ['/-/v1/search?text=left', { kind: 'search' }],
    [
      '/-/npm/v1/security/advisories/bulk',
      { kind: 'unsupported', what: 'advisories for npm audit' },
    ],
  ])('%s', (target, route) => {
    expect(readNpmRoute(target)).toEqual(route);
  });

  it.each([
    '',
    'left',
    '//left',
    '/left/',
    '/left//1.2.3',
    '/./left',
    '/../left',
    '/left/..',
    '/%2e%2e/left',
    '/left/-/..%2fother-1.2.3.tgz',
    '/left/-/other-1.2.3.tgz',
    '/left/-/left-1.2.3.tar.gz',
    '/left/-/left-1.2.3.TGZ',
    '/left/-/left-latest.tgz',
    '/left/-/left-v1.2.3.tgz',
    '/left/-/left-01.2.3.tgz',
    '/left/-/left-1.2.3%20.tgz',
    '/left/-/left-1.2.3%00.tgz',
    '/left%2f-%2fleft-1.2.3.tgz',
    '/left/%2d/left-1.2.3.tgz/x',
    '/left/-/left-1.2.3.tgz/',
    '/left%252f-',
    '/left%5c1.2.3',
    '/@acme',
    '/@acme/',
    '/@/left',
    '/@acme%2fleft%2f1.2.3',
    '/.left',
    '/_left',
    '/node_modules',
    '/le%ff',
    '/le%',
    '/l%C3%A9ft',
    '/-',
    '/-/left',
    '/left/-rev',
    `/${'a'.repeat(300)}`,
    `/left/${'1'.repeat(2000)}`,
    '/__proto__',
    '*',
    'http://evil.test/left',
  ])('are none of this: %s', (target) => {
    expect(readNpmRoute(target).kind).toBe('none');
  });

  it('take a hyphen that is encoded for what it is', () => {
    expect(readNpmRoute('/left/%2d/left-1.2.3.tgz')).toMatchObject({ kind: 'tarball' });
  });
});
