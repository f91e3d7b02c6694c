import { describe, expect, it } from 'vitest';

import { testImage } from '../../test/support/reports.ts';
import type { Artifact } from './artifact.ts';
import { isHintedBase, isOriginKnown, mayBeOf } from './origin.ts';

/** An image whose history suggests so many layers of a base. */
function hintedImage(layerCount: number): Artifact {
  const image = testImage();
  if (image.image === undefined) throw new Error('an image without facts');
  return { ...image, image: { ...image.image, baseHint: { layerCount, by: 'history' } } };
}

describe('the origin of a package', () => {
  it.each<[string, Artifact, number, readonly string[], boolean]>([
    ['in a layer that the history gives to a base', hintedImage(2), 1, ['app', 'base'], true],
    ['in the lowest layer of all', hintedImage(1), 0, ['app', 'base'], true],
    ['in the first layer above it', hintedImage(2), 2, ['app', 'base'], false],
    [
      'in an image of which the history gives all layers to it',
      hintedImage(99),
      3,
      ['app', 'base'],
      true,
    ],
    ['in an image without a hint', testImage(), 0, ['app', 'base'], false],
    ['in a directory', testImage({ kind: 'directory' }), 0, ['app'], false],
    ['in a repository', testImage({ kind: 'repository' }), 0, ['app'], false],
    ['in a single file', testImage({ kind: 'file' }), 0, ['app'], false],
    ['in a root filesystem', testImage({ kind: 'rootfs' }), 0, ['app', 'base'], false],
    ['in a bill of materials', testImage({ kind: 'sbom' }), 0, ['app', 'base'], false],
  ])('%s', (_name, artifact, introducedIn, origins, isHinted) => {
    expect((['app', 'base'] as const).filter((one) => mayBeOf(one, artifact))).toEqual(origins);
    expect(isOriginKnown(artifact)).toBe(origins.length === 1);
    expect(isHintedBase(introducedIn, artifact)).toBe(isHinted);
  });
});
