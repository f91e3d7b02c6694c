/**
 * Real npm projects: who depends on whom, compared with `npm ls`, and which states of a project
 * leave a gap. Takes minutes and the user's npm registry.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/base/context.ts';
import type { Inventory } from '../../src/core/model/package/package.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { missingTool, needs } from '../support/tools.ts';

const missing =
  process.env['ASSAY_TEST_REAL_PROJECTS'] === '1' ? missingTool('npm') : 'ASSAY_TEST_REAL_PROJECTS';

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
  ['fastify', { dependencies: { fastify: '^4.28.0', '@fastify/cors': '^9.0.1' } }],
  ['axios', { dependencies: { axios: '1.7.2', lodash: '~4.17.20', moment: '2.x' } }],
  ['vue', { dependencies: { vue: '^3.4.0' }, devDependencies: { vite: '5.2.0' } }],
  ['socket.io', { dependencies: { 'socket.io': '^4.7.0', ws: '>=8 <9' } }],
  ['mongoose', { dependencies: { mongoose: '8.4.0' }, optionalDependencies: { fsevents: '2' } }],
  ['winston', { dependencies: { winston: '3.13.0', morgan: '^1.10.0' } }],
  ['yargs', { dependencies: { yargs: '17.7.2', commander: '12.1.0', chalk: '4 || 5' } }],
  ['rxjs', { dependencies: { rxjs: '7.8.1' }, peerDependencies: { tslib: '*' } }],
  ['prettier', { devDependencies: { prettier: '3.3.0', typescript: '5.4.5' } }],
  ['sass', { dependencies: { sass: '1.77.0', uuid: '9.0.1' }, overrides: { immutable: '4.3.5' } }],
];

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-npm-trees-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const NOTHING: Inventory = { inventoryVersion: 0, packages: [] };
/** Fewer would show little; a project of one package without dependencies has its own row alone. */
const MIN_PARENTS = 1;

interface Listed {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

type Parents = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Each package that npm lists, with all that depend on it. A key of `npm ls` is a directory, which
 * an alias renames.
 */
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

describe.skipIf(missing !== undefined)(`npm trees${needs(missing)}`, () => {
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
    const { inventory, gaps } = await scanned(project);
    const root = JSON.parse(listed.toString()) as Listed;
    const expected = parentsByNpm(root, (directory) => ALIASES.get(directory) ?? directory);
    const known = new Set([...expected.keys(), `project-${name}@1.0.0`]);
    expect(expected.size).toBeGreaterThan(MIN_PARENTS);
    expect(plain(parentsByAssay(inventory, known))).toEqual(plain(expected));

    const tree = path.join(project, 'node_modules');
    const away = path.join(folder, `${name}.modules`);
    const isOpen = Object.keys(fields['dependencies'] ?? {}).length > 0;
    expect(gaps, 'installed, without a lockfile').toEqual([]);
    renameSync(tree, away);
    expect((await scanned(project)).gaps, 'the manifest alone').toEqual(isOpen ? ['unpinned'] : []);
    const onlyLock = ['--package-lock-only', ...quiet.slice(0, -1)];
    execFileSync('npm', ['install', ...onlyLock], { cwd: project, stdio: 'pipe' });
    expect((await scanned(project)).gaps, 'a lockfile alone').toEqual([]);
    renameSync(away, tree);
    expect((await scanned(project)).gaps, 'a lockfile and the installation').toEqual([]);
  });
});

interface Scanned {
  readonly inventory: Inventory;
  readonly gaps: readonly unknown[];
}

async function scanned(project: string): Promise<Scanned> {
  const { results } = await scan(
    {
      targets: [{ reference: project, kind: 'directory' }],
      includeDevDependencies: true,
      allowEmpty: true,
    },
    quietContext(),
  );
  const [{ inventory, diagnostics } = { inventory: NOTHING, diagnostics: [] }] = results;
  return { inventory, gaps: diagnostics.flatMap(({ gap }) => gap ?? []) };
}
