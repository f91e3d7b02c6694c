import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { composerLock } from './composer-lock.ts';
import { installedJson } from './installed-json.ts';

const SUM = '0'.repeat(40);
const LIBRARY = `{
  "name": "Acme/Lib", "version": "v1.0.2",
  "require": { "php": ">=8", "ext-json": "*", "psr/log": "^1" },
  "dist": { "shasum": "${SUM}" }, "license": ["MIT"]
}`;
const BRANCH = `{ "name": "acme/tool", "version": "dev-main",
  "source": { "type": "git", "url": "https://github.com/acme/tool.git", "reference": "abc" } }`;
const LOCK = `{
"packages": [
${LIBRARY}],
"packages-dev": [${BRANCH}, { "name": "no/version" }] }`;

describe('composer.lock', () => {
  it('lists packages and those for development', async () => {
    const { packages, diagnostics } = await readCatalog(composerLock, '/composer.lock', LOCK);
    expect(packages).toEqual([
      {
        name: 'acme/lib',
        version: 'v1.0.2',
        dependsOn: ['psr/log'],
        licenses: ['MIT'],
        digests: [`sha1:${SUM}`],
        scope: 'runtime',
        line: 3,
      },
      {
        name: 'acme/tool',
        version: 'dev-main',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/acme/tool.git@abc']]),
        scope: 'development',
        line: 8,
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable']);
  });

  it.each([
    ['{"require":{"ACME/lib":"*"},"require-dev":{}}', ['direct', 'indirect']],
    ['broken', [undefined, undefined]],
  ])('takes what is direct from composer.json: %s', async (manifest, relationships) => {
    const siblings = {
      get: (path: string) =>
        path === '/app/composer.json' ? catalogFile(path, manifest) : undefined,
    };
    const file = catalogFile('/app/composer.lock', LOCK);
    const { packages } = await composerLock.read(file, siblings, quietContext());
    expect(packages.map(({ relationship }) => relationship)).toEqual(relationships);
  });

  it.each(['null', '{}', '{"packages":{}}', 'no json'])('refuses %s', async (body) => {
    await expect(readCatalog(composerLock, '/composer.lock', body)).rejects.toThrow();
  });

  it('has a gap for a list that is none, and names what has no version', async () => {
    const lock = { packages: [{ name: 'a/b' }], 'packages-dev': { 'c/d': '1' } };
    const result = await readCatalog(composerLock, '/composer.lock', JSON.stringify(lock));
    expect(result.diagnostics?.map(({ message, gap }) => [message, gap])).toEqual([
      ['unreadable row (no name or version): "a/b"', 'unreadable'],
      ['unreadable row ("packages-dev" is no list): { c/d }', 'unreadable'],
    ]);
  });

  it('survives hostile files', () => survivesHostileInput(composerLock, '/composer.lock', LOCK));
});

describe('installed.json', () => {
  const path = '/vendor/composer/installed.json';
  const second = `{"packages":[${LIBRARY},${BRANCH}],"dev":true,"dev-package-names":["acme/Tool"]}`;

  it('reads version 1, which does not tell what is for development', async () => {
    const { packages } = await readCatalog(installedJson, path, `[${LIBRARY}, 1]`);
    expect(packages.map(({ name, scope }) => [name, scope])).toEqual([['acme/lib', undefined]]);
  });

  it('reads version 2, which does', async () => {
    const { packages } = await readCatalog(installedJson, path, second);
    expect(packages.map(({ name, scope }) => [name, scope])).toEqual([
      ['acme/lib', 'runtime'],
      ['acme/tool', 'development'],
    ]);
  });

  it.each([
    ['a copy of it', second, ['acme/lib@v1.0.2', 'acme/tool@dev-main']],
    ['another program', '{"packages":[{"name":"a","version":"1"}]}', []],
    ['no JSON', '{', []],
  ])('elsewhere reads only what is of Composer: %s', async (_title, body, names) => {
    const installed = body.replace(
      '"version": "v1.0.2",',
      '"version": "v1.0.2","install-path":"x",',
    );
    const result = await readCatalog(installedJson, '/srv/installed.json', installed);
    expect(namesOf(result)).toEqual(names);
    expect(result.diagnostics).toBeUndefined();
  });

  it('refuses other JSON', async () => {
    await expect(readCatalog(installedJson, path, '{}')).rejects.toThrow('no list');
  });

  it('survives hostile files', () => survivesHostileInput(installedJson, path, second));
});

const samples = sharedPath('samples/lockfiles/php');

describe.skipIf(samples === undefined)('files of Composer (needs ../shared)', () => {
  it('composer.lock has 30 packages and 6 for development', async () => {
    const body = await readFile(`${samples ?? ''}/composer/composer.lock`);
    const { packages, diagnostics } = await readCatalog(composerLock, '/composer.lock', body);
    expect(diagnostics).toBeUndefined();
    expect(packages.filter(({ scope }) => scope === 'runtime')).toHaveLength(30);
    expect(packages.filter(({ scope }) => scope === 'development')).toHaveLength(6);
  });

  it('installed.json says the same in both versions', async () => {
    const read = async (folder: string): Promise<readonly string[]> => {
      const body = await readFile(`${samples ?? ''}/${folder}/installed.json`);
      return namesOf(await readCatalog(installedJson, '/vendor/composer/installed.json', body));
    };
    expect(await read('composer_1')).toEqual(await read('composer_2'));
    expect((await read('composer-installed')).length).toBeGreaterThan(0);
  });
});
