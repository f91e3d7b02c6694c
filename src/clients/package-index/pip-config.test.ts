import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { loadPipConfig, readPipConf } from './pip-config.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'assay-pip-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const FILES = {
  system: 'xdg/pip/pip.conf',
  legacy: '.pip/pip.conf',
  user: '.config/pip/pip.conf',
  site: 'venv/pip.conf',
  own: 'own.conf',
} as const;

type Files = Partial<Record<keyof typeof FILES, string>>;

function load(files: Files, env: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(files)) {
    const path = join(home, FILES[name as keyof typeof FILES]);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  const own = files.own === undefined ? {} : { PIP_CONFIG_FILE: join(home, FILES.own) };
  return loadPipConfig({
    HOME: home,
    XDG_CONFIG_DIRS: join(home, 'xdg'),
    VIRTUAL_ENV: join(home, 'venv'),
    ...own,
    ...env,
  });
}

const index = (name: string): string => `[global]\nindex-url = https://${name}.example/simple\n`;
const at = (name: string): string => `https://${name}.example/simple/`;

describe('the indexes', () => {
  // Source: pip documentation, "Configuration", "Precedence / Override order" and "Location".
  it.each([
    ['are none without configuration', {}, {}, []],
    ['come from the system', { system: index('system') }, {}, [at('system')]],
    [
      'come from the user before the system',
      { system: index('system'), user: index('user') },
      {},
      [at('user')],
    ],
    [
      'come from the newer user file',
      { legacy: index('legacy'), user: index('user') },
      {},
      [at('user')],
    ],
    [
      'come from the environment of Python',
      { user: index('user'), site: index('site') },
      {},
      [at('site')],
    ],
    [
      'come from a named file',
      { user: index('user'), site: index('site'), own: index('own') },
      {},
      [at('own')],
    ],
    [
      'come from a variable before all',
      { own: index('own') },
      { PIP_INDEX_URL: 'https://env.example/simple' },
      [at('env')],
    ],
    ['are none where no file counts', { user: index('user') }, { PIP_CONFIG_FILE: devNull }, []],
    ['are none where they are switched off', { user: index('user') }, { PIP_NO_INDEX: '1' }, []],
    [
      'are several',
      {
        user: `${index('user')}extra-index-url =\n    https://b.example/simple\n    https://c.example/simple\n`,
      },
      {},
      [at('user'), at('b'), at('c')],
    ],
    [
      'are several in a variable',
      {},
      {
        PIP_INDEX_URL: 'https://a.example/simple',
        PIP_EXTRA_INDEX_URL: 'https://b.example/simple/ https://c.example/simple',
      },
      [at('a'), at('b'), at('c')],
    ],
    [
      'are those of the command',
      { user: `${index('user')}[install]\nindex_url: https://install.example/simple\n` },
      {},
      [at('install')],
    ],
    [
      'are not those of another command',
      { user: '[search]\nindex-url = https://x.example/simple' },
      {},
      [],
    ],
  ] as const)('%s', async (...[, files, env, expected]) => {
    expect((await load(files, env)).indexes.map(({ href }) => href)).toEqual(expected);
  });

  it('do not count the user file beside a named one', async () => {
    const files = {
      user: '[global]\nextra-index-url = https://u.example/simple',
      own: index('own'),
    };
    expect((await load(files)).indexes).toHaveLength(1);
  });

  it('that are no addresses are refused without their secrets', async () => {
    const loading = load({}, { PIP_INDEX_URL: 'ftp://u:secret@x.example/' });
    await expect(loading).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.not.stringContaining('secret') as string,
    });
  });
});

describe('the login', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const env = { PIP_INDEX_URL: 'https://u:p%40@a.example/simple/' };

  it.each([
    ['belongs to its index', 'https://a.example/simple/x/', basic('u:p@')],
    ['does not belong to another host', 'https://b.example/simple/x/', undefined],
    ['does not belong to another port', 'https://a.example:8443/simple/x/', undefined],
    ['does not belong to another path', 'https://a.example/files/x', undefined],
  ])('%s', async (_, url, expected) => {
    const config = await load({}, env);
    expect((await config.accessTo(new URL(url))).authorization).toBe(expected);
  });

  // Expected results: `urllib.parse.unquote` of Python 3.
  it.each([
    ['100%', '100%'],
    ['50%25%', '50%%'],
    ['a%zz', 'a%zz'],
  ])('has the password %s as pip reads it', async (written, read) => {
    const config = await load({}, { PIP_INDEX_URL: `https://u:${written}@a.example/simple/` });
    const { authorization } = await config.accessTo(new URL('https://a.example/simple/x/'));
    expect(authorization).toBe(basic(`u:${read}`));
  });

  it('comes from .netrc where the index has none', async () => {
    const text =
      'machine other.example login x password y\nmachine b.example\n  login "me" password s\\3 # note\n';
    writeFileSync(join(home, '.netrc'), text);
    const config = await load({}, env);
    const ask = async (host: string) =>
      (await config.accessTo(new URL(`https://${host}/`))).authorization;
    expect(await ask('b.example')).toBe(basic('me:s\\3'));
    expect(await ask('c.example')).toBeUndefined();
  });

  // Expected results: `netrc` of Python 3, by which pip reads the file.
  it.each([
    ['a macro is no entry', 'macdef init\nmachine a.example login m password n\n\n', undefined],
    ['a macro ends', 'macdef init\ncd x\n\nmachine a.example login u password p', 'u:p'],
    ['a user begins with #', 'machine a.example login #u password p', '#u:p'],
    [
      'a password begins with #',
      'machine b.example login v password #w\nmachine a.example login u password #p\n',
      'u:#p',
    ],
    ['a comment', '# machine a.example\nmachine a.example # x\nlogin u password p', 'u:p'],
  ])('of .netrc: %s', async (_, text, expected) => {
    writeFileSync(join(home, '.netrc'), text);
    const config = await load({}, {});
    const { authorization } = await config.accessTo(new URL('https://a.example/'));
    expect(authorization).toBe(expected === undefined ? undefined : basic(expected));
  });

  it('can have a password alone', async () => {
    const config = await load({}, { PIP_INDEX_URL: 'https://:t@a.example/simple/' });
    const { authorization } = await config.accessTo(new URL('https://a.example/simple/x/'));
    expect(authorization).toBe(basic(':t'));
  });
});

it('reads what connections trust, for the host alone where it is weakened', async () => {
  writeFileSync(join(home, 'ca.pem'), 'PEM');
  const env = {
    PIP_CERT: join(home, 'ca.pem'),
    PIP_TRUSTED_HOST: 'a.example b.example:8443',
    PIP_PROXY: 'http://p.example',
  };
  const config = await load({}, env);
  const tlsOf = async (url: string) => (await config.accessTo(new URL(url))).tls;
  expect(await tlsOf('https://a.example/')).toMatchObject({
    authorities: ['PEM'],
    isUnverified: true,
  });
  expect((await tlsOf('https://b.example/'))?.isUnverified).toBeUndefined();
  expect((await tlsOf('https://b.example:8443/'))?.isUnverified).toBe(true);
  expect((await tlsOf('https://c.example/'))?.proxy).toMatchObject({ https: 'http://p.example' });
});

describe('a pip.conf', () => {
  it.each([
    ['with a colon', '[global]\nindex-url: x', 'x'],
    ['with capitals and underscores', '[global]\nIndex_URL = x', 'x'],
    ['with comments', '# a\n[global]\n; b\nindex-url = x\n# c\n', 'x'],
    ['with CRLF', '[global]\r\nindex-url = x\r\n', 'x'],
    ['with a value on further lines', '[global]\nindex-url =\n  x\n\n  y\n', '\nx\ny'],
    ['without a section', 'index-url = x', undefined],
  ])('%s', (_, text, expected) => {
    expect(readPipConf(text).get('index-url')).toBe(expected);
  });
});
