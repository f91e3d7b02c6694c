import { describe, expect, it } from 'vitest';

import { namesOf, readAmong, readCatalog } from '../../../../test/support/catalog-file.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { nodePackage } from './node-package.ts';

const INSTALLED = '/app/node_modules/a/package.json';
const OWN = '/app/package.json';

function read(manifest: unknown, path = INSTALLED): Promise<CatalogResult> {
  const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest, undefined, 2);
  return readCatalog(nodePackage, path, text);
}

describe('nodePackage', () => {
  it('reads an installed package', async () => {
    const result = await read({
      description: 'x',
      name: '@x/a',
      version: '1.0.0',
      license: 'MIT',
      dependencies: { b: '^1' },
      optionalDependencies: { c: '1' },
      devDependencies: { d: '1' },
    });
    expect(result).toEqual({
      packages: [
        { name: '@x/a', version: '1.0.0', line: 3, licenses: ['MIT'], dependsOn: ['b', 'c'] },
      ],
    });
  });

  it('reads what npm 6 wrote into the file', async () => {
    const integrity = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
    const own = { _id: 'a@1.0.1', _integrity: integrity };
    const { packages } = await read({ name: 'a', version: '1.0.0', ...own });
    expect(packages).toMatchObject([
      {
        version: '1.0.0',
        versionClaims: [{ by: '_id', version: '1.0.1', weight: 'binding' }],
        digests: [`sha512:${'07'.repeat(64)}`],
      },
    ]);
  });

  it.each([
    ['a@1.0.1', 'a', '1.0.1'],
    ['@x+a@1.0.1_react@18.0.0', '@x/a', '1.0.1'],
    ['a@1.0.1-rc.1+build(react@18.0.0)', 'a', '1.0.1-rc.1+build'],
    ['a@https+++codeload.example+x+a+tar.gz+abc', 'a', undefined],
    ['b@1.0.1', 'a', undefined],
    [`a@1.0.1-${'x'.repeat(120)}`, 'a', undefined],
  ])('reads the version in the name of the folder %s of pnpm', async (key, name, version) => {
    const path = `/app/node_modules/.pnpm/${key}/node_modules/${name}/package.json`;
    const { packages } = await read({ name, version: '1.0.0' }, path);
    const claims = packages[0]?.versionClaims?.map((claim) => claim.version);
    expect(claims).toEqual(version === undefined ? undefined : [version]);
  });

  it('lists an application or a tool outside node_modules as a root, private or not', async () => {
    const result = await read({ name: 'app', version: '1.0.0', private: true }, OWN);
    expect(result.packages).toMatchObject([{ name: 'app', relationship: 'root' }]);
  });

  it.each([
    ['{"type":"module"}', INSTALLED, 'a@'],
    ['{"name":"harmless"}', INSTALLED, 'a@'],
    ['{"name":"","version":"1"}', INSTALLED, 'a@1'],
    ['{"name":"a","version":1}', INSTALLED, 'a@'],
    ['{"name":["a"],"version":"1"}', INSTALLED, 'a@1'],
    ['{"version":"1"}', '/app/node_modules/@s/b/package.json', '@s/b@1'],
    ['{}', '/app/node_modules/@s/b/package.json', '@s/b@'],
    ['{}', '/node_modules/b/package.json', 'b@'],
    ['{}', '/app/node_modules/a/node_modules/b/package.json', 'b@'],
    ['{}', '/app/node_modules/.pnpm/b@1.0.0/node_modules/b/package.json', 'b@'],
    ['{"name":"My App"}', INSTALLED, 'a@'],
  ])('lists %s at %s by its directory', async (text, path, name) => {
    const { packages, diagnostics } = await read(text, path);
    expect(packages.map((pkg) => `${pkg.name}@${pkg.version}`)).toEqual([name]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it('takes a version that the file lacks from the directory of pnpm', async () => {
    const path = '/app/node_modules/.pnpm/b@1.0.1/node_modules/b/package.json';
    const { packages } = await read('{}', path);
    expect(packages[0]?.versionClaims).toMatchObject([{ version: '1.0.1', weight: 'binding' }]);
  });

  it.each([
    '/app/package.json',
    '/app/src/package.json',
    '/app/node_modules/package.json',
    '/app/node_modules/@s/package.json',
    '/app/node_modules/a/dist/esm/package.json',
    '/app/node_modules/@s/a/dist/package.json',
    '/app/node_modules/.vite/deps/package.json',
    '/app/node_modules/.cache/package.json',
    '/app/node_modules/a/node_modules/.bin/package.json',
    '/app/my_node_modules/a/package.json',
  ])('notes settings of Node at %s', async (path) => {
    const { packages, diagnostics } = await read('{"type":"module"}', path);
    expect(packages).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics?.[0]).not.toHaveProperty('gap');
  });

  it.each([
    ['a Visual Studio Code extension', { engines: { vscode: '*' } }],
    ['a Visual Studio Code extension by what it contributes', { contributes: { grammars: [] } }],
    ['a Unity package', { unity: '2019.4' }],
  ])('notes %s, and is not hidden by it inside node_modules', async (_name, fields) => {
    const manifest = { name: 'pug', version: '1.0.0', ...fields };
    const own = await read(manifest, OWN);
    expect(own.packages).toEqual([]);
    expect(own.diagnostics).toHaveLength(1);
    expect(namesOf(await read(manifest))).toEqual(['pug@1.0.0']);
  });

  it.each([
    [{ license: 'MIT' }, ['MIT']],
    [{ license: { type: 'MIT', url: 'x' } }, ['MIT']],
    [{ licenses: [{ type: 'MIT' }, { type: 'Apache-2.0' }] }, ['MIT', 'Apache-2.0']],
    [{ license: ['MIT', 'BSD'] }, ['MIT', 'BSD']],
    [{ license: 'MIT', licenses: [{ type: 'MIT' }] }, ['MIT']],
    [{ license: 5, licenses: [null, {}] }, undefined],
  ])('reads the licences of %j', async (fields, licenses) => {
    const { packages } = await read({ name: 'a', version: '1', ...fields });
    expect(packages[0]?.licenses).toEqual(licenses);
  });

  it.each([
    ['nothing', {}, { '/app/package.json': '' }, ['app@1.0.0']],
    [
      'the lowest of its ranges where those are asked for',
      { detectionPriority: 'comprehensive' as const },
      { '/app/package.json': '' },
      ['a@1.2.0', 'app@1.0.0', 'b@2.0.0'],
    ],
    [
      'nothing beside a lockfile',
      { detectionPriority: 'comprehensive' as const },
      { '/app/package.json': '', '/app/yarn.lock': '' },
      ['app@1.0.0'],
    ],
    [
      'nothing below a lockfile',
      { detectionPriority: 'comprehensive' as const },
      { '/app/package.json': '', '/pnpm-lock.yaml': '' },
      ['app@1.0.0'],
    ],
  ])('lists of what a project declares %s', async (_title, overrides, files, names) => {
    const manifest = {
      name: 'app',
      version: '1.0.0',
      dependencies: { a: '^1.2.0', c: 'latest', d: 'file:../d' },
      devDependencies: { b: '2.x' },
    };
    const all = { ...files, '/app/package.json': JSON.stringify(manifest) };
    const result = await readAmong(nodePackage, all, overrides);
    expect(namesOf(result)).toEqual(names);
  });

  it.each([
    [INSTALLED, '../../x', ['a@1.0.0'], 'unreadable'],
    [INSTALLED, 'a/b', ['a@1.0.0'], 'unreadable'],
    ['/app/node_modules/@s/a/package.json', '@s/a/b', ['@s/a@1.0.0'], 'unreadable'],
    ['/app/node_modules/a/app/package.json', 'a/app', [], undefined],
    [OWN, 'My App', ['My App@1.0.0'], undefined],
  ])('takes %s for no package "%s"', async (path, name, names, gap) => {
    const { packages, diagnostics } = await read({ name, version: '1.0.0' }, path);
    expect(packages.map((pkg) => `${pkg.name}@${pkg.version}`)).toEqual(names);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics?.[0]?.gap).toBe(gap);
  });

  it('notes a version that is given twice', async () => {
    const result = await read('{"name":"a","version":"1",\n"version":"2"}');
    expect(namesOf(result)).toEqual(['a@2']);
    expect(result.diagnostics?.[0]?.location?.line).toBe(2);
  });

  it.each([
    [OWN],
    [INSTALLED],
    ['/app/node_modules/@x/a/package.json'],
    ['/a/node_modules/.pnpm/b@1/node_modules/b/package.json'],
  ])('refuses a broken %s', async (path) => {
    await expect(read('{{', path)).rejects.toThrow(ParseError);
  });

  it.each([
    ['/app/node_modules/a/template/package.json'],
    ['/app/node_modules/@x/a/template/package.json'],
  ])('notes a broken %s, which Node never takes a package from', async (path) => {
    const { packages, diagnostics } = await read('{{', path);
    expect(packages).toEqual([]);
    expect(diagnostics?.[0]).not.toHaveProperty('gap');
  });
});
