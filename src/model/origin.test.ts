import { describe, expect, it } from 'vitest';

import { testImage } from '../../test/support/reports.ts';
import type { Artifact } from './artifact.ts';
import { isLikelyBaseLayer, isOriginKnown, mayHaveOrigin } from './origin.ts';

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
    expect((['app', 'base'] as const).filter((one) => mayHaveOrigin(one, artifact))).toEqual(
      origins,
    );
    expect(isOriginKnown(artifact)).toBe(origins.length === 1);
    expect(isLikelyBaseLayer(introducedIn, artifact)).toBe(isHinted);
  });
});
