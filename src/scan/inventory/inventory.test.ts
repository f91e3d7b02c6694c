import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { CatalogedPackage, CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { Distro, Package } from '../../core/model/package/package.ts';
import { buildInventory, type InventoryOptions } from './inventory.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';

const rows: InventoryOptions['rows'] = new Map([
  ['deb/status', { ecosystem: 'debian', presence: 'installed' }],
  ['npm/lock', { ecosystem: 'npm', presence: 'declared' }],
  ['npm/installed', { ecosystem: 'npm', presence: 'installed' }],
  ['os/release', { presence: 'installed' }],
]);

type Found = readonly [
  path: string,
  foundBy: string,
  packages: readonly (CatalogedPackage | string)[],
  more?: Partial<CatalogResult>,
];

/** A package of a test is `name@version`, or all of it. */
function packageOf(row: CatalogedPackage | string): CatalogedPackage {
  if (typeof row !== 'string') return row;
  const [name = '', version = ''] = row.split('@');
  return { name, version };
}

function layerOf(found: readonly Found[], whiteouts: readonly string[] = []): LayerRecord {
  return {
    unpackedBytes: 0,
    entryCount: found.length,
    whiteouts,
    opaques: [],
    links: [],
    directories: [],
    files: found.map(([path]) => ({
      path,
      mode: 0o644,
      sizeBytes: 1,
      digests: [],
      isExecutable: false,
    })),
    cataloged: found.map(([path, foundBy, packages, more]) => ({
      path,
      foundBy,
      result: { packages: packages.map(packageOf), ...more },
    })),
    rules: [],
    diagnostics: [],
  };
}

const build = (
  layers: readonly LayerRecord[],
  artifactKind: Artifact['kind'] = 'image',
  distro?: Distro,
): ReturnType<typeof buildInventory> =>
  buildInventory(mergeLayers(layers), { rows, artifactKind, ...(distro && { distro }) });

const packagesOf = (...args: Parameters<typeof build>): readonly Package[] =>
  build(...args).inventory.packages;

const STATUS = '/var/lib/dpkg/status';

describe('buildInventory', () => {
  it('fills in what catalogers leave out', () => {
    const source = { name: 'zlib', version: '1:1.2' };
    const cataloged = { name: 'zlib1g', version: '1:1.2-1', line: 7, source };
    const distro = { id: 'debian', versionId: '12.5' };
    const { inventory } = build([layerOf([[STATUS, 'deb/status', [cataloged]]])], 'image', distro);
    expect(inventory.distro).toEqual(distro);
    expect(inventory.packages).toEqual([
      {
        id: expect.stringContaining('pkg:deb/debian/zlib1g@1') as unknown,
        ecosystem: 'debian',
        name: 'zlib1g',
        version: '1:1.2-1',
        source,
        qualifiers: new Map(),
        presence: 'installed',
        dependsOn: [],
        licenses: [],
        digests: [],
        evidence: {
          level: 'claimed',
          reasons: [],
          contradictions: [],
          files: { matchedCount: 0, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
        },
        locations: [{ path: STATUS, layer: 0, line: 7 }],
        introducedIn: 0,
        foundBy: 'deb/status',
      },
    ]);
  });

  it('takes a package at several places for one, installed before declared', () => {
    const lock = { name: 'a', version: '1', licenses: ['MIT'], relationship: 'direct' } as const;
    const copy = { name: 'a', version: '1', licenses: ['ISC', 'MIT'] };
    const [pkg, ...others] = packagesOf([
      layerOf([['/app/package-lock.json', 'npm/lock', [lock]]]),
      layerOf([
        ['/z/node_modules/a/package.json', 'npm/installed', [copy]],
        ['/app/node_modules/a/package.json', 'npm/installed', [copy]],
      ]),
    ]);
    expect(others).toEqual([]);
    expect(pkg).toMatchObject({
      presence: 'installed',
      foundBy: 'npm/installed',
      relationship: 'direct',
      licenses: ['ISC', 'MIT'],
      introducedIn: 0,
      locations: [
        { path: '/app/node_modules/a/package.json', layer: 1 },
        { path: '/app/package-lock.json', layer: 0 },
        { path: '/z/node_modules/a/package.json', layer: 1 },
      ],
    });
  });

  it('names one place of one package once', () => {
    const [pkg] = packagesOf([layerOf([['/package-lock.json', 'npm/lock', ['a@1', 'a@1']]])]);
    expect(pkg?.locations).toEqual([{ path: '/package-lock.json', layer: 0 }]);
  });

  it('takes a package that names itself as its source for one that names none', () => {
    const plain = { name: 'zlib', version: '1' };
    const itself = { ...plain, source: plain };
    const packages = packagesOf([layerOf([[STATUS, 'deb/status', [plain, itself]]])]);
    expect(packages).toMatchObject([{ name: 'zlib', source: plain }]);
  });

  it('keeps names apart that end as the version of another begins', () => {
    const lock = [
      { name: 'a', version: '1 b' },
      { name: 'a 1', version: 'b' },
      { name: 'a', version: '' },
      { name: 'a ', version: '' },
    ];
    expect(packagesOf([layerOf([['/package-lock.json', 'npm/lock', lock]])])).toHaveLength(4);
  });

  it('keeps architectures, versions and source packages apart, each with its own id', () => {
    const of = (arch: string, source?: string): CatalogedPackage => ({
      name: 'libc6',
      version: '2',
      qualifiers: new Map([['arch', arch]]),
      ...(source !== undefined && { source: { name: source, version: '2' } }),
    });
    const packages = packagesOf([
      layerOf([
        [
          STATUS,
          'deb/status',
          [of('i386'), of('amd64', 'glibc'), of('amd64'), of('amd64', 'libc6')],
        ],
        ['/package-lock.json', 'npm/lock', ['libc6@2']],
      ]),
    ]);
    expect(
      packages.map((pkg) => [pkg.ecosystem, pkg.qualifiers.get('arch'), pkg.source?.name]),
    ).toEqual([
      ['debian', 'amd64', 'glibc'],
      ['debian', 'amd64', 'libc6'],
      ['debian', 'i386', undefined],
      ['npm', undefined, undefined],
    ]);
    const ids = packages.map((pkg) => pkg.id);
    expect(new Set(ids).size).toBe(4);
    expect(ids[1]).toBe(`${String(ids[0])}#2`);
  });

  it('reports packages of no ecosystem as a gap', () => {
    const result = build([layerOf([['/etc/os-release', 'os/release', ['a@1', 'b@1']]])]);
    expect(result.inventory.packages).toEqual([]);
    expect(result.diagnostics).toEqual([expect.objectContaining({ gap: 'unreadable' })]);
  });

  it('hands on the diagnostics of what is visible', () => {
    const diagnostics = [{ stage: 'catalog', message: 'bad row', gap: 'unreadable' } as const];
    const layers = [
      layerOf([[STATUS, 'deb/status', [], { diagnostics }]]),
      layerOf([['/package-lock.json', 'npm/lock', [], { diagnostics }]]),
      layerOf([[STATUS, 'deb/status', ['a@1']]]),
    ];
    expect(build(layers).diagnostics).toEqual([
      { ...diagnostics[0], location: { path: '/package-lock.json', layer: 1 } },
    ]);
  });

  describe('attributes a package to', () => {
    const status = (...packages: string[]): Found => [STATUS, 'deb/status', packages];
    const other: Found = ['/package-lock.json', 'npm/lock', ['x@1']];
    const broken: Found = [
      STATUS,
      'deb/status',
      [],
      { diagnostics: [{ stage: 'catalog', message: 'cut off', gap: 'unreadable' }] },
    ];
    it.each<[string, LayerRecord[], number]>([
      ['its only layer', [layerOf([status('a@1')])], 0],
      ['the layer that brought it', [layerOf([status('b@1')]), layerOf([status('a@1', 'b@1')])], 1],
      [
        'the first layer, when higher ones rewrite the database',
        [layerOf([status('a@1')]), layerOf([other]), layerOf([status('a@1', 'b@1')])],
        0,
      ],
      [
        'the layer of its version',
        [layerOf([status('a@0')]), layerOf([status('a@1')]), layerOf([status('a@1')])],
        1,
      ],
      [
        'the layer that brought it back',
        [layerOf([status('a@1')]), layerOf([status('b@1')]), layerOf([status('a@1')])],
        2,
      ],
      [
        'the layer that brought the database back',
        [layerOf([status('a@1')]), layerOf([], [STATUS]), layerOf([status('a@1')])],
        2,
      ],
      [
        'the first layer, when one deletes and writes the database',
        [layerOf([status('a@1')]), layerOf([status('a@1')], [STATUS])],
        0,
      ],
      [
        'the first layer, when the database between cannot be read',
        [layerOf([status('a@1')]), layerOf([broken]), layerOf([status('a@1')])],
        0,
      ],
    ])('%s', (_, layers, expected) => {
      expect(packagesOf(layers).find((pkg) => pkg.name === 'a')?.introducedIn).toBe(expected);
    });

    it('the layer of its architecture', () => {
      const of = (arch: string): CatalogedPackage => ({
        name: 'a',
        version: '1',
        qualifiers: new Map([['arch', arch]]),
      });
      const packages = packagesOf([
        layerOf([[STATUS, 'deb/status', [of('amd64')]]]),
        layerOf([[STATUS, 'deb/status', [of('amd64'), of('i386')]]]),
      ]);
      expect(packages.map((pkg) => pkg.introducedIn)).toEqual([0, 1]);
    });
  });

  describe('says of scope', () => {
    const scoped = (scope?: Package['scope']): CatalogedPackage => ({
      name: 'a',
      version: '1',
      ...(scope !== undefined && { scope }),
    });
    const lock = (path: string, ...scopes: Package['scope'][]): Found => [
      path,
      'npm/lock',
      scopes.map(scoped),
    ];
    const copy = (path: string): Found => [path, 'npm/installed', [scoped()]];
    const LOCK = '/p/package-lock.json';
    const COPY = '/p/node_modules/a/package.json';
    it.each<[string, Artifact['kind'], Found[], Package['scope']]>([
      ['a lockfile: what it says', 'image', [lock(LOCK, 'development')], 'development'],
      ['a lockfile of a project: the same', 'directory', [lock(LOCK, 'optional')], 'optional'],
      ['two rows: the stronger', 'directory', [lock(LOCK, 'development', 'runtime')], 'runtime'],
      ['a row without scope: used', 'directory', [lock(LOCK, 'development', undefined)], undefined],
      [
        'two lockfiles: the stronger',
        'repository',
        [lock(LOCK, 'development'), lock('/q/l', 'peer')],
        'peer',
      ],
      ['a copy in an image: used', 'image', [lock(LOCK, 'development'), copy(COPY)], undefined],
      ['a copy in a root: used', 'rootfs', [lock(LOCK, 'development'), copy(COPY)], undefined],
      [
        'a copy in a project: as its lockfile',
        'directory',
        [lock(LOCK, 'development'), copy(COPY)],
        'development',
      ],
      [
        'a copy in a repository: as its lockfile',
        'repository',
        [lock(LOCK, 'development'), copy(COPY)],
        'development',
      ],
      [
        'a copy below a lockfile in the root',
        'directory',
        [lock('/l', 'development'), copy(COPY)],
        'development',
      ],
      [
        'a copy elsewhere: used',
        'directory',
        [lock('/pp/l', 'development'), copy(COPY)],
        undefined,
      ],
      [
        'a folder of a similar name: used',
        'directory',
        [lock('/p/nod/l', 'development'), copy(COPY)],
        undefined,
      ],
      [
        'two lockfiles above a copy: the stronger',
        'directory',
        [lock('/l', 'peer'), lock(LOCK, 'development'), copy(COPY)],
        'peer',
      ],
      [
        'two rows above a copy: the stronger',
        'directory',
        [lock(LOCK, 'development', 'runtime'), copy(COPY)],
        'runtime',
      ],
    ])('%s', (_, kind, found, expected) => {
      const [pkg, ...others] = packagesOf([layerOf(found)], kind);
      expect(others).toEqual([]);
      expect(pkg?.scope).toBe(expected);
    });
  });

  it('takes the packages of a system for those of the system, where their database does not tell', () => {
    const found: Found = [
      '/lib/apk/db/installed',
      'apk/installed',
      [{ name: 'curl', version: '1', ecosystem: 'alpine' }],
    ];
    const idsIn = (id: string): readonly string[] =>
      packagesOf([layerOf([found])], 'image', { id, versionId: '1' }).map(
        (pkg) => `${pkg.ecosystem} ${pkg.id}`,
      );
    expect(idsIn('wolfi')).toEqual(['wolfi pkg:apk/wolfi/curl@1?distro=wolfi-1']);
    expect(idsIn('alpine')).toEqual(['alpine pkg:apk/alpine/curl@1?distro=alpine-1']);
    expect(idsIn('postmarketos')).toEqual([
      'alpine pkg:apk/postmarketos/curl@1?distro=postmarketos-1',
    ]);
  });

  it('does not depend on the order in which things were found, and gives unique ids', () => {
    const anyCataloged = fc.record({
      name: fc.constantFrom('a', 'b', '__proto__', '#2', 'a#2'),
      version: fc.constantFrom('1', '2', ''),
      line: fc.integer({ min: 1, max: 3 }),
      qualifiers: fc.constantFrom(new Map(), new Map([['arch', 'x']]), new Map([['arch', 'y']])),
      source: fc.constantFrom({ name: 's', version: '1' }, { name: 't', version: '1' }),
    });
    const anyFound = fc.tuple(
      fc.constantFrom('/a', '/b', '/c/d'),
      fc.constantFrom('deb/status', 'npm/lock', 'npm/installed'),
      fc.array(anyCataloged, { maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(anyFound, { maxLength: 6 }), (found) => {
        const seen = found.map(([path, by, packages]): Found => [path, by, packages]);
        const forward = packagesOf([layerOf(seen)]);
        const backward = packagesOf([
          layerOf(
            seen
              .map(([path, by, packages]): Found => [path, by, [...packages].reverse()])
              .reverse(),
          ),
        ]);
        expect(backward).toEqual(forward);
        expect(new Set(forward.map((pkg) => pkg.id)).size).toBe(forward.length);
      }),
    );
  });
});
