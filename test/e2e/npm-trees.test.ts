/** Who depends on whom in real npm projects, compared with `npm ls`. Takes minutes and the user's npm registry. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/base/context.ts';
import type { Inventory } from '../../src/model/package.ts';
import { scan } from '../../src/scan/index.ts';

const isAsked = process.env['ASSAY_TEST_REAL_PROJECTS'] === '1';
const TITLE = isAsked ? 'npm trees' : 'npm trees (skipped: set ASSAY_TEST_REAL_PROJECTS=1)';

/** Old and new packages, with nested versions, scopes, aliases, peers and optional dependencies. */
const PROJECTS: readonly (readonly [string, Readonly<Record<string, object>>])[] = [
  ['express', { dependencies: { express: '4.18.2' } }],
  ['koa', { dependencies: { koa: '2.14.2', 'koa-router': '12.0.1', 'koa-body': '6.0.1' } }],
  ['mocha', { dependencies: {}, devDependencies: { mocha: '10.2.0', chai: '4.3.10' } }],
  ['eslint', { devDependencies: { eslint: '8.50.0', 'eslint-plugin-import': '2.28.1' } }],
  ['webpack', { dependencies: { webpack: '5.90.0', 'webpack-cli': '5.1.4' } }],
  ['gulp', { dependencies: { gulp: '4.0.2' } }],
  [
    'request',
    { dependencies: { request: '2.88.0', bluebird: '3.5.0', 'request-promise': '4.2.5' } },
  ],
  ['babel', { dependencies: { '@babel/core': '7.23.0', '@babel/preset-env': '7.22.20' } }],
  [
    'react',
    {
      dependencies: {
        react: '18.2.0',
        'react-dom': '18.2.0',
        '@mui/material': '5.14.10',
        '@emotion/react': '11.11.1',
        '@emotion/styled': '11.11.0',
      },
    },
  ],
  [
    'alias',
    {
      dependencies: {
        'old-semver': 'npm:semver@5.7.1',
        semver: '7.5.4',
        'node-fetch': '2.6.7',
        optional: 'npm:is-number@6',
      },
    },
  ],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-npm-trees-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Listed {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

type Parents = ReadonlyMap<string, ReadonlySet<string>>;

/** Each package that npm lists, with all that depend on it. A key of `npm ls` is a directory, which an alias renames. */
function parentsByNpm(root: Listed, realName: (directory: string) => string): Parents {
  const parents = new Map<string, Set<string>>();
  const walk = (node: Listed, name: string): void => {
    for (const [directory, child] of Object.entries(node.dependencies ?? {})) {
      if (child.version === undefined) continue;
      const key = `${realName(directory)}@${child.version}`;
      parents.set(key, (parents.get(key) ?? new Set()).add(name));
      walk(child, key);
    }
  };
  walk(root, `${root.name ?? ''}@${root.version ?? ''}`);
  return parents;
}

/** The same by the inventory, for packages that npm knows. */
function parentsByAssay({ packages }: Inventory, known: ReadonlySet<string>): Parents {
  const names = new Map(packages.map(({ id, name, version }) => [id, `${name}@${version}`]));
  const parents = new Map<string, Set<string>>();
  for (const { id, dependsOn } of packages) {
    const parent = names.get(id) ?? '';
    for (const child of dependsOn.map((one) => names.get(one) ?? `unknown ${one}`)) {
      if (!known.has(parent)) continue;
      parents.set(child, (parents.get(child) ?? new Set()).add(parent));
    }
  }
  return parents;
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['old-semver', 'semver'],
  ['optional', 'is-number'],
]);

function plain(parents: Parents): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries([...parents].map(([key, set]) => [key, [...set].sort()]));
}

describe.skipIf(!isAsked)(TITLE, () => {
  it.each(PROJECTS)('%s: npm ls and Assay name the same parents', async (name, fields) => {
    const project = path.join(folder, name);
    mkdirSync(project);
    const manifest = { name: `project-${name}`, version: '1.0.0', ...fields };
    writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync('npm', ['install', ...quiet], { cwd: project, stdio: 'pipe' });
    const listed = execFileSync('npm', ['ls', '--all', '--json'], {
      cwd: project,
      maxBuffer: 256 * 1024 * 1024,
      stdio: 'pipe',
    });
    const report = await scan(
      {
        targets: [{ reference: project, kind: 'directory' }],
        includeDevDependencies: true,
      },
      quietContext(),
    );
    const inventory = report.results[0]?.inventory ?? { inventoryVersion: 0, packages: [] };
    const root = JSON.parse(listed.toString()) as Listed;
    const expected = parentsByNpm(root, (directory) => ALIASES.get(directory) ?? directory);
    const known = new Set([...expected.keys(), `project-${name}@1.0.0`]);
    expect(expected.size).toBeGreaterThan(3);
    expect(plain(parentsByAssay(inventory, known))).toEqual(plain(expected));
  });
});
