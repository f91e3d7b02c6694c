/**
 * Node projects: which `package.json` is a gap, judged by the documentation of npm, Yarn and pnpm.
 */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedImage,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const EXPRESS = { name: 'app', version: '1.0.0', dependencies: { express: '^4.17.0' } };

function lockOf(
  versions: Readonly<Record<string, string>>,
  members: readonly string[] = [],
): object {
  const packages: Record<string, object> = { '': {} };
  for (const path of members) packages[path] = {};
  for (const [name, version] of Object.entries(versions)) {
    packages[`node_modules/${name}`] = { version };
  }
  return { lockfileVersion: 3, packages };
}

describe('a package.json alone', () => {
  it('lists its exact versions, and is a gap for what they request', async () => {
    const result = await scannedTree({ 'package.json': { dependencies: { minimist: '1.2.5' } } });
    expect(packagesIn(result)).toEqual(['minimist@1.2.5']);
    expect(gapsIn(result)).toEqual([
      '/package.json: pins "minimist", and no lockfile pins the dependencies of that package',
    ]);
  });

  it.each([
    ['an equals sign', '=1.2.5', '1.2.5'],
    ['a v', 'v1.2.5', '1.2.5'],
    ['two bounds that meet', '>=1.2.5 <=1.2.5', '1.2.5'],
    ['a pre-release', '2.0.0-rc.1', '2.0.0-rc.1'],
    ['an alias', 'npm:minimist@1.2.5', '1.2.5'],
  ])('takes %s for an exact version', async (_name, range, version) => {
    const result = await scannedTree({ 'package.json': { dependencies: { minimist: range } } });
    expect(packagesIn(result)).toEqual([`minimist@${version}`]);
    expect(gapsIn(result)[0]).toMatch('pins "minimist"');
  });

  it.each([
    '^1.2.5',
    '~1.2.5',
    '1.2',
    '1.x',
    '*',
    '',
    'latest',
    '>=1.2.5',
    '1.2.5 || 1.2.6',
    'github:a/minimist',
    'https://h.example/minimist.tgz',
    'git+https://h.example/a.git#1234567',
    'npm:minimist@^1',
    'file:../minimist.tgz',
    'catalog:',
  ])('is a gap for the range %j', async (range) => {
    const result = await scannedTree({ 'package.json': { dependencies: { minimist: range } } });
    expect(packagesIn(result)).toEqual([]);
    expect(gapsIn(result)).toEqual(['/package.json: requests "minimist", which no lockfile pins']);
  });

  it.each<[string, object]>([
    ['nothing', {}],
    ['dependencies of development', { devDependencies: { jest: '^29', a: '1.0.0' } }],
    ['peers', { peerDependencies: { react: '^18' } }],
    ['a directory', { dependencies: { a: 'file:../a', b: 'link:./b', c: '../c', d: 'portal:d' } }],
    ['members of its workspace', { dependencies: { a: 'workspace:*', b: 'workspace:^1.0.0' } }],
  ])('is none for %s', async (_name, fields) => {
    expect(gapsIn(await scannedTree({ 'package.json': { name: 'x', ...fields } }))).toEqual([]);
  });

  it('counts optional dependencies, which npm installs as well', async () => {
    const result = await scannedTree({ 'package.json': { optionalDependencies: { a: '^1' } } });
    expect(gapsIn(result)).toHaveLength(1);
  });

  it('counts a dependency that is for development as well', async () => {
    const both = { dependencies: { a: '^1' }, devDependencies: { a: '^1' } };
    expect(gapsIn(await scannedTree({ 'package.json': both }))).toHaveLength(1);
  });

  it('names what is missing, and how much more', async () => {
    const dependencies = { a: '^1', b: '^1', c: '^1', d: '^1', e: '1.0.0' };
    expect(gapsIn(await scannedTree({ 'package.json': { dependencies } }))).toEqual([
      '/package.json: requests "a", "b", "c" and 1 more, which no lockfile pins',
    ]);
  });

  it.each(['test/fixtures/app/package.json', '__tests__/a/package.json'])(
    'is a note at %s of a source tree, and a gap of an image',
    async (path) => {
      expect(gapsIn(await scannedTree({ [path]: EXPRESS }))).toEqual([]);
      expect(gapsIn(await scannedImage([{ [`/srv/${path}`]: EXPRESS }]))).toHaveLength(1);
    },
  );
});

describe('a package.json with a lockfile', () => {
  const yarn1 = '# yarn lockfile v1\n\n\nexpress@^4.17.0:\n  version "4.17.1"\n';
  const pnpm =
    "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      express:\n        specifier: ^4.17.0\n        version: 4.17.1\npackages:\n  express@4.17.1:\n    resolution: {integrity: sha512-AAAA}\nsnapshots:\n  express@4.17.1: {}\n";

  it.each<[string, Files]>([
    ['npm', { 'package-lock.json': lockOf({ express: '4.17.1' }) }],
    ['npm shrinkwrap', { 'npm-shrinkwrap.json': lockOf({ express: '4.17.1' }) }],
    ['Yarn', { 'yarn.lock': yarn1 }],
    ['pnpm', { 'pnpm-lock.yaml': pnpm }],
    [
      'Bun',
      {
        'bun.lock': {
          lockfileVersion: 1,
          workspaces: { '': { dependencies: { express: '^4.17.0' } } },
          packages: { express: ['express@4.17.1', '', {}, ''] },
        },
      },
    ],
  ])('of %s beside it is none', async (_name, lock) => {
    expect(gapsIn(await scannedTree({ 'package.json': EXPRESS, ...lock }))).toEqual([]);
    expect(
      gapsIn(await scannedImage([{ '/app/package.json': EXPRESS }, below('/app/', lock)])),
    ).toEqual([]);
  });

  it.each<[string, Files, string]>([
    [
      'lacks the package',
      { 'package-lock.json': lockOf({ lodash: '4.17.21' }) },
      '/package-lock.json',
    ],
    [
      'holds another version',
      { 'package-lock.json': lockOf({ express: '3.0.0' }) },
      '/package-lock.json',
    ],
  ])('that %s is a gap', async (_name, lock, stale) => {
    expect(gapsIn(await scannedTree({ 'package.json': EXPRESS, ...lock }))).toEqual([
      `/package.json: requests "express", which "${stale}" does not pin`,
    ]);
  });

  it('that lacks the package and says so itself is one gap', async () => {
    const lock = { 'yarn.lock': yarn1.replaceAll('express', 'koa') };
    const result = await scannedTree({ 'package.json': EXPRESS, ...lock });
    expect(gapsIn(result)).toEqual([]);
    expect(gapsIn(result, 'unreadable')).toHaveLength(1);
  });

  it.each([
    ['another name', 'package-lock.json.bak'],
    ['another directory', 'other/package-lock.json'],
    ['a directory below', 'src/package-lock.json'],
  ])('of %s resolves nothing', async (_name, path) => {
    const files = { 'package.json': EXPRESS, [path]: lockOf({ express: '4.17.1' }) };
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });

  it('of a project above resolves nothing, unless its workspace has the member', async () => {
    const lock = lockOf({ express: '4.17.1' });
    const nested = {
      'package.json': { name: 'root' },
      'package-lock.json': lock,
      'a/package.json': EXPRESS,
    };
    expect(gapsIn(await scannedTree(nested))).toHaveLength(1);
    const member = { ...nested, 'package-lock.json': lockOf({ express: '4.17.1' }, ['a']) };
    expect(gapsIn(await scannedTree(member))).toEqual([]);
    const globs = {
      ...nested,
      'package.json': { name: 'root', workspaces: ['./a', 'packages/*'] },
    };
    expect(gapsIn(await scannedTree(globs))).toEqual([]);
    const excluded = { ...nested, 'package.json': { workspaces: { packages: ['*', '!a'] } } };
    expect(gapsIn(await scannedTree(excluded))).toHaveLength(1);
  });

  it('resolves members that request each other by a range', async () => {
    const files = {
      'package.json': { workspaces: ['packages/*'] },
      'package-lock.json': lockOf({ express: '4.17.1' }, ['packages/a', 'packages/b']),
      'packages/a/package.json': {
        name: '@my/a',
        version: '1.0.0',
        dependencies: { '@my/b': '^1.0.0' },
      },
      'packages/b/package.json': {
        name: '@my/b',
        version: '1.0.0',
        dependencies: { express: '^4' },
      },
    };
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it('may hold a version outside of the range where the project overrides it', async () => {
    const lock = { 'package-lock.json': lockOf({ express: '5.0.0' }) };
    const project = { ...EXPRESS, overrides: { express: '5.0.0' } };
    expect(gapsIn(await scannedTree({ 'package.json': project, ...lock }))).toEqual([]);
  });

  it('may lack what is optional', async () => {
    const project = { ...EXPRESS, optionalDependencies: { fsevents: '^2' } };
    const files = { 'package.json': project, 'package-lock.json': lockOf({ express: '4.17.1' }) };
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it('that is not read is a gap of its own, and only that', async () => {
    const result = await scannedTree({ 'package.json': EXPRESS, 'bun.lockb': 'x' });
    expect(gapsIn(result)).toEqual([]);
    expect(gapsIn(result, 'noAdvisoryData')).toHaveLength(1);
  });
});

describe('a package.json with what it requests installed', () => {
  const installed = { name: 'express', version: '4.17.1' };

  it.each<[string, Files]>([
    ['beside it', { '/app/node_modules/express/package.json': installed }],
    ['above it', { '/node_modules/express/package.json': installed }],
  ])('%s is none', async (_name, files) => {
    expect(gapsIn(await scannedImage([{ '/app/package.json': EXPRESS }, files]))).toEqual([]);
    expect(gapsIn(await scannedTree({ '/app/package.json': EXPRESS, ...files }))).toEqual([]);
  });

  it('through the links of pnpm is none', async () => {
    const files = {
      'package.json': EXPRESS,
      'node_modules/.pnpm/express@4.17.1/node_modules/express/package.json': installed,
    };
    const links = { 'node_modules/express': '.pnpm/express@4.17.1/node_modules/express' };
    expect(gapsIn(await scannedTree(files, { links }))).toEqual([]);
    expect(gapsIn(await scannedTree(files))).toHaveLength(1);
  });

  it.each<[string, Files]>([
    [
      'in a version outside of the range',
      { '/app/node_modules/express/package.json': { ...installed, version: '3.0.0' } },
    ],
    ['in the wrong place', { '/other/node_modules/express/package.json': installed }],
    [
      'below another package alone',
      {
        '/app/node_modules/a/package.json': { name: 'a', version: '1.0.0' },
        '/app/node_modules/a/node_modules/express/package.json': installed,
      },
    ],
    [
      'behind a nearer one of another version',
      {
        '/node_modules/express/package.json': installed,
        '/app/node_modules/express/package.json': { name: 'express', version: '1.0.0' },
      },
    ],
    ['without a version', { '/app/node_modules/express/package.json': { name: 'express' } }],
  ])('%s is a gap', async (_name, files) => {
    expect(gapsIn(await scannedImage([{ '/app/package.json': EXPRESS, ...files }]))).toHaveLength(
      1,
    );
  });

  it('but for one dependency is a gap', async () => {
    const project = { dependencies: { express: '^4', koa: '^2' } };
    const files = { 'package.json': project, 'node_modules/express/package.json': installed };
    expect(gapsIn(await scannedTree(files))).toEqual([
      '/package.json: requests "express" and "koa", which no lockfile pins',
    ]);
  });

  it('by an alias is found in the directory of the alias', async () => {
    const project = { dependencies: { four: 'npm:express@^4' } };
    const files = { 'package.json': project, 'node_modules/four/package.json': installed };
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it('is none for optional dependencies of other systems, where npm has run', async () => {
    const project = { optionalDependencies: { fsevents: '^2' } };
    const hidden = { lockfileVersion: 3, packages: {} };
    const files = { 'package.json': project, 'node_modules/.package-lock.json': hidden };
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it('is a gap where a higher layer takes the package away', async () => {
    const layers = [
      { '/app/package.json': EXPRESS, '/app/node_modules/express/package.json': installed },
      { '/app/node_modules/express/.wh.package.json': '' },
    ];
    expect(gapsIn(await scannedImage(layers))).toHaveLength(1);
  });
});

function below(prefix: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, body]) => [prefix + path, body]));
}
