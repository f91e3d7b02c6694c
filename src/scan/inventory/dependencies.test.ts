import { describe, expect, it } from 'vitest';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { buildInventory, type InventoryOptions } from './inventory.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';

const ROWS: InventoryOptions['rows'] = new Map([
  ['npm/node-package', { ecosystem: 'npm', presence: 'installed' }],
  ['npm/package-lock', { ecosystem: 'npm', presence: 'declared' }],
  ['pypi/dist-info', { ecosystem: 'pypi', presence: 'installed' }],
  ['debian/dpkg-status', { ecosystem: 'debian', presence: 'installed' }],
]);

/** Path, then `name@version > needed, needed (arch)`, one package a text. */
type File = readonly [path: string, ...packages: readonly string[]];

function catalogerOf(path: string): string {
  if (path.endsWith('/package.json')) return 'npm/node-package';
  if (path.endsWith('/METADATA')) return 'pypi/dist-info';
  return path.endsWith('/status') ? 'debian/dpkg-status' : 'npm/package-lock';
}

function packageOf(text: string): CatalogedPackage {
  const [identity = '', needs = ''] = text.split(' > ');
  const [whole = '', arch] = identity.split(' ');
  const at = whole.lastIndexOf('@');
  return {
    name: whole.slice(0, at),
    version: whole.slice(at + 1),
    ...(needs !== '' && { dependsOn: needs.split(', ') }),
    ...(arch !== undefined && { qualifiers: new Map([['arch', arch]]) }),
  };
}

/** The dependencies of each package that has some, as `name@version`, by its own `name@version`. */
function edges(
  files: readonly File[],
  links: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const record: LayerRecord = {
    unpackedBytes: 0,
    entryCount: files.length,
    whiteouts: [],
    opaques: [],
    links: Object.entries(links).map(([path, target]) => ({ path, target, isHard: false })),
    directories: [],
    files: files.map(([path]) => ({
      path,
      mode: 0o644,
      sizeBytes: 1,
      digests: [],
      isExecutable: false,
    })),
    cataloged: files.map(([path, ...packages]) => ({
      path,
      foundBy: catalogerOf(path),
      result: { packages: packages.map(packageOf) },
    })),
    rules: [],
    diagnostics: [],
  };
  const { inventory } = buildInventory(mergeLayers([record]), {
    rows: ROWS,
    artifactKind: 'image',
  });
  const shown = new Map(
    inventory.packages.map(({ id, name, version, qualifiers }) => [
      id,
      `${name}@${version}${qualifiers.has('arch') ? ` ${qualifiers.get('arch') ?? ''}` : ''}`,
    ]),
  );
  return Object.fromEntries(
    inventory.packages
      .filter(({ dependsOn }) => dependsOn.length > 0)
      .map(({ id, dependsOn }) => [
        shown.get(id) ?? '',
        dependsOn.map((one) => shown.get(one) ?? `unknown ${one}`).join(', '),
      ]),
  );
}

/** Written from Node's documentation of how `require` looks through `node_modules`. */
describe('dependencies of installed Node packages', () => {
  const M = '/app/node_modules';
  it.each<
    [string, readonly File[], Readonly<Record<string, string>>, Readonly<Record<string, string>>]
  >([
    [
      'two versions of one name, each below its own parent',
      [
        [`${M}/a/package.json`, 'a@1 > c'],
        [`${M}/b/package.json`, 'b@1 > c'],
        [`${M}/c/package.json`, 'c@1'],
        [`${M}/b/node_modules/c/package.json`, 'c@2'],
      ],
      {},
      { 'a@1': 'c@1', 'b@1': 'c@2' },
    ],
    [
      'a dependency two directories up',
      [
        [`${M}/a/node_modules/b/node_modules/c/package.json`, 'c@1 > d'],
        [`${M}/d/package.json`, 'd@1'],
        [`/other/node_modules/d/package.json`, 'd@2'],
      ],
      {},
      { 'c@1': 'd@1' },
    ],
    [
      'names with a scope, on both sides',
      [
        [`${M}/@x/a/package.json`, '@x/a@1 > @y/b, c'],
        [`${M}/@y/b/package.json`, '@y/b@1'],
        [`${M}/@x/a/node_modules/c/package.json`, 'c@2'],
        [`${M}/c/package.json`, 'c@1'],
      ],
      {},
      { '@x/a@1': '@y/b@1, c@2' },
    ],
    [
      'an alias, whose directory has another name than its package',
      [
        [`${M}/a/package.json`, 'a@1 > old-b'],
        [`${M}/old-b/package.json`, 'b@1'],
        [`${M}/b/package.json`, 'b@2'],
      ],
      {},
      { 'a@1': 'b@1' },
    ],
    [
      'a package at two places with different surroundings',
      [
        [`${M}/p/node_modules/a/package.json`, 'a@1 > c'],
        [`${M}/p/node_modules/c/package.json`, 'c@2'],
        [`${M}/q/node_modules/a/package.json`, 'a@1 > c'],
        [`${M}/c/package.json`, 'c@1'],
      ],
      {},
      { 'a@1': 'c@1, c@2' },
    ],
    [
      'the links of a pnpm store',
      [
        [`${M}/.pnpm/a@1.0.0/node_modules/a/package.json`, 'a@1.0.0 > c'],
        [`${M}/.pnpm/b@1.0.0/node_modules/b/package.json`, 'b@1.0.0 > c'],
        [`${M}/.pnpm/c@1.0.0/node_modules/c/package.json`, 'c@1.0.0'],
        [`${M}/.pnpm/c@2.0.0/node_modules/c/package.json`, 'c@2.0.0'],
      ],
      {
        [`${M}/a`]: '.pnpm/a@1.0.0/node_modules/a',
        [`${M}/.pnpm/a@1.0.0/node_modules/c`]: '../../c@1.0.0/node_modules/c',
        [`${M}/.pnpm/b@1.0.0/node_modules/c`]: '../../c@2.0.0/node_modules/c',
      },
      { 'a@1.0.0': 'c@1.0.0', 'b@1.0.0': 'c@2.0.0' },
    ],
    [
      'members of a workspace behind links',
      [
        ['/app/package.json', 'app@1 > member'],
        ['/app/packages/member/package.json', 'member@1 > c'],
        [`${M}/c/package.json`, 'c@1'],
      ],
      { [`${M}/member`]: '../packages/member' },
      { 'app@1': 'member@1', 'member@1': 'c@1' },
    ],
    [
      'a directory of packages behind a link',
      [
        ['/app/package.json', 'app@1 > c'],
        ['/cache/c/package.json', 'c@1'],
      ],
      { [M]: '/cache' },
      { 'app@1': 'c@1' },
    ],
    [
      'a link in a circle',
      [
        [`${M}/a/package.json`, 'a@1 > c'],
        ['/node_modules/c/package.json', 'c@1'],
      ],
      { [`${M}/c`]: 'c' },
      { 'a@1': 'c@1' },
    ],
    [
      'what Node does not find: beside, below, and in another tree',
      [
        [`${M}/a/package.json`, 'a@1 > c, d, e'],
        ['/app/c/package.json', 'c@1'],
        [`${M}/b/node_modules/d/package.json`, 'd@1'],
        ['/other/node_modules/e/package.json', 'e@1'],
      ],
      {},
      {},
    ],
    ['a package that asks for itself', [[`${M}/a/package.json`, 'a@1 > a']], {}, {}],
  ])('%s', (_case, files, links, expected) => {
    expect(edges(files, links)).toEqual(expected);
  });
});

describe('dependencies of other packages', () => {
  const VENV = '/venv/lib/python3.11/site-packages';
  it.each<[string, readonly File[], Readonly<Record<string, string>>]>([
    [
      'a name in the same file',
      [
        ['/a/package-lock.json', 'a@1 > b', 'b@1'],
        ['/b/package-lock.json', 'b@2'],
      ],
      { 'a@1': 'b@1' },
    ],
    [
      'a name and version in the same file',
      [['/a/package-lock.json', 'a@1 > b@2', 'b@1', 'b@2']],
      { 'a@1': 'b@2' },
    ],
    [
      'a name with an at sign',
      [['/a/package-lock.json', 'a@1 > @s/b', '@s/b@1']],
      { 'a@1': '@s/b@1' },
    ],
    [
      'nothing in the lockfile of another project',
      [
        ['/a/package-lock.json', 'a@1 > b'],
        ['/b/package-lock.json', 'b@2'],
      ],
      {},
    ],
    [
      'the distribution in the same virtual environment',
      [
        [`${VENV}/a-1.dist-info/METADATA`, 'a@1 > b'],
        [`${VENV}/b-1.dist-info/METADATA`, 'b@1'],
        ['/usr/lib/python3/dist-packages/b-2.dist-info/METADATA', 'b@2'],
      ],
      { 'a@1': 'b@1' },
    ],
    [
      'a distribution elsewhere on the path, where the own directory has none',
      [
        ['/usr/local/lib/python3.11/site-packages/a-1.dist-info/METADATA', 'a@1 > b'],
        ['/usr/lib/python3/dist-packages/b-2.dist-info/METADATA', 'b@2'],
      ],
      { 'a@1': 'b@2' },
    ],
    [
      'the same architecture first, else any',
      [
        [
          '/var/lib/dpkg/status',
          'a@1 amd64 > b, c',
          'b@1 amd64',
          'b@1 i386',
          'c@1 i386',
          'a@1 i386 > b',
        ],
      ],
      { 'a@1 amd64': 'b@1 amd64, c@1 i386', 'a@1 i386': 'b@1 i386' },
    ],
    [
      'no package of another ecosystem',
      [
        ['/a/package-lock.json', 'a@1 > b'],
        [`${VENV}/b-1.dist-info/METADATA`, 'b@1'],
      ],
      {},
    ],
  ])('%s', (_case, files, expected) => {
    expect(edges(files)).toEqual(expected);
  });
});
