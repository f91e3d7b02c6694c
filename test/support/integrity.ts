/**
 * Small merged roots for the tests of `integrity/`: layers as files and readings, packages as rows
 * of databases.
 */

import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import type { CatalogerRow } from '../../src/scan/catalog/cataloger.ts';
import { assess, type Assessment, type IntegrityInput } from '../../src/scan/integrity/index.ts';
import { withLayerManifestMatches } from '../../src/scan/integrity/layer-manifest-match.ts';
import { buildInventory } from '../../src/scan/inventory/inventory.ts';
import { mergeLayers } from '../../src/scan/rootfs/merge-layers.ts';
import type { Digest } from '../../src/core/model/artifact/artifact.ts';
import type { CatalogerTraits } from '../../src/core/model/catalog/cataloger-traits.ts';
import type {
  CatalogedPackage,
  CatalogResult,
  OwnedFile,
  ExternalClaim,
} from '../../src/core/model/catalog/catalog.ts';
import { FileTable } from '../../src/core/model/layer/file-table.ts';
import type { LayerRecord } from '../../src/core/model/layer/layer-record.ts';
import type { Distro, Package } from '../../src/core/model/package/package.ts';

export const ROWS: ReadonlyMap<string, CatalogerTraits & Pick<CatalogerRow, 'presence'>> = new Map([
  [
    'debian/dpkg',
    {
      ecosystem: 'debian',
      presence: 'installed',
      listsFilesApart: true,
      detectsLastDeletion: true,
    },
  ],
  ['alpine/apk', { ecosystem: 'alpine', presence: 'installed' }],
  ['pypi/dist-info', { ecosystem: 'pypi', presence: 'installed' }],
  ['npm/installed', { ecosystem: 'npm', presence: 'installed' }],
  ['npm/lock', { ecosystem: 'npm', presence: 'declared' }],
  ['binary/any', { ecosystem: 'program', presence: 'installed' }],
  ['maven/jar', { ecosystem: 'maven', presence: 'installed' }],
]);

export interface TestLayer {
  /** Content by path; one that begins with `x:` is executable. */
  readonly files?: Readonly<Record<string, string>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly hardLinks?: Readonly<Record<string, string>>;
  readonly whiteouts?: readonly string[];
  readonly read?: readonly (readonly [
    path: string,
    foundBy: string,
    result: Partial<CatalogResult>,
  ])[];
}

export function md5(text: string): Digest {
  return `md5:${createHash('md5').update(text).digest('hex')}`;
}

export function recordOf(layer: TestLayer): LayerRecord {
  const { files = {}, links = {}, hardLinks = {}, whiteouts = [], read = [] } = layer;
  const named = new Map(Object.entries(files));
  for (const [path] of read) if (!named.has(path)) named.set(path, `record ${path}`);
  return {
    unpackedBytes: 0,
    entryCount: 0,
    whiteouts,
    opaques: [],
    links: [
      ...Object.entries(links).map(([path, target]) => ({ path, target, isHard: false })),
      ...Object.entries(hardLinks).map(([path, target]) => ({ path, target, isHard: true })),
    ],
    directories: [],
    files: [...named].map(([path, text]) => ({
      path,
      mode: text.startsWith('x:') ? 0o755 : 0o644,
      sizeBytes: text.length,
      digests: [md5(text)],
      isExecutable: text.startsWith('x:'),
    })),
    cataloged: read.map(([path, foundBy, result]) => ({
      path,
      foundBy,
      result: { packages: [], ...result },
    })),
    rules: [],
    diagnostics: [],
  };
}

/** What the checks found, and its packages by name. */
export interface Checked extends Assessment {
  readonly of: (name: string) => Package;
}

/** What a test may set of the input. */
export type CheckOptions = Partial<
  Pick<IntegrityInput, 'depth' | 'moreDigests' | 'environment' | 'accounts' | 'lone'>
> & { readonly distro?: Distro };

/** Returns the input of verification for the records of an image's layers. */
export function inputOf(
  records: readonly LayerRecord[],
  { distro, ...rest }: CheckOptions,
): IntegrityInput {
  const view = mergeLayers(records);
  const { inventory, entries } = buildInventory(view, {
    rows: ROWS,
    artifactKind: 'image',
    ...(distro && { distro }),
  });
  return {
    inventory,
    entries,
    catalogers: ROWS,
    readings: view.cataloged,
    erased: view.erased,
    root: view.root,
    depth: 'full',
    accounts: true,
    ...rest,
  };
}

/**
 * Checks a root in both ways: with the lists of its layers joined with their files, and without.
 */
export function check(layers: readonly TestLayer[], more: CheckOptions = {}): Checked {
  const records = layers.map(recordOf);
  const checked = checkRecords(records, more);
  // What was found out when a layer was read must say the same as asking for each file.
  const joined = checkRecords(records.map(withJoinedFiles), more);
  // Comparing hundreds of thousands of packages takes seconds with `toEqual`, which says what
  // differs.
  if (!isDeepStrictEqual(joined.inventory, checked.inventory)) {
    expect(joined.inventory).toEqual(checked.inventory);
  }
  expect(joined.missing).toEqual(checked.missing);
  return checked;
}

/** As a scan joins the lists of a layer with its files. */
function withJoinedFiles(record: LayerRecord): LayerRecord {
  return withLayerManifestMatches({ ...record, files: FileTable.from(record.files) });
}

function checkRecords(records: readonly LayerRecord[], more: CheckOptions): Checked {
  const assessment = assess(inputOf(records, more));
  return {
    ...assessment,
    of: (name) => {
      const pkg = assessment.inventory.packages.find((it) => it.name === name);
      if (pkg === undefined) throw new Error(`no package "${name}"`);
      return pkg;
    },
  };
}

export const STATUS = '/var/lib/dpkg/status';

export function owned(path: string, text: string, more: Partial<OwnedFile> = {}): OwnedFile {
  return { path, digest: md5(text), kind: 'file', ...more };
}

export function manifest(name: string, owns: readonly OwnedFile[]): NonNullable<TestLayer['read']> {
  const testimony: ExternalClaim = { of: { kind: 'name', name }, ownedFiles: owns };
  return [
    [`/var/lib/dpkg/info/${name}.md5sums`, 'debian/md5sums', { externalClaims: [testimony] }],
  ];
}

export function dpkg(
  ...packages: readonly CatalogedPackage[]
): NonNullable<TestLayer['read']>[number] {
  return [STATUS, 'debian/dpkg', { packages }];
}

export const TAR: CatalogedPackage = { name: 'tar', version: '1.35-1' };

export function tarLayer(files: TestLayer['files'], owns: readonly OwnedFile[]): TestLayer {
  return { files: files ?? {}, read: [dpkg(TAR), ...manifest('tar', owns)] };
}
