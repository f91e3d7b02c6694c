/**
 * The configuration of package indexes is read as npm and pip read it, and pip takes the hashes
 * that a pin writes.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { loadNpmConfig } from '../../src/clients/package-index/npm-config.ts';
import { loadPipConfig } from '../../src/clients/package-index/pip-config.ts';
import { makeRequirementResolver } from '../../src/tasks/pin/resolve-requirement.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs, run } from '../support/tools.ts';
import { zip } from '../support/zip.ts';

type Variables = Readonly<Record<string, string>>;
type Files = Readonly<Record<string, string>>;

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'assay-index-'));
  mkdirSync(path.join(home, 'project'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(files: Files): void {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(home, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Both streams of a program, whatever it ends with. */
function output(program: string, args: readonly string[], env: Variables): Promise<string> {
  const options = { cwd: path.join(home, 'project'), env: { PATH: process.env['PATH'], ...env } };
  return new Promise((resolve) => {
    execFile(program, args, options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}

const missingNpm = missingForInterop('npm');
describe.skipIf(missingNpm !== undefined)(`npm reads the same registry${needs(missingNpm)}`, () => {
  it.each<readonly [string, Files, Variables]>([
    ['the user', { '.npmrc': 'registry=https://u.example/npm' }, {}],
    ['the global file', { 'prefix/etc/npmrc': 'registry=https://g.example/' }, {}],
    [
      'the project before the user',
      {
        'project/.npmrc': 'registry=https://p.example/',
        '.npmrc': 'registry=https://u.example/',
      },
      {},
    ],
    [
      'a variable before all',
      { 'project/.npmrc': 'registry=https://p.example/' },
      { NPM_CONFIG_REGISTRY: 'https://e.example/' },
    ],
    ['an empty variable', { '.npmrc': 'registry=https://u.example/' }, { npm_config_registry: '' }],
    ['quotes', { '.npmrc': '; x\nregistry = "https://u.example/"\n' }, {}],
    ['a line with a comment', { '.npmrc': 'registry = https://u.example/ ; y\n' }, {}],
    ['a variable in a value', { '.npmrc': 'registry=https://${WHERE}.example/' }, { WHERE: 'w' }],
    ['a variable that is not set', { '.npmrc': 'registry=https://${UNSET?}u.example/' }, {}],
    [
      'another user file',
      { other: 'registry=https://o.example/', '.npmrc': 'registry=https://u.example/' },
      { npm_config_userconfig: '~/other' },
    ],
  ])('of %s', async (_, files, variables) => {
    write({ 'project/package.json': '{"name":"x","version":"1.0.0"}', ...files });
    const own = Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, value.replace('~', home)]),
    );
    const env = { HOME: home, npm_config_prefix: path.join(home, 'prefix'), ...own };
    const text = await output('npm', ['config', 'get', 'registry'], env);
    const config = await loadNpmConfig({ env, project: path.join(home, 'project') });
    expect(config.registryOf('a')?.href).toBe(new URL(text.trim()).href.replace(/\/?$/u, '/'));
  });
});

const missingPip = missingForInterop('python3');
describe.skipIf(missingPip !== undefined)(`pip${needs(missingPip)}`, () => {
  // A version manager in front of it depends on the home directory.
  const python =
    missingPip === undefined
      ? run('python3', ['-c', 'import sys; print(sys.executable)']).trim()
      : '';
  let server: Server;
  let url: string;
  const pages = new Map<string, { readonly type: string; readonly body: Uint8Array | string }>();
  beforeAll(async () => {
    server = createServer((request, response) => {
      const page = pages.get(request.url ?? '');
      response.statusCode = page === undefined ? 404 : 200;
      response.setHeader('content-type', page?.type ?? 'text/plain');
      response.end(page?.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  const environment = (variables: Variables): Variables => ({
    HOME: home,
    XDG_CONFIG_DIRS: path.join(home, 'xdg'),
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    ...variables,
  });
  const pip = (args: readonly string[], env: Variables): Promise<string> =>
    output(python, ['-m', 'pip', ...args], env);
  const index = (name: string): string => `[global]\nindex-url = URL/${name}/simple\n`;

  it.each<readonly [string, Files, Variables]>([
    ['the user', { '.config/pip/pip.conf': index('user') }, {}],
    ['the older user file', { '.pip/pip.conf': index('legacy') }, {}],
    [
      'both user files',
      { '.pip/pip.conf': index('legacy'), '.config/pip/pip.conf': index('user') },
      {},
    ],
    ['the system', { 'xdg/pip/pip.conf': index('system') }, {}],
    [
      'the user before the system',
      { 'xdg/pip/pip.conf': index('system'), '.config/pip/pip.conf': index('user') },
      {},
    ],
    [
      'a named file',
      {
        'own.conf': '[global]\nextra-index-url = URL/own/simple\n',
        '.config/pip/pip.conf': index('user'),
        'xdg/pip/pip.conf': index('system'),
      },
      { PIP_CONFIG_FILE: 'HOME/own.conf' },
    ],
    ['a variable', { '.config/pip/pip.conf': index('user') }, { PIP_INDEX_URL: 'URL/env/simple' }],
    [
      'several',
      {
        '.config/pip/pip.conf': `${index('user')}extra-index-url =\n    URL/b/simple\n    URL/c/simple\n`,
      },
      {},
    ],
    [
      'several in a variable',
      {},
      { PIP_INDEX_URL: 'URL/a/simple', PIP_EXTRA_INDEX_URL: 'URL/b/simple URL/c/simple' },
    ],
    [
      'the command',
      { '.config/pip/pip.conf': `${index('user')}[install]\nindex_url: URL/install/simple\n` },
      {},
    ],
    [
      'another command',
      { '.config/pip/pip.conf': `${index('user')}[search]\nindex-url: URL/search/simple\n` },
      {},
    ],
  ])('looks in the same indexes: those of %s', async (_, files, variables) => {
    const filled = (text: string): string => text.replaceAll('URL', url).replaceAll('HOME', home);
    const all = (map: Variables): Variables =>
      Object.fromEntries(Object.entries(map).map(([name, text]) => [name, filled(text)]));
    write(all(files));
    // Names of variables have these words too, values alone are filled.
    const env = environment(all(variables));
    const text = await pip(['install', '--no-deps', '--dry-run', '--target', 'x', 'none'], env);
    const looked = /Looking in indexes: (?<list>.*)/u.exec(text)?.groups?.['list'] ?? text;
    const config = await loadPipConfig(env);
    expect(config.indexes.map(({ href }) => href.replace(/\/$/u, '')).join(', ')).toBe(
      looked.trim(),
    );
  });

  it('takes the hashes that a pin writes, and refuses other bytes', async () => {
    const wheel = (text: string): Uint8Array =>
      zip([
        { name: 'my_lib.py', body: text },
        {
          name: 'my_lib-1.0.dist-info/METADATA',
          body: 'Metadata-Version: 2.1\nName: my-lib\nVersion: 1.0\n',
        },
        {
          name: 'my_lib-1.0.dist-info/WHEEL',
          body: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
        },
        {
          name: 'my_lib-1.0.dist-info/RECORD',
          body: 'my_lib.py,,\nmy_lib-1.0.dist-info/METADATA,,\nmy_lib-1.0.dist-info/WHEEL,,\nmy_lib-1.0.dist-info/RECORD,,\n',
        },
      ]);
    const name = 'my_lib-1.0-py3-none-any.whl';
    const serve = (bytes: Uint8Array): void => {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      pages.set(`/f/${name}`, { type: 'application/octet-stream', body: bytes });
      const body = `<a href="/f/${name}#sha256=${sha256}">${name}</a>`;
      pages.set('/simple/my-lib/', { type: 'text/html', body });
    };
    serve(wheel('one'));
    const env = environment({ PIP_INDEX_URL: `${url}/simple/` });
    const options = { registry: {}, isBranchOnly: false, actionsUrl: '', env, cwd: home };
    const context = quietContext({ fetch: globalThis.fetch });
    const answer = await makeRequirementResolver(options, context).resolve(
      { kind: 'requirement', value: 'My.Lib==1.0.0', mode: 'pin' },
      context,
    );
    expect(answer).toMatchObject({ ok: true });
    write({ 'project/requirements.txt': answer.ok ? `${answer.pinned}\n` : '' });
    const install = ['install', '--require-hashes', '--target', 'x', '-r', 'requirements.txt'];
    expect(await pip(install, env)).toMatch(/Successfully installed my.lib-1\.0/iu);
    serve(wheel('two'));
    expect(await pip([...install, '--upgrade'], env)).toContain('DO NOT MATCH THE HASHES');
  });
});
