import { describe, expect, it } from 'vitest';
import { testImage, testPackage } from '../../test/support/reports.ts';
import type { Artifact } from './artifact.ts';
import { mayBeOf } from './origin.ts';

function imageOf(baseLayerCount?: number): Artifact {
  const image = testImage();
  if (image.image === undefined) throw new Error('an image without facts');
  const facts = { ...image.image, ...(baseLayerCount !== undefined && { baseLayerCount }) };
  return { ...image, image: facts };
}

describe('the origin of a package', () => {
  it.each<[string, Artifact, number, readonly string[]]>([
    ['in a layer of the base', imageOf(2), 1, ['base']],
    ['in the first layer above it', imageOf(2), 2, ['app']],
    ['in an image that does not name its base', imageOf(), 0, ['app', 'base']],
    ['in a folder', testImage({ kind: 'directory' }), 0, ['app']],
    ['in a repository', testImage({ kind: 'repository' }), 0, ['app']],
    ['in a single file', testImage({ kind: 'file' }), 0, ['app']],
    [
      'in a root filesystem, of which nobody knows',
      testImage({ kind: 'rootfs' }),
      0,
      ['app', 'base'],
    ],
    [
      'in a bill of materials, of which nobody knows',
      testImage({ kind: 'sbom' }),
      0,
      ['app', 'base'],
    ],
  ])('%s', (_name, artifact, introducedIn, origins) => {
    const pkg = testPackage('openssl', '1', { introducedIn });
    expect((['app', 'base'] as const).filter((one) => mayBeOf(one, pkg, artifact))).toEqual(
      origins,
    );
  });
});
