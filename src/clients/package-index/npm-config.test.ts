import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadNpmConfig, type NpmConfig } from './npm-config.ts';
import { readNpmrc } from './npmrc.ts';

let home: string;
let project: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-npm-'));
  project = join(home, 'project');
  mkdirSync(project);
  mkdirSync(join(home, 'prefix', 'etc'), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Files {
  readonly env?: Readonly<Record<string, string>>;
  readonly project?: string;
  readonly user?: string;
  readonly global?: string;
}

function load(files: Files): Promise<NpmConfig> {
  const write = (path: string, text: string | undefined): void => {
    if (text !== undefined) writeFileSync(path, text);
  };
  write(join(project, '.npmrc'), files.project);
  write(join(home, '.npmrc'), files.user);
  write(join(home, 'prefix', 'etc', 'npmrc'), files.global);
  const env = { HOME: home, npm_config_prefix: join(home, 'prefix'), ...files.env };
  return loadNpmConfig({ env, project });
}

const R = (name: string): string => `https://${name}.example/`;

describe('the registry of a package', () => {
  // Source: npm documentation, "npmrc" and "config", for the order of files.
  it.each([
    ['none is configured', {}, 'a', undefined],
    ['the global file', { global: `registry=${R('g')}` }, 'a', R('g')],
    [
      'the user before the global file',
      { user: `registry=${R('u')}`, global: `registry=${R('g')}` },
      'a',
      R('u'),
    ],
    [
      'the project before the user',
      { project: `registry=${R('p')}`, user: `registry=${R('u')}` },
      'a',
      R('p'),
    ],
    [
      'the environment before all',
      { env: { npm_config_registry: R('e') }, project: `registry=${R('p')}` },
      'a',
      R('e'),
    ],
    ['the environment in upper case', { env: { NPM_CONFIG_REGISTRY: R('e') } }, 'a', R('e')],
    [
      'not an empty variable',
      { env: { npm_config_registry: '' }, user: `registry=${R('u')}` },
      'a',
      R('u'),
    ],
    ['its scope', { user: `registry=${R('u')}\n@acme:registry=${R('s')}` }, '@acme/a', R('s')],
    [
      'its scope from a weaker file',
      { project: `registry=${R('p')}`, user: `@acme:registry=${R('s')}` },
      '@acme/a',
      R('s'),
    ],
    ['not another scope', { user: `@acme:registry=${R('s')}` }, '@other/a', undefined],
    ['not a scope for plain names', { user: `@acme:registry=${R('s')}` }, 'acme', undefined],
    [
      'with a path',
      { user: 'registry=https://r.example/npm/all' },
      'a',
      'https://r.example/npm/all/',
    ],
    [
      'a variable in the user file',
      { env: { WHERE: 'w' }, user: 'registry=https://${WHERE}.example/' },
      'a',
      R('w'),
    ],
    [
      'another user file',
      { env: { npm_config_userconfig: '/nonexistent' }, user: `registry=${R('u')}` },
      'a',
      undefined,
    ],
  ] as const)('is that of %s', async (...[, files, name, expected]) => {
    expect((await load(files)).registryOf(name)?.href).toBe(expected);
  });

  it('that is no address is refused', async () => {
    const config = await load({ user: 'registry=ftp://user:secret@r.example/' });
    expect(() => config.registryOf('a')).toThrow(/is no address/u);
    expect(() => config.registryOf('a')).not.toThrow(/secret/u);
  });
});

describe('the login for an address', () => {
  const TOKEN = '//r.example/npm/:_authToken=t1\n//r.example/:_authToken=t0';
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  it.each([
    ['the longest path', TOKEN, 'https://r.example/npm/a', 'Bearer t1'],
    ['a shorter path', TOKEN, 'https://r.example/other/a', 'Bearer t0'],
    ['no other host', TOKEN, 'https://x.example/npm/a', undefined],
    ['no other port', TOKEN, 'https://r.example:8443/npm/a', undefined],
    [
      'no path that only begins so',
      '//r.example/npm/:_authToken=t1',
      'https://r.example/npmx/a',
      undefined,
    ],
    ['a port', '//r.example:8443/:_authToken=t', 'https://r.example:8443/a', 'Bearer t'],
    ['no slash at the end', '//r.example/npm:_authToken=t', 'https://r.example/npm/a', 'Bearer t'],
    [
      'a user and password',
      `//r.example/:username=u\n//r.example/:_password=${Buffer.from('p').toString('base64')}`,
      'https://r.example/a',
      basic('u:p'),
    ],
    ['a pair', '//r.example/:_auth=dTpw', 'https://r.example/a', 'Basic dTpw'],
    ['a token for all, which npm ignores too', '_authToken=t', 'https://r.example/a', undefined],
  ])('is that of %s', async (_, user, url, expected) => {
    const config = await load({ user });
    expect((await config.accessTo(new URL(url))).authorization).toBe(expected);
  });

  it('can come from a variable in the user file, not from one in a project file', async () => {
    const line = '//r.example/:_authToken=${NPM_TOKEN}';
    const env = { NPM_TOKEN: 'secret' };
    const url = new URL('https://r.example/a');
    expect((await (await load({ env, user: line })).accessTo(url)).authorization).toBe(
      'Bearer secret',
    );
    rmSync(join(home, '.npmrc'));
    const config = await load({ env, project: line });
    expect((await config.accessTo(url)).authorization).toBeUndefined();
    expect(config.notes).toEqual([
      expect.stringContaining('a variable of the environment as a credential'),
    ]);
  });
});

describe('the connection', () => {
  it('trusts the authorities of the user, and goes through its proxy', async () => {
    writeFileSync(join(home, 'ca.pem'), 'PEM');
    const user =
      'cafile=~/ca.pem\nhttps-proxy=http://proxy.example:3128\nnoproxy=a.example\nstrict-ssl=false';
    const { tls } = await (await load({ user })).accessTo(new URL('https://r.example/'));
    expect(tls).toEqual({
      authorities: ['PEM'],
      isUnverified: true,
      proxy: { http: undefined, https: 'http://proxy.example:3128', exceptions: 'a.example' },
    });
  });

  it('is not weakened or led elsewhere by a project', async () => {
    const text = 'strict-ssl=false\nproxy=http://evil.example\ncafile=x.pem\nca=PEM';
    const config = await load({ project: text });
    expect(await config.accessTo(new URL('https://r.example/'))).toEqual({});
    expect(config.notes).toHaveLength(4);
  });

  it('shows a certificate to its own registry alone', async () => {
    writeFileSync(join(home, 'c.pem'), 'CERT');
    const config = await load({ user: '//r.example/:certfile=c.pem\n//r.example/:keyfile=c.pem' });
    expect((await config.accessTo(new URL('https://r.example/'))).tls?.client?.key).toBe('CERT');
    expect((await config.accessTo(new URL('https://x.example/'))).tls).toBeUndefined();
  });

  it('with a file that is not there is an error that names it', async () => {
    const config = await load({ user: 'cafile=/nonexistent/ca.pem' });
    await expect(config.accessTo(new URL('https://r.example/'))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('/nonexistent/ca.pem') as string,
    });
  });
});

describe('a line of an npmrc', () => {
  it.each([
    ['a = b', 'a', ['b']],
    ['a="b;c"', 'a', ['b;c']],
    ["a='b'", 'a', ['b']],
    ['a=b ; comment', 'a', ['b']],
    ['a=b # comment', 'a', ['b']],
    ['a=b\\;c', 'a', ['b;c']],
    ['a', 'a', ['true']],
    ['a[]=b\na[]=c', 'a', ['b', 'c']],
    ['a=b\na=c', 'a', ['c']],
    ['; a=b', 'a', undefined],
    ['a=${SET}', 'a', ['value']],
    ['a=${UNSET}', 'a', ['${UNSET}']],
    ['a=${UNSET?}', 'a', ['']],
    ['a=\\${SET}', 'a', ['${SET}']],
  ])('%j', (text, key, expected) => {
    expect(readNpmrc(text, { SET: 'value' }).get(key)).toEqual(expected);
  });
});
