import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../../test/support/catalog-file.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { CatalogedPackage, CatalogResult } from '../../../core/model/catalog/catalog.ts';
import { folderClaim } from './python-version-claims.ts';
import { distInfo } from './dist-info.ts';
import { eggInfo } from './egg-info.ts';

const SITE = '/usr/lib/python3/site-packages';

function siblings(files: Readonly<Record<string, string>>): Parameters<typeof distInfo.read>[1] {
  const map = new Map(Object.entries(files));
  return {
    get: (path) => {
      const body = map.get(path);
      return body === undefined ? undefined : catalogFile(path, body);
    },
  };
}

async function readWith(
  files: Readonly<Record<string, string>>,
): Promise<CatalogedPackage | undefined> {
  const path = `${SITE}/My_App-1.2.dist-info/METADATA`;
  const file = catalogFile(path, 'Name: My.App\nVersion: 1.2\n');
  const result = await distInfo.read(file, siblings(files), quietContext());
  return result.packages[0];
}

describe('folderClaim', () => {
  it.each([
    ['my_app-1.2.dist-info/METADATA', '1.2', '1.2'],
    ['My.App-1.3.dist-info/METADATA', '1.2', '1.3'],
    ['my-app-1.2.dist-info/METADATA', '1.2', '1.2'],
    ['my_app-1.2_ubuntu1.dist-info/METADATA', '1.2+ubuntu1', '1.2+ubuntu1'],
    ['my_app-1.2-py3.11.egg-info', '1.2', '1.2'],
    ['my_app-1.2-py2.7-linux-x86_64.egg-info/PKG-INFO', '1.3', '1.2'],
    ['my_app-1.2-py3.9.egg/EGG-INFO/PKG-INFO', '1.2', '1.2'],
    ['my_app-1.2-py3.9.egg', '1.2', '1.2'],
    ['my_app.egg-info/PKG-INFO', '1.2', undefined],
    // Of another name, which contradicts as well; eggs are called after anything.
    ['other-1.3.dist-info/METADATA', '1.2', '1.3'],
    ['other-1.3-py3.11.egg-info', '1.2', undefined],
    ['PKG-INFO', '1.2', undefined],
  ])('%s with version %s claims %s', (path, version, claimed) => {
    const claims = folderClaim(`${SITE}/${path}`, { name: 'my-app', version });
    expect(claims.map((claim) => claim.version)).toEqual(claimed === undefined ? [] : [claimed]);
    expect(claims.every(({ weight }) => weight === 'binding')).toBe(true);
  });
});

describe('codeClaim', () => {
  it.each([
    ['the module of the name', { 'my_app/__init__.py': "x = 1\n__version__ = '1.2'\n" }, '1.2'],
    ['a typed one', { 'my_app/__init__.py': '__version__: str = "1.1"\n' }, '1.1'],
    [
      'the only module named',
      { 'My_App-1.2.dist-info/top_level.txt': 'yaml\n', 'yaml/__init__.py': '__version__="6"' },
      '6',
    ],
    [
      'one of several modules',
      {
        'My_App-1.2.dist-info/top_level.txt': 'yaml\n_yaml\n',
        'my_app/__init__.py': '__version__="6"',
      },
      '6',
    ],
    ['an expression', { 'my_app/__init__.py': '__version__ = ".".join(x)\n' }, undefined],
    ['one inside a function', { 'my_app/__init__.py': '  __version__ = "1"\n' }, undefined],
    ['no module', {}, undefined],
  ])('reads %s', async (_name, files, version) => {
    const below = Object.entries(files).map(([path, body]) => [`${SITE}/${path}`, body]);
    const pkg = await readWith(Object.fromEntries(below) as Record<string, string>);
    const claim = pkg?.versionClaims?.find(({ by }) => by === '__version__');
    expect(claim?.version).toBe(version);
    if (claim !== undefined) expect(claim.weight).toBe('hint');
  });
});

describe('directUrl', () => {
  const sum = 'a'.repeat(64);
  it.each([
    [
      'a repository',
      '{"url":"https://me:secret@example.org/a.git","vcs_info":{"vcs":"git","commit_id":"abc"}}',
      { qualifiers: new Map([['vcs_url', 'git+https://example.org/a.git@abc']]) },
    ],
    [
      'an archive',
      `{"url":"file:///a.whl","archive_info":{"hashes":{"sha256":"${sum}"}}}`,
      { digests: [`sha256:${sum}`] },
    ],
    [
      'an archive, in the older form',
      `{"url":"file:///a.whl","archive_info":{"hash":"sha256=${sum}"}}`,
      { digests: [`sha256:${sum}`] },
    ],
    ['a folder', '{"url":"file:///a","dir_info":{"editable":true}}', {}],
    ['anything else', '[]', {}],
    ['a broken file', '{', {}],
  ])('reads the origin of %s', async (_name, text, expected) => {
    const pkg = await readWith({ [`${SITE}/My_App-1.2.dist-info/direct_url.json`]: text });
    expect(pkg).toMatchObject(expected);
    if (!('digests' in expected)) expect(pkg).not.toHaveProperty('digests');
  });
});

describe('eggInfo', () => {
  it('claims what its name says', async () => {
    const file = catalogFile(`${SITE}/a-1.egg-info/PKG-INFO`, 'Name: a\nVersion: 2\n');
    const result = await eggInfo.read(file, siblings({}), quietContext());
    expect(result.packages[0]?.versionClaims).toMatchObject([
      { by: 'directory name', version: '1' },
    ]);
  });
});

const samples = sharedPath('samples/python');

describe.skipIf(!samples)('real folders (needs ../shared)', () => {
  it.each([
    ['pip-clean', '1.4.2', '1.4.2'],
    ['pip-tampered-metadata', '1.5.0', '1.4.2'],
    ['pip-tampered-consistent', '1.5.0', '1.4.2'],
  ])('%s says %s, and its folder %s', async (sample, version, claimed) => {
    const path = 'lib/python3.11/site-packages/assay_sample_dist-1.4.2.dist-info/METADATA';
    const file = catalogFile(`/${path}`, readFileSync(`${samples ?? ''}/${sample}/${path}`));
    const { packages } = await distInfo.read(file, siblings({}), quietContext());
    expect(packages).toMatchObject([{ version, versionClaims: [{ version: claimed }] }]);
  });

  it('Debian names its folders by the version', async () => {
    const root = `${samples ?? ''}/debian-dist-packages`;
    const paths = readdirSync(root, { recursive: true, encoding: 'utf8' });
    const metadata = paths.filter((path) =>
      /\.(?:dist-info\/METADATA|egg-info\/PKG-INFO)$/.test(path),
    );
    expect(metadata.length).toBeGreaterThan(10);
    for (const path of metadata) {
      const file = catalogFile(`/${path}`, readFileSync(`${root}/${path}`));
      const reader = path.endsWith('METADATA') ? distInfo : eggInfo;
      const result: CatalogResult = await reader.read(file, siblings({}), quietContext());
      for (const { version, versionClaims } of result.packages) {
        expect(versionClaims?.map((claim) => claim.version)).toEqual([version]);
      }
    }
  });
});
