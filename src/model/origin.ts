/** Who brought a package: the base image, or what was built on it. */

import type { Artifact } from './artifact.ts';

/** Whether a package belongs to the base image or was added on top of it. */
export type Origin = 'app' | 'base';

/**
 * Returns whether anything proves the origin of the packages. A directory, a file and a repository are the app's. Of an
 * image, nothing proves it: its history is written by the build that is judged, and is a hint only
 * ({@link ImageFacts.baseHint}).
 */
export function isOriginKnown({ kind }: Pick<Artifact, 'kind'>): boolean {
  switch (kind) {
    case 'directory':
    case 'file':
    case 'repository':
      return true;
    case 'image':
    case 'rootfs':
    case 'sbom':
      return false;
  }
}

/** Returns whether packages of an artifact can be of an origin. Where the origin is not known, they can be of either. */
export function mayHaveOrigin(origin: Origin, artifact: Pick<Artifact, 'kind'>): boolean {
  return isOriginKnown(artifact) ? origin === 'app' : true;
}

/** Returns whether the image's history suggests that a layer comes from a base image. A hint, never a fact. */
export function isLikelyBaseLayer(layer: number, { image }: Pick<Artifact, 'image'>): boolean {
  return layer < (image?.baseHint?.layerCount ?? 0);
}
