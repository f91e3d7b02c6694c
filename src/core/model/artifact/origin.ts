/** The origin of a package: the base image, or what was built on it. */

import type { Artifact } from './artifact.ts';
import { ECOSYSTEMS } from '../package/ecosystem.ts';
import type { Package } from '../package/package.ts';

/** Whether a package belongs to the base image or was added on top of it. */
export type Origin = 'app' | 'base';

/** The fields of an artifact that decide where its packages come from. */
export type OriginSubject = Pick<Artifact, 'kind' | 'image'>;

/** The fields of a package that decide where it comes from. */
export type OriginPackage = Pick<Package, 'ecosystem' | 'introducedIn' | 'locations' | 'evidence'>;

/**
 * Returns whether the origin of packages is known. A directory, a file and a repository are the
 * app's. The base of an image is known if its lowest layers are those of a known image
 * ({@link ImageFacts.baseLayerCount}). The history of the image is written by the build that is
 * judged, and is a hint only ({@link ImageFacts.baseHint}).
 */
export function isOriginKnown({ kind, image }: OriginSubject): boolean {
  switch (kind) {
    case 'directory':
    case 'file':
    case 'repository':
      return true;
    case 'image':
      return image?.baseLayerCount !== undefined;
    case 'rootfs':
    case 'sbom':
      return false;
  }
}

/**
 * Returns whether a package of an artifact can be of an origin. Where the origin is not known, it
 * can be of either.
 */
export function mayHaveOrigin(
  origin: Origin,
  artifact: OriginSubject,
  pkg: OriginPackage,
): boolean {
  const layerCount = artifact.image?.baseLayerCount;
  if (artifact.kind !== 'image') return isOriginKnown(artifact) ? origin === 'app' : true;
  if (layerCount === undefined) return true;
  return origin === 'base' ? pkg.introducedIn < layerCount : isOfApp(pkg, layerCount);
}

/**
 * Returns whether what a layer contains can be of an origin. Where the origin is not known, it can
 * be of either.
 */
export function layerMayHaveOrigin(
  origin: Origin,
  artifact: OriginSubject,
  layer: number,
): boolean {
  if (artifact.kind !== 'image') return isOriginKnown(artifact) ? origin === 'app' : true;
  const isBase = isBaseLayer(layer, artifact);
  return isBase === undefined || isBase === (origin === 'base');
}

/**
 * Returns the origins of a package as words: `base`, `app`, or `base and app` for one that the base
 * has and that layers above it have in another place or have changed. Returns `undefined` where the
 * origin is not known.
 */
export function originWord(
  artifact: OriginSubject,
  pkg: OriginPackage,
): 'app' | 'base' | 'base and app' | undefined {
  if (!isOriginKnown(artifact)) return undefined;
  const isBase = mayHaveOrigin('base', artifact, pkg);
  if (!mayHaveOrigin('app', artifact, pkg)) return 'base';
  return isBase ? 'base and app' : 'app';
}

/** Returns whether a layer is one of the base; `undefined` where the base is not known. */
export function isBaseLayer(layer: number, { image }: OriginSubject): boolean | undefined {
  const layerCount = image?.baseLayerCount;
  return layerCount === undefined ? undefined : layer < layerCount;
}

/**
 * Returns whether the image's history suggests that a layer comes from a base image. A hint, never
 * a fact.
 */
export function isLikelyBaseLayer(layer: number, { image }: OriginSubject): boolean {
  return layer < (image?.baseHint?.layerCount ?? 0);
}

/**
 * The database of system packages is rewritten whole by later layers, so the layer of its record
 * says nothing about one package: only a second database does. A package of a language is also the
 * app's if a layer of the app has a copy of it, and any package is if a layer of the app made its
 * content contradict its record.
 */
function isOfApp(
  { ecosystem, introducedIn, locations, evidence }: OriginPackage,
  layerCount: number,
): boolean {
  if (introducedIn >= layerCount) return true;
  const isChanged = evidence.contradictions.some(({ location }) => location.layer >= layerCount);
  if (isChanged) return true;
  const isRewritten =
    ECOSYSTEMS[ecosystem].kind === 'os' &&
    locations.every(({ path }) => path === locations[0].path);
  return !isRewritten && locations.some(({ layer }) => layer >= layerCount);
}
