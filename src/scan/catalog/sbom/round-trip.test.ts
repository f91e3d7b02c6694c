/** Generated inventories, with names that nobody would give: what Assay writes is what it reads. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  BOM_FORMATS,
  identities,
  throughDocument,
} from '../../../../test/support/bom-round-trip.ts';
import { testReport, testResult } from '../../../../test/support/reports.ts';
import { buildInventory, type InventoryOptions } from '../../inventory/inventory.ts';
import { mergeLayers } from '../../rootfs/merge-layers.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { ECOSYSTEM_IDS, ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import type { Inventory } from '../../../core/model/package/package.ts';

const ROWS: InventoryOptions['rows'] = new Map([['test/any', { presence: 'declared' }]]);
const FILE = '/file';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.constantFrom(
    '__proto__',
    '@a/b',
    'a/b/c',
    'A:b:c',
    'JSONStream',
    'a b',
    'ä?#&=%',
    '\u{1F980}',
    '1:2-3~x',
    'name@1',
  ),
);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}` as const);
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const cataloged: fc.Arbitrary<CatalogedPackage> = fc
  .record({
    ecosystem: fc.constantFrom(...ECOSYSTEM_IDS),
    name: text,
    version: fc.oneof(fc.constant(''), text),
    presence: fc.constantFrom('installed', 'declared', 'embedded'),
    scope: optional(fc.constantFrom('runtime', 'development', 'optional', 'peer')),
    relationship: optional(fc.constantFrom('root', 'direct', 'indirect')),
    dependsOn: optional(fc.array(text, { maxLength: 3 })),
    source: optional(fc.record({ name: text, version: text })),
    qualifiers: optional(
      fc
        .array(fc.tuple(fc.constantFrom('arch', 'vcs_url', 'epoch', 'upstream', 'Odd key'), text), {
          maxLength: 3,
        })
        .map((pairs) => new Map(pairs)),
    ),
    licenses: optional(fc.uniqueArray(text, { maxLength: 2 })),
    digests: optional(fc.uniqueArray(digest, { maxLength: 2 })),
    evidencedVersion: optional(text),
  })
  .map(
    (fields) =>
      Object.fromEntries(
        Object.entries(fields).filter(([, value]) => value !== undefined),
      ) as unknown as CatalogedPackage,
  );

/** The inventory of a system that knows these packages. */
function inventoryOf(packages: readonly CatalogedPackage[], hasSystem: boolean): Inventory {
  const view = mergeLayers([
    {
      unpackedBytes: 0,
      entryCount: 1,
      whiteouts: [],
      opaques: [],
      links: [],
      directories: [],
      files: [{ path: FILE, mode: 0o644, sizeBytes: 1, digests: [], isExecutable: false }],
      cataloged: [{ path: FILE, foundBy: 'test/any', result: { packages } }],
      rules: [],
      diagnostics: [],
    },
  ]);
  const distro = { id: 'debian', versionId: '12.5', codename: 'bookworm' };
  return buildInventory(view, {
    rows: ROWS,
    artifactKind: 'sbom',
    ...(hasSystem && { distro }),
  }).inventory;
}

describe.each(BOM_FORMATS)('an inventory through %s', (format) => {
  it('is the same', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(cataloged, { maxLength: 6 }),
        fc.boolean(),
        async (packages, hasSystem) => {
          const inventory = inventoryOf(packages, hasSystem);
          const report = testReport({ results: [testResult({ inventory })] });
          const [back] = (await throughDocument(report, format)).results;
          expect(back && identities(back.inventory, format)).toEqual(identities(inventory, format));
          expect(back?.inventory.distro).toEqual(inventory.distro);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it.each(ECOSYSTEM_IDS)('keeps a package of %s', async (ecosystem) => {
    const name = ECOSYSTEMS[ecosystem].purlType === 'maven' ? 'g:a' : 'a';
    const inventory = inventoryOf([{ ecosystem, name, version: '1.0' }], false);
    const report = testReport({ results: [testResult({ inventory })] });
    const [back] = (await throughDocument(report, format)).results;
    expect(back && identities(back.inventory, format)).toEqual(identities(inventory, format));
  });
});
