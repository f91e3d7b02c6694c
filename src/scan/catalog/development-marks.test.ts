/**
 * Marks for development that the edges of the same file contradict, and those that package managers
 * write.
 */

import { describe, expect, it } from 'vitest';

import { readAmong } from '../../../test/support/catalog-file.ts';
import type { Cataloger } from './cataloger.ts';
import { packageLock } from './npm/package-lock.ts';
import { pnpmLock } from './npm/pnpm-lock.ts';
import { composerLock } from './packagist/composer-lock.ts';
import { installedJson } from './packagist/installed-json.ts';
import { pubspecLock } from './pub/pubspec-lock.ts';
import { pdmLock } from './pypi/pdm-lock.ts';
import { poetryLock } from './pypi/poetry-lock.ts';

type Files = Readonly<Record<string, string>>;

/** The scope of the package "x", and how many notes speak of it. */
async function markOf(
  cataloger: Cataloger,
  files: Files,
): Promise<readonly [string | undefined, number]> {
  const { packages, diagnostics = [] } = await readAmong(cataloger, files);
  const pkg = packages.find(({ name }) => name === 'x' || name === 'v/x');
  const notes = diagnostics.filter(({ message }) => message.includes('marked for development'));
  expect(notes.every(({ gap }) => gap === undefined)).toBe(true);
  return [pkg?.scope, notes.length];
}

const json = (value: unknown): string => JSON.stringify(value, undefined, 1);
const v3 = (packages: Readonly<Record<string, object>>): Files => ({
  '/app/package-lock.json': json({ lockfileVersion: 3, packages }),
});
const v1 = (dependencies: object): Files => ({
  '/app/package-lock.json': json({ lockfileVersion: 1, dependencies }),
});
const X = { version: '1.0.0', dev: true };
const A = { version: '1.0.0', dependencies: { x: '1' } };
const DEV_A = { ...A, dev: true };
const IN = 'node_modules/';

const pnpm = (lines: string): Files => ({
  '/app/pnpm-lock.yaml': `lockfileVersion: '6.0'\n${lines}`,
});
const composer = (lock: object, project?: object): Files => ({
  '/app/composer.lock': json(lock),
  ...(project !== undefined && { '/app/composer.json': json(project) }),
});
const VX = { name: 'v/x', version: '1.0.0' };
const needingX = { name: 'v/a', version: '1.0.0', require: { 'v/x': '1' } };
const vendored = (rows: readonly object[], names: readonly string[]): Files => ({
  '/app/vendor/composer/installed.json': json({ packages: rows, 'dev-package-names': names }),
});
const toml = (name: string, lines: string, project?: string): Files => ({
  [`/app/${name}`]: lines,
  ...(project !== undefined && { '/app/pyproject.toml': project }),
});
const table = (name: string, lines: string): string =>
  `[[package]]\nname = "${name}"\nversion = "1.0"\n${lines}\n`;
const poetry = (x: string, a: string, project?: string): Files =>
  toml('poetry.lock', table('x', x) + table('a', a), project);
const needs = (wanted: string): string => `\n[package.dependencies]\nx = ${wanted}\n`;
const pdm = (x: string, a: string): Files => toml('pdm.lock', table('x', x) + table('a', a));
const pub = (project: string): Files => ({
  '/app/pubspec.lock':
    'packages:\n  x:\n    dependency: "direct dev"\n    source: hosted\n    version: "1.0.0"\nsdks:\n  dart: ">=3.0.0"\n',
  '/app/pubspec.yaml': project,
});

describe('a mark for development that the same file contradicts', () => {
  it.each<[string, Cataloger, Files]>([
    ['npm: the project', packageLock, v3({ '': { dependencies: { x: '1' } }, [`${IN}x`]: X })],
    [
      'npm: an optional dependency of the project',
      packageLock,
      v3({ '': { optionalDependencies: { x: '1' } }, [`${IN}x`]: X }),
    ],
    [
      'npm: the project has it among both, as npm 11 marks it',
      packageLock,
      v3({ '': { dependencies: { x: '1' }, devDependencies: { x: '1' } }, [`${IN}x`]: X }),
    ],
    ['npm: a package', packageLock, v3({ '': {}, [`${IN}a`]: A, [`${IN}x`]: X })],
    [
      'npm: a package that is marked and needed',
      packageLock,
      v3({ '': { dependencies: { a: '1' } }, [`${IN}a`]: DEV_A, [`${IN}x`]: X }),
    ],
    [
      'npm: a member of the workspace',
      packageLock,
      v3({
        '': { workspaces: ['m'] },
        m: { version: '1.0.0', dependencies: { x: '1' } },
        [`${IN}m`]: { resolved: 'm', link: true },
        [`${IN}x`]: X,
      }),
    ],
    [
      'npm: a package with a copy of its own',
      packageLock,
      v3({ '': {}, [`${IN}a`]: A, [`${IN}a/${IN}x`]: X }),
    ],
    [
      'npm: both marks',
      packageLock,
      v3({ '': { dependencies: { x: '1' } }, [`${IN}x`]: { ...X, optional: true } }),
    ],
    ['npm 6: a package', packageLock, v1({ a: { version: '1.0.0', requires: { x: '1' } }, x: X })],
    [
      'npm 6: a nested package',
      packageLock,
      v1({ a: { version: '1.0.0', requires: { x: '1' }, dependencies: { x: X } } }),
    ],
    [
      'pnpm: the project',
      pnpmLock,
      pnpm(
        "dependencies:\n  x:\n    specifier: '1'\n    version: 1.0.0\npackages:\n  /x@1.0.0:\n    dev: true\n",
      ),
    ],
    [
      'pnpm: a package',
      pnpmLock,
      pnpm(
        'packages:\n  /x@1.0.0:\n    dev: true\n  /a@1.0.0:\n    dependencies:\n      x: 1.0.0\n    dev: false\n',
      ),
    ],
    [
      'pnpm: a member of the workspace',
      pnpmLock,
      pnpm(
        "importers:\n  m:\n    dependencies:\n      x:\n        specifier: '1'\n        version: 1.0.0\npackages:\n  /x@1.0.0:\n    dev: true\n",
      ),
    ],
    ['Composer: a package', composerLock, composer({ packages: [needingX], 'packages-dev': [VX] })],
    [
      'Composer: the project',
      composerLock,
      composer({ packages: [], 'packages-dev': [VX] }, { require: { 'V/X': '1' } }),
    ],
    [
      'Composer: a package that is marked and needed',
      composerLock,
      composer({ packages: [], 'packages-dev': [needingX, VX] }, { require: { 'v/a': '1' } }),
    ],
    ['Composer: an installed package', installedJson, vendored([needingX, VX], ['v/x'])],
    ['Poetry 1.1', poetryLock, poetry('category = "dev"', `category = "main"${needs('"1"')}`)],
    ['Poetry 2.1', poetryLock, poetry('groups = ["dev"]', `groups = ["main"]${needs('"1"')}`)],
    [
      'Poetry: the project',
      poetryLock,
      poetry('category = "dev"', 'category = "dev"', '[tool.poetry.dependencies]\nx = "1"\n'),
    ],
    ['PDM', pdmLock, pdm('groups = ["dev"]', 'groups = ["default"]\ndependencies = ["X>=1"]')],
    ['Pub', pubspecLock, pub('dependencies:\n  x: any\n')],
  ])('does not count: %s', async (_name, cataloger, files) => {
    expect(await markOf(cataloger, files)).toEqual(['runtime', expect.any(Number)]);
    expect((await markOf(cataloger, files))[1]).toBeGreaterThan(0);
  });

  it.each<[string, Cataloger, Files]>([
    [
      'npm: nothing needs it',
      packageLock,
      v3({ '': { devDependencies: { x: '1' } }, [`${IN}x`]: X }),
    ],
    [
      'npm: a development dependency needs it',
      packageLock,
      v3({ '': { devDependencies: { a: '1' } }, [`${IN}a`]: DEV_A, [`${IN}x`]: X }),
    ],
    [
      'npm: a peer, which --legacy-peer-deps leaves out',
      packageLock,
      v3({ '': {}, [`${IN}a`]: { version: '1.0.0', peerDependencies: { x: '1' } }, [`${IN}x`]: X }),
    ],
    [
      'npm: a package needs its own copy',
      packageLock,
      v3({ '': {}, [`${IN}a`]: A, [`${IN}x`]: X, [`${IN}a/${IN}x`]: { version: '2.0.0' } }),
    ],
    [
      'npm: an extraneous package needs it',
      packageLock,
      v3({ '': {}, [`${IN}a`]: { ...A, extraneous: true }, [`${IN}x`]: X }),
    ],
    [
      'npm: a folder for development needs it',
      packageLock,
      v3({
        '': { devDependencies: { m: 'file:m' } },
        m: { version: '1.0.0', dev: true, dependencies: { x: '1' } },
        [`${IN}m`]: { resolved: 'm', link: true },
        [`${IN}x`]: X,
      }),
    ],
    [
      'npm 6: a development dependency needs it',
      packageLock,
      v1({ a: { version: '1.0.0', dev: true, requires: { x: '1' } }, x: X }),
    ],
    [
      'pnpm: the project asks for it for development',
      pnpmLock,
      pnpm(
        "devDependencies:\n  x:\n    specifier: '1'\n    version: 1.0.0\npackages:\n  /x@1.0.0:\n    dev: true\n",
      ),
    ],
    [
      'Composer: another development package needs it',
      composerLock,
      composer({ packages: [], 'packages-dev': [needingX, VX] }, { 'require-dev': { 'v/a': '1' } }),
    ],
    [
      'Composer: a package provides what is required',
      composerLock,
      composer({
        packages: [needingX, { name: 'v/b', version: '1.0.0', provide: { 'v/x': '1' } }],
        'packages-dev': [VX],
      }),
    ],
    ['Composer: nothing installed needs it', installedJson, vendored([VX], ['v/x'])],
    [
      'Poetry: an extra that is not chosen',
      poetryLock,
      poetry('category = "dev"', `category = "main"${needs('{version = "1", optional = true}')}`),
    ],
    [
      'Poetry: for another platform',
      poetryLock,
      poetry(
        'groups = ["dev"]',
        `groups = ["main"]${needs('{version = "1", markers = "os_name == \'nt\'"}')}`,
      ),
    ],
    [
      'PDM: under a condition',
      pdmLock,
      pdm('groups = ["dev"]', 'groups = ["default"]\ndependencies = ["x>=1; os_name == \'nt\'"]'),
    ],
    ['Pub: the project has it for development', pubspecLock, pub('dev_dependencies:\n  x: any\n')],
  ])('counts where the tool writes it: %s', async (_name, cataloger, files) => {
    expect(await markOf(cataloger, files)).toEqual(['development', 0]);
  });

  it('finds all of a long chain in time linear in its length', async () => {
    const rows: Record<string, object> = { '': { dependencies: { p0: '1' } } };
    for (let at = 0; at < 5000; at += 1) {
      rows[`${IN}p${at}`] = { version: '1.0.0', dev: true, dependencies: { [`p${at + 1}`]: '1' } };
    }
    rows[`${IN}p5000`] = { version: '1.0.0', dev: true };
    const { packages } = await readAmong(packageLock, v3(rows));
    expect(packages).toHaveLength(5001);
    expect(packages.every(({ scope }) => scope === 'runtime')).toBe(true);
  });
});
