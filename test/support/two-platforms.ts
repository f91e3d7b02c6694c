/**
 * An image for two platforms and an image for one, as OCI layouts. Tests of signatures share them.
 */

import { makeImage, ociFiles } from './stored-images.ts';

const [amd64, arm64] = (['amd64', 'arm64'] as const).map((architecture) => ({
  image: makeImage([[{ path: 'srv/data', body: architecture }]], {
    platform: { os: 'linux', architecture },
  }),
  isPlatformListed: true,
}));
if (amd64 === undefined || arm64 === undefined) throw new Error('no image');

/** The files of a layout whose tag `1` is an image index. */
export const TWO_PLATFORMS: ReadonlyMap<string, Buffer> = ociFiles([
  { tag: '1', platforms: [amd64, arm64] },
]);
/** The files of a layout whose tag `1` is an image manifest. */
export const ONE_PLATFORM: ReadonlyMap<string, Buffer> = ociFiles([
  { tag: '1', image: amd64.image },
]);

/** The digest of the image index. */
export const INDEX = firstDigest('index.json');
/** The digest of the first image manifest of the index, which is also that of `ONE_PLATFORM`. */
export const CHILD = firstDigest(`blobs/${INDEX.replace(':', '/')}`);

function firstDigest(path: string): string {
  const { manifests } = JSON.parse(TWO_PLATFORMS.get(path)?.toString() ?? '{}') as {
    readonly manifests: readonly { readonly digest: string }[];
  };
  return manifests[0]?.digest ?? '';
}
