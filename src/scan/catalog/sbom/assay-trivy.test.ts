import { describe, expect, it } from 'vitest';

import { identities, throughDocument } from '../../../../test/support/bom-round-trip.ts';
import {
  testImage,
  testPackage,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import type { Location } from '../../../core/model/artifact/artifact.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { readAssayTrivyPackage } from './assay-trivy.ts';

const at = (...paths: readonly [string, ...string[]]): Package['locations'] =>
  paths.map((path): Location => ({ path, layer: 0 })) as [Location, ...Location[]];

function reportOf(packages: readonly Package[], distro = true): Report {
  const system = { id: 'debian', versionId: '12.5', codename: 'bookworm' };
  const inventory = { inventoryVersion: 1, ...(distro && { distro: system }), packages };
  return testReport({ results: [testResult({ artifact: testImage(), inventory })] });
}

const npm = (name: string, overrides: Partial<Package> = {}): Package =>
  testPackage(name, '1.0', {
    id: `pkg:npm/${name}@1.0`,
    ecosystem: 'npm',
    locations: at(`/app/node_modules/${name}/package.json`),
    ...overrides,
  });
const deb = (name: string, arch: string, dependsOn: readonly string[] = []): Package =>
  testPackage(name, '1.0', {
    id: `pkg:deb/debian/${name}@1.0?arch=${arch}&distro=debian-12.5`,
    ecosystem: 'debian',
    qualifiers: new Map([['arch', arch]]),
    dependsOn,
  });

describe('a report in the form of trivy that Assay wrote', () => {
  it.each<[string, readonly Package[]]>([
    [
      'a package at two places',
      [npm('a', { locations: at('/x/package.json', '/y/package.json') })],
    ],
    ['a dependency in the same result', [npm('a', { dependsOn: ['pkg:npm/b@1.0'] }), npm('b')]],
    [
      'a dependency at two places',
      [
        npm('a', { dependsOn: ['pkg:npm/b@1.0'] }),
        npm('b', { locations: at('/x/package.json', '/y/package.json') }),
      ],
    ],
    [
      'a dependency in another result',
      [npm('a', { dependsOn: ['pkg:npm/b@1.0'] }), npm('b', { locations: at('/yarn.lock') })],
    ],
    [
      'packages of two architectures',
      [
        deb('c', 'amd64', [deb('e', 'amd64').id]),
        deb('d', 'amd64'),
        deb('d', 'i386'),
        deb('e', 'amd64'),
      ],
    ],
    [
      'several digests',
      [npm('a', { digests: [`sha1:${'a'.repeat(40)}`, `sha256:${'b'.repeat(64)}`] })],
    ],
    [
      'a source, a maintainer and an owner',
      [
        {
          ...deb('e', 'amd64'),
          source: { name: 'f', version: '2:3.0-1' },
          maintainer: 'a@example.org',
        },
        npm('a', { ownedBy: 'pkg:deb/debian/e@1.0' }),
      ],
    ],
  ])('gives back %s', async (_name, packages) => {
    const report = reportOf(packages);
    const [back] = (await throughDocument(report, 'trivy-json')).results;
    const [first] = report.results;
    expect(back?.inventory.distro).toEqual(first?.inventory.distro);
    expect(back && identities(back.inventory, 'trivy-json')).toEqual(
      first && identities(first.inventory, 'trivy-json'),
    );
  });

  it('gives back what could not be read', async () => {
    const [first] = reportOf([npm('a')]).results;
    if (first === undefined) throw new Error('no result');
    const gap = { stage: 'catalog', gap: 'unreadable', message: 'a bad row' } as const;
    const report = testReport({ results: [{ ...first, diagnostics: [gap] }] });
    const [back] = (await throughDocument(report, 'trivy-json')).results;
    expect(back?.diagnostics.filter(({ gap: kind }) => kind === 'unreadable')).toMatchObject([
      { message: 'in "app:1.2": a bad row' },
    ]);
  });
});

describe('what is no statement of Assay about a package', () => {
  it.each([
    ['no such key', {}, undefined],
    ['a text', { Assay: 'x' }, undefined],
    ['a list', { Assay: [] }, undefined],
    ['properties that are none', { Assay: { properties: [1] } }, { properties: new Map() }],
    [
      'a property that is no text',
      { Assay: { properties: { a: 1, b: 'x' } } },
      { properties: new Map([['b', 'x']]) },
    ],
    ['an empty reference', { Assay: { ref: '', dependsOn: ['a'] } }, { properties: new Map() }],
    [
      'dependencies that are no list',
      { Assay: { ref: 'a', dependsOn: 1 } },
      { properties: new Map(), ref: 'a', dependsOn: [] },
    ],
    ['a digest that is none', { Assay: { digests: ['md5:zz', 7] } }, { properties: new Map() }],
  ])('%s', (_name, row, expected) => {
    expect(readAssayTrivyPackage(row)).toEqual(expected);
  });
});
