/** Who brought a package: the base image, or what was built on it. */

import type { Artifact } from './artifact.ts';
import type { Package } from './package.ts';

export type Origin = 'app' | 'base';

/**
 * Whether a package is of a certain origin, as far as anything tells. What is found in a folder, a file or a repository
 * is the app's. Of an image the layer decides, where its history names the base. Where nothing tells it counts as either,
 * so that no question about an origin passes it over.
 */
export function mayBeOf(
  origin: Origin,
  pkg: Pick<Package, 'introducedIn'>,
  artifact: Pick<Artifact, 'kind' | 'image'>,
): boolean {
  switch (artifact.kind) {
    case 'directory':
    case 'file':
    case 'repository':
      return origin === 'app';
    case 'rootfs':
    case 'sbom':
      return true;
    case 'image': {
      const baseLayerCount = artifact.image?.baseLayerCount;
      if (baseLayerCount === undefined) return true;
      return (pkg.introducedIn < baseLayerCount ? 'base' : 'app') === origin;
    }
  }
}
