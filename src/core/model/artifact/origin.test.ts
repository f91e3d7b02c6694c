import { describe, expect, it } from 'vitest';

import { testImage, testPackage } from '../../../../test/support/reports.ts';
import type { Artifact } from './artifact.ts';
import type { Package } from '../package/package.ts';
import { isLikelyBaseLayer, isOriginKnown, mayHaveOrigin, originWord } from './origin.ts';

/** An image whose history suggests so many layers of a base. */
function hintedImage(layerCount: number): Artifact {
  const image = testImage();
  if (image.image === undefined) throw new Error('an image without facts');
  return { ...image, image: { ...image.image, baseHint: { layerCount, by: 'history' } } };
}

describe('the origin of a package', () => {
  it.each<
    [string, Artifact, number, { readonly origins: readonly string[]; readonly isHinted: boolean }]
  >([
    [
      'in a layer that the history gives to a base',
      hintedImage(2),
      1,
      { origins: ['app', 'base'], isHinted: true },
    ],
    ['in the lowest layer of all', hintedImage(1), 0, { origins: ['app', 'base'], isHinted: true }],
    [
      'in the first layer above it',
      hintedImage(2),
      2,
      { origins: ['app', 'base'], isHinted: false },
    ],
    [
      'in an image of which the history gives all layers to it',
      hintedImage(99),
      3,
      { origins: ['app', 'base'], isHinted: true },
    ],
    ['in an image without a hint', testImage(), 0, { origins: ['app', 'base'], isHinted: false }],
    ['in a directory', testImage({ kind: 'directory' }), 0, { origins: ['app'], isHinted: false }],
    [
      'in a repository',
      testImage({ kind: 'repository' }),
      0,
      { origins: ['app'], isHinted: false },
    ],
    ['in a single file', testImage({ kind: 'file' }), 0, { origins: ['app'], isHinted: false }],
    [
      'in a root filesystem',
      testImage({ kind: 'rootfs' }),
      0,
      { origins: ['app', 'base'], isHinted: false },
    ],
    [
      'in a bill of materials',
      testImage({ kind: 'sbom' }),
      0,
      { origins: ['app', 'base'], isHinted: false },
    ],
  ])('%s', (_name, artifact, introducedIn, { origins, isHinted }) => {
    const pkg = testPackage('a', '1', { introducedIn });
    expect((['app', 'base'] as const).filter((one) => mayHaveOrigin(one, artifact, pkg))).toEqual(
      origins,
    );
    expect(isOriginKnown(artifact)).toBe(origins.length === 1);
    expect(isLikelyBaseLayer(introducedIn, artifact)).toBe(isHinted);
  });
});

/** An image whose lowest layers are those of a known image. */
function basedImage(baseLayerCount: number): Artifact {
  const image = testImage();
  if (image.image === undefined) throw new Error('an image without facts');
  return { ...image, image: { ...image.image, baseLayerCount } };
}

describe('the origin of a package above a known base of two layers', () => {
  const at = (...layers: readonly number[]): Package['locations'] =>
    layers.map((layer) => ({ path: `/srv/${layer}/package.json`, layer })) as never;
  const contradiction = (layer: number): Package['evidence'] => ({
    ...testPackage('a', '1').evidence,
    level: 'contradicted',
    contradictions: [
      {
        kind: 'content',
        claimed: 'a',
        found: 'b',
        location: { path: '/usr/lib/a.so', layer },
        isSevere: true,
      },
    ],
  });
  const records = { locations: [{ path: '/var/lib/dpkg/status', layer: 2 }] } as const;
  it.each<[string, Partial<Package>, string]>([
    ['of the system, from the base', { introducedIn: 1 }, 'base'],
    ['of the system, whose database the app wrote anew', { introducedIn: 0, ...records }, 'base'],
    ['of the system, added or upgraded by the app', { introducedIn: 2, ...records }, 'app'],
    [
      'of the system, with a second database in the app',
      { introducedIn: 0, locations: [...records.locations, { path: '/opt/root/dpkg', layer: 2 }] },
      'base and app',
    ],
    [
      'whose files the app changed against their record',
      { introducedIn: 0, evidence: contradiction(2) },
      'base and app',
    ],
    [
      'whose files the base itself changed',
      { introducedIn: 0, evidence: contradiction(1) },
      'base',
    ],
    [
      'of a language, in the base alone',
      { ecosystem: 'npm', introducedIn: 1, locations: at(1) },
      'base',
    ],
    [
      'of a language, in the app alone',
      { ecosystem: 'npm', introducedIn: 2, locations: at(2) },
      'app',
    ],
    [
      'of a language, in both',
      { ecosystem: 'npm', introducedIn: 1, locations: at(1, 2) },
      'base and app',
    ],
  ])('%s', (_name, changes, expected) => {
    const artifact = basedImage(2);
    const pkg = testPackage('a', '1', changes);
    expect(originWord(artifact, pkg)).toBe(expected);
    expect(isOriginKnown(artifact)).toBe(true);
    for (const origin of ['app', 'base'] as const) {
      expect(mayHaveOrigin(origin, artifact, pkg)).toBe(expected.includes(origin));
    }
  });
});
