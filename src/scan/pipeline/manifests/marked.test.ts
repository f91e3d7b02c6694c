/** Lockfiles that mark for development what the manifest beside them requests for run time. */

import { describe, expect, it } from 'vitest';

import {
  gapsIn,
  packagesIn,
  scannedTree,
  type Files,
} from '../../../../test/support/scanned-files.ts';

const asText = (value: unknown): string => JSON.stringify(value);
const manifest = (fields: object): object => ({ name: 'app', version: '1.0.0', ...fields });

/** A lockfile whose own rows agree with each other. */
const npmLock = (marks: object, root: object = { devDependencies: { x: '^1' } }): object => ({
  lockfileVersion: 3,
  packages: { '': root, 'node_modules/x': { version: '1.0.0', ...marks } },
});
const pipfile = (section: string): string => `[${section}]\nx = ">=1"\n`;
const pipfileLock = (section: string): string =>
  asText({ _meta: {}, default: {}, develop: {}, [section]: { x: { version: '==1.0.0' } } });
const poetryProject = (group: string): string => `[tool.poetry.${group}]\nx = "^1"\n`;

const REQUESTED = { dependencies: { x: '^1' } };

describe('a lockfile that marks for development what the manifest requests for run time', () => {
  it.each<[string, Files]>([
    ['npm', { 'package.json': manifest(REQUESTED), 'package-lock.json': npmLock({ dev: true }) }],
    [
      'npm, with the package installed',
      {
        'package.json': manifest(REQUESTED),
        'package-lock.json': npmLock({ dev: true }),
        'node_modules/x/package.json': { name: 'x', version: '1.0.0' },
      },
    ],
    [
      'an optional dependency',
      {
        'package.json': manifest({ optionalDependencies: { x: '^1' } }),
        'package-lock.json': npmLock({ dev: true }),
      },
    ],
    [
      'a shrinkwrap',
      { 'package.json': manifest(REQUESTED), 'npm-shrinkwrap.json': npmLock({ dev: true }) },
    ],
    [
      'pnpm',
      {
        'package.json': manifest(REQUESTED),
        'pnpm-lock.yaml':
          "lockfileVersion: '9.0'\nimporters:\n  .:\n    devDependencies:\n      x:\n        specifier: ^1\n        version: 1.0.0\npackages:\n  x@1.0.0: {}\nsnapshots:\n  x@1.0.0: {}\n",
      },
    ],
    ['Pipenv', { Pipfile: pipfile('packages'), 'Pipfile.lock': pipfileLock('develop') }],
  ])('is a gap: %s', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toEqual([
      expect.stringMatching(
        /requests "x" for run time, and ".*" has some of them for development/u,
      ),
    ]);
  });

  it.each<[string, Files]>([
    ['the same in both', { 'package.json': manifest(REQUESTED), 'package-lock.json': npmLock({}) }],
    [
      'a request for development',
      {
        'package.json': manifest({ devDependencies: { x: '^1' } }),
        'package-lock.json': npmLock({ dev: true }),
      },
    ],
    [
      'a request for both, which npm 11 marks for development',
      {
        'package.json': manifest({ ...REQUESTED, devDependencies: { x: '^1' } }),
        'package-lock.json': npmLock({ dev: true }, { ...REQUESTED, devDependencies: { x: '^1' } }),
      },
    ],
    [
      'a member that only the development of the workspace needs',
      {
        'package.json': manifest({ devDependencies: { m: 'file:m' } }),
        'package-lock.json': {
          lockfileVersion: 3,
          packages: {
            '': { devDependencies: { m: 'file:m' } },
            m: { version: '1.0.0', dev: true, dependencies: { x: '^1' } },
            'node_modules/m': { resolved: 'm', link: true },
            'node_modules/x': { version: '1.0.0', dev: true },
          },
        },
        'm/package.json': { name: 'm', version: '1.0.0', ...REQUESTED },
      },
    ],
    ['Pipenv', { Pipfile: pipfile('packages'), 'Pipfile.lock': pipfileLock('default') }],
    [
      'Pipenv for development',
      { Pipfile: pipfile('dev-packages'), 'Pipfile.lock': pipfileLock('develop') },
    ],
    [
      'Poetry for development',
      {
        'pyproject.toml': poetryProject('group.dev.dependencies'),
        'poetry.lock': '[[package]]\nname = "x"\nversion = "1.0.0"\ngroups = ["dev"]\n',
      },
    ],
    [
      'pinned requirements for development beside those of run time',
      {
        'pyproject.toml': '[project]\nname = "app"\nversion = "1.0.0"\ndependencies = ["x>=1"]\n',
        'requirements.txt': 'x==1.0.0\n',
        'requirements-dev.txt': 'x==1.0.0\n',
      },
    ],
  ])('is none: %s', async (_name, files) => {
    expect(gapsIn(await scannedTree(files))).toEqual([]);
  });

  it('lists the exact versions that the manifest requests', async () => {
    const result = await scannedTree({
      'package.json': manifest({ dependencies: { x: '1.0.0' } }),
      'package-lock.json': npmLock({ dev: true }),
    });
    expect(packagesIn(result)).toContain('x@1.0.0');
  });
});
