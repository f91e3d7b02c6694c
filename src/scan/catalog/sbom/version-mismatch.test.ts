import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { sbomDocument } from './document.ts';
import { isVersionMismatch } from './version-mismatch.ts';

describe('the versions of a component and its package URL', () => {
  it.each([
    ['npm', '4.17.21', '4.17.20'],
    ['debian', '1:2-3', '1:2-4'],
    ['go', 'v1.2.3', '1.2.4'],
    ['pypi', '1.0', '1.0rc1'],
  ] as const)('of %s are two: %s, %s', (ecosystem, one, other) => {
    expect(isVersionMismatch(ecosystem, one, other)).toBe(true);
  });

  it.each([
    ['npm', '4.17.21', '4.17.21'],
    ['npm', '', '4.17.20'],
    ['npm', '4.17.20', ''],
    ['debian', '1:2-3', '2-3'],
    ['go', 'v1.2.3', '1.2.3'],
    ['go', 'go1.21', '1.21'],
    ['pypi', '1.0-RC1', '1.0rc1'],
    ['maven', '1.0.Final', '1.0.final'],
  ] as const)('of %s are one: "%s", "%s"', (ecosystem, one, other) => {
    expect(isVersionMismatch(ecosystem, one, other)).toBe(false);
  });

  it.each([
    ['by others', [], { version: '4.17.20', evidencedVersion: '4.17.21' }],
    [
      'by Assay',
      [{ name: 'assay:ecosystem', value: 'npm' }],
      { version: '4.17.21', evidencedVersion: '4.17.20' },
    ],
  ])('are both asked about, in documents %s', async (_, properties, expected) => {
    const component = { type: 'library', name: 'lodash', version: '4.17.21', properties };
    const document = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [{ ...component, purl: 'pkg:npm/lodash@4.17.20' }],
    };
    const read = await readCatalog(sbomDocument, '/a.json', JSON.stringify(document));
    expect(read.packages[0]).toMatchObject(expected);
    expect(read.diagnostics?.map(({ message, gap }) => [message, gap])).toEqual([
      [
        '"lodash" has the version 4.17.21 and 4.17.20 in its package URL; nothing tells which is right',
        undefined,
      ],
    ]);
  });
});
