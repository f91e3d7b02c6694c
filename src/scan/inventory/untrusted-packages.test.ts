import { describe, expect, it } from 'vitest';

import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { buildInventory, type BuiltInventory, type InventoryOptions } from './inventory.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';

const ROWS: InventoryOptions['rows'] = new Map([
  ['apk/db', { ecosystem: 'alpine', presence: 'installed' }],
  ['npm/installed', { ecosystem: 'npm', presence: 'installed' }],
  ['sbom/embedded', { presence: 'declared', isClaim: true }],
]);

type Found = readonly [path: string, foundBy: string, pkg: CatalogedPackage];

function build(...found: readonly Found[]): BuiltInventory {
  const record: LayerRecord = {
    unpackedBytes: 0,
    entryCount: found.length,
    whiteouts: [],
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
    cataloged: found.map(([path, foundBy, pkg]) => ({
      path,
      foundBy,
      result: { packages: [pkg] },
    })),
    rules: [],
    diagnostics: [],
  };
  return buildInventory(mergeLayers([record]), { rows: ROWS, artifactKind: 'image' });
}

const ARCH = { qualifiers: new Map([['arch', 'x86_64']]) };
const DATABASE: Found = [
  '/lib/apk/db/installed',
  'apk/db',
  { name: 'libssl3', version: '3-r0', source: { name: 'openssl', version: '3-r0' }, ...ARCH },
];
/** Its path comes before the database's, and it says that the package is installed. */
const claim = (version: string, more: Partial<CatalogedPackage> = {}): Found => [
  '/a.spdx.json',
  'sbom/embedded',
  { ecosystem: 'alpine', name: 'libssl3', version, presence: 'installed', ...more },
];

describe('a bill of materials inside an image', () => {
  it.each([
    ['without source and architecture', claim('3-r0')],
    ['with another source', claim('3-r0', { source: { name: 'other', version: '9' } })],
  ])('speaks of the package of the database: %s', (_, weak) => {
    const { inventory, entries, diagnostics } = build(DATABASE, weak);
    expect(inventory.packages).toMatchObject([
      { foundBy: 'apk/db', source: { name: 'openssl' }, locations: [{}, {}] },
    ]);
    expect(diagnostics).toEqual([]);
    // Verification is about what the database recorded.
    expect([...entries.values()].map((list) => list.map(({ foundBy }) => foundBy))).toEqual([
      ['apk/db'],
    ]);
  });

  it('speaks of the package of its architecture, and of one without', () => {
    const second: Found = [
      '/lib/apk/db/installed',
      'apk/db',
      { name: 'libssl3', version: '3-r0', qualifiers: new Map([['arch', 'x86']]) },
    ];
    const weak = claim('3-r0', { qualifiers: new Map([['arch', 'x86']]) });
    const { inventory } = build(DATABASE, second, weak);
    expect(
      inventory.packages.map(({ qualifiers, locations }) => [
        qualifiers.get('arch'),
        locations.length,
      ]),
    ).toEqual([
      ['x86', 2],
      ['x86_64', 1],
    ]);
    const other = claim('3-r0', { qualifiers: new Map([['arch', 'aarch64']]) });
    expect(build(DATABASE, other).diagnostics).toHaveLength(1);
  });

  it('is read in bounded time where thousands of claims have one name', () => {
    const many = Array.from({ length: 20_000 }, (_, at): readonly [Found, Found] => [
      ['/lib/apk/db/installed', 'apk/db', { name: 'libssl3', version: `${at}-r0` }],
      claim(`${at}-r1`),
    ]);
    const { inventory, diagnostics } = build(...many.flat());
    expect(inventory.packages).toHaveLength(20_000);
    expect(diagnostics).toHaveLength(20_000);
  });

  it('is not a package beside the database, and that is noted', () => {
    const { inventory, diagnostics } = build(DATABASE, claim('2-r0'));
    expect(inventory.packages.map(({ version }) => version)).toEqual(['3-r0']);
    expect(diagnostics).toEqual([
      expect.objectContaining({
        message:
          'a bill of materials names libssl3 2-r0, but the package database has 3-r0: the database counts',
      }),
    ]);
    expect(diagnostics[0]?.gap).toBeUndefined();
  });

  it('counts where nothing else speaks of the package', () => {
    const { inventory } = build(claim('3-r0'));
    expect(inventory.packages).toMatchObject([
      { foundBy: 'sbom/embedded', presence: 'installed', evidence: { level: 'claimed' } },
    ]);
  });

  it('adds another version of a package of a language', () => {
    const { inventory } = build(
      ['/n/package.json', 'npm/installed', { name: 'a', version: '1.0.0' }],
      ['/a.spdx.json', 'sbom/embedded', { ecosystem: 'npm', name: 'a', version: '2.0.0' }],
    );
    expect(inventory.packages.map(({ version, foundBy }) => [version, foundBy])).toEqual([
      ['1.0.0', 'npm/installed'],
      ['2.0.0', 'sbom/embedded'],
    ]);
  });

  it('never says what it may not', () => {
    const { inventory } = build(claim('3-r0', { ownedBy: 'x', evidencedVersion: '9' }));
    expect(inventory.packages[0]?.ownedBy).toBeUndefined();
    expect(inventory.packages[0]?.evidence.evidencedVersion).toBeUndefined();
  });
});
