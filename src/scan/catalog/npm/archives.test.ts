/** Node packages inside archives that Node and Electron load code from. */

import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { zip } from '../../../../test/support/zip.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { asar } from './asar.ts';
import { yarnPnp } from './yarn-pnp.ts';
import { yarnZip } from './yarn-zip.ts';
import { nodeZip } from './zip.ts';

const manifest = (name: string, version: string): string => JSON.stringify({ name, version });
const listed = ({ packages }: CatalogResult): readonly string[] =>
  packages.map(({ name, version }) => `${name}@${version}`).sort();
const gaps = ({ diagnostics = [] }: CatalogResult): number =>
  diagnostics.filter(({ gap }) => gap !== undefined).length;

/** An archive of Electron with these files; a row that is given replaces that of the file. */
function asarOf(
  files: Readonly<Record<string, string>>,
  rows: Readonly<Record<string, object>> = {},
): Buffer {
  const root: Record<string, unknown> = {};
  const bodies: Buffer[] = [];
  let offset = 0;
  for (const [path, text] of Object.entries(files)) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const inner = (folder[part] ??= { files: {} }) as { files: Record<string, unknown> };
      folder = inner.files;
    }
    const body = Buffer.from(text);
    folder[name] = rows[path] ?? { size: body.length, offset: String(offset) };
    bodies.push(body);
    offset += body.length;
  }
  const json = Buffer.from(JSON.stringify({ files: root }));
  const padded = Math.ceil(json.length / 4) * 4;
  const head = Buffer.alloc(16 + padded);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(8 + padded, 4);
  head.writeUInt32LE(4 + padded, 8);
  head.writeUInt32LE(json.length, 12);
  json.copy(head, 16);
  return Buffer.concat([head, ...bodies]);
}

const FILES = {
  'package.json': manifest('app', '1.0.0'),
  'node_modules/a/package.json': manifest('a', '1.2.5'),
  'node_modules/a/dist/package.json': '{"type":"module"}',
  'node_modules/@s/b/package.json': manifest('@s/b', '2.0.0'),
  'node_modules/@s/b/node_modules/a/package.json': manifest('a', '1.0.0'),
  'node_modules/c/package.json': '{"main":"c.js"}',
  'dist/index.js': 'code',
};

describe('an archive of Electron', () => {
  it('lists the packages in its node_modules', async () => {
    const result = await readCatalog(asar, '/opt/app/resources/app.asar', asarOf(FILES));
    expect(listed(result)).toEqual(['@s/b@2.0.0', 'a@1.0.0', 'a@1.2.5', 'c@']);
    expect(gaps(result)).toBe(0);
  });

  it('leaves out what lies unpacked beside it', async () => {
    const rows = { 'node_modules/a/package.json': { size: 10, unpacked: true } };
    expect(listed(await readCatalog(asar, '/a.asar', asarOf(FILES, rows)))).not.toContain(
      'a@1.2.5',
    );
  });

  it.each([
    ['a body that is no JSON', { 'node_modules/a/package.json': '{' }],
    ['a body of another kind', { 'node_modules/a/package.json': '[]' }],
  ])('has a gap for %s', async (_name, files) => {
    expect(gaps(await readCatalog(asar, '/a.asar', asarOf(files)))).toBe(1);
  });

  it.each<[string, Buffer]>([
    ['cut off in its header', asarOf(FILES).subarray(0, 100)],
    [
      'without a list of files',
      Buffer.from(asarOf({}).toString('latin1').replace('files', 'filez'), 'latin1'),
    ],
    ['with a row that is a text', asarOf({ a: '' }, { a: 'x' as unknown as object })],
    [
      'with a body behind its end',
      asarOf(FILES, { 'node_modules/a/package.json': { size: 10, offset: '99999' } }),
    ],
    [
      'with an offset that is no number',
      asarOf(FILES, { 'node_modules/a/package.json': { size: 10, offset: '-1' } }),
    ],
    [
      'with a size that is no number',
      asarOf(FILES, { 'node_modules/a/package.json': { size: '1', offset: '0' } }),
    ],
  ])('is refused %s', async (_name, body) => {
    await expect(readCatalog(asar, '/a.asar', body)).rejects.toThrow(ParseError);
  });

  it.each([['text'], [''], ['AsaR\u0000\u0000\u0000\u0000'.repeat(4)]])(
    'is none where it begins with %j',
    async (body) => {
      const result = await readCatalog(asar, '/a.asar', body);
      expect(result.packages).toEqual([]);
      expect(gaps(result)).toBe(0);
    },
  );

  it('survives hostile input', async () => {
    await survivesHostileInput(asar, '/a.asar', asarOf(FILES));
  });
});

const inZip = (path: string, body: string): Buffer => Buffer.from(zip([{ name: path, body }]));

describe('an archive of the cache of Yarn', () => {
  it.each([
    ['a-npm-1.2.5-0123456789-10c0.zip', 'a', '1.2.5'],
    ['a-npm-1.2.5-0123456789-8.zip', 'a', '1.2.5'],
    ['a-npm-1.2.5-0123456789.zip', 'a', '1.2.5'],
    ['@s-a-npm-1.2.5-0123456789-10c0.zip', '@s/a', '1.2.5'],
    ['a-b-npm-2.0.0-rc.1-0123456789-10c0.zip', 'a-b', '2.0.0-rc.1'],
  ])('%s holds a package and names its version', async (file, name, version) => {
    const body = inZip(`node_modules/${name}/package.json`, manifest(name, version));
    const { packages } = await readCatalog(yarnZip, `/app/.yarn/cache/${file}`, body);
    expect(packages).toMatchObject([
      { name, version, versionClaims: [{ by: 'file name', version, weight: 'binding' }] },
    ]);
  });

  it.each([
    ['a patch', 'a-patch-0123456789-0123456789.zip'],
    ['a repository', 'a-https-0123456789-0123456789.zip'],
  ])('of %s names no version', async (_name, file) => {
    const body = inZip('node_modules/a/package.json', manifest('a', '1.0.0'));
    const { packages } = await readCatalog(yarnZip, `/app/.yarn/cache/${file}`, body);
    expect(packages).toEqual([{ name: 'a', version: '1.0.0' }]);
  });

  it('lists a package without a version by its directory', async () => {
    const body = inZip('node_modules/a/package.json', '{}');
    const path = '/app/.yarn/cache/a-npm-1.2.5-0123456789-10c0.zip';
    expect((await readCatalog(yarnZip, path, body)).packages).toMatchObject([
      { name: 'a', version: '', versionClaims: [{ version: '1.2.5' }] },
    ]);
  });

  it('is refused where it is damaged', async () => {
    await expect(readCatalog(yarnZip, '/app/.yarn/cache/a.zip', 'PK\u0003\u0004')).rejects.toThrow(
      ParseError,
    );
  });
});

describe('a bundle', () => {
  const bundle = (...paths: readonly string[]): Buffer =>
    Buffer.from(zip(paths.map((name) => ({ name, body: manifest('a', '1.2.5') }))));

  it.each([
    ['of a function', '/srv/function.zip', 'node_modules/a/package.json'],
    ['of a layer of functions', '/srv/layer.ZIP', 'nodejs/node_modules/a/package.json'],
    ['of a release', '/srv/app-1.0.zip', 'app-1.0/node_modules/a/package.json'],
    ['with packages in packages', '/a.zip', 'node_modules/b/node_modules/a/package.json'],
  ])('%s lists the packages in its node_modules', async (_name, path, member) => {
    expect(listed(await readCatalog(nodeZip, path, bundle(member, 'index.js')))).toEqual([
      'a@1.2.5',
    ]);
  });

  it.each<[string, string, Buffer]>([
    ['without packages', '/a.zip', bundle('package.json', 'a/package.json', 'node_modules/.bin/a')],
    ['of a cache of Yarn', '/app/.yarn/cache/a.zip', bundle('node_modules/a/package.json')],
    ['that is none', '/a.zip', Buffer.from('text')],
    ['that is cut off', '/a.zip', bundle('node_modules/a/package.json').subarray(0, 60)],
  ])('%s is left alone', async (_name, path, body) => {
    expect(await readCatalog(nodeZip, path, body)).toEqual({ packages: [] });
  });

  it('has a gap for a package that cannot be read', async () => {
    const body = Buffer.from(zip([{ name: 'node_modules/a/package.json', body: '{' }]));
    expect(gaps(await readCatalog(nodeZip, '/a.zip', body))).toBe(1);
  });
});

describe('the loader of Yarn', () => {
  const entry = (reference: string, location: string): string =>
    `["${reference}", {\\\n  "packageLocation": "${location}",\\\n  "linkType": "HARD"\\\n}]`;
  const read = async (...entries: readonly string[]): Promise<readonly string[]> => {
    const text = `const RAW_RUNTIME_STATE =\n'{\\\n"packageRegistryData": [["a", [${entries.join(',')}]]]}';`;
    const { externalClaims = [] } = await readCatalog(yarnPnp, '/app/.pnp.cjs', text);
    return externalClaims.map(({ of, versionClaims: [claim] = [] }) =>
      of.kind === 'record' ? `${of.path} ${of.name ?? ''} ${claim?.version ?? ''}` : '',
    );
  };

  it.each([
    ['npm:1.2.5', './.yarn/cache/a.zip/node_modules/a/', '/app/.yarn/cache/a.zip a 1.2.5'],
    ['npm:1.0.0', './.yarn/cache/b.zip/node_modules/@s/b/', '/app/.yarn/cache/b.zip @s/b 1.0.0'],
    [
      'npm:1.0.0',
      '../root/.yarn/berry/cache/a.zip/node_modules/a/',
      '/root/.yarn/berry/cache/a.zip a 1.0.0',
    ],
    [
      'virtual:0a#npm:1.0.0',
      './.yarn/__virtual__/a-virtual-0a/0/cache/a.zip/node_modules/a/',
      '/app/.yarn/cache/a.zip a 1.0.0',
    ],
    [
      'virtual:0a#npm:1.0.0',
      './.yarn/__virtual__/a-virtual-0a/2/root/.yarn/berry/cache/a.zip/node_modules/a/',
      '/root/.yarn/berry/cache/a.zip a 1.0.0',
    ],
    [
      'patch:a@npm%3A1.0.0#~/a.patch',
      './.yarn/cache/p.zip/node_modules/a/',
      '/app/.yarn/cache/p.zip a ',
    ],
  ])('names the archive of %s at %s', async (reference, location, expected) => {
    expect(await read(entry(reference, location))).toEqual([expected]);
  });

  it('names none for packages on disk', async () => {
    expect(
      await read(
        entry('workspace:.', './'),
        entry('npm:1.0.0', './.yarn/unplugged/a-npm-1/node_modules/a/'),
      ),
    ).toEqual([]);
  });
});
