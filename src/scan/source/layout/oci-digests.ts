/** The digests of images in an OCI layout: of their indexes first, then of each platform. */

import type { Platform } from '../../../core/model/artifact/artifact.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { listManifests, type ListedManifest } from './oci-index.ts';
import { readListed, selectManifests } from './oci-layout.ts';
import { isPlatform } from '../../../core/model/artifact/platform.ts';
import type { Selection } from '../image/selection.ts';
import type { ImageDigest, SourceRequest } from '../source.ts';

/**
 * Returns the digests; `name` stands before the `@`.
 * @throws AssayError `NOT_FOUND`, `USAGE`, `DAMAGED`
 */
export async function layoutDigests(
  files: ImageFiles,
  request: Pick<SourceRequest, 'platforms'> & {
    readonly selection: Selection;
    readonly name: string;
  },
): Promise<readonly ImageDigest[]> {
  const { name, platforms } = request;
  const { images } = await listManifests(files);
  const digests: ImageDigest[] = [];
  const indexes = new Set<string>();
  for (const listed of selectManifests(images, request.selection, files)) {
    const platform = await platformOf(files, listed);
    if (!isWanted(platform, platforms)) continue;
    const { indexDigest } = listed;
    if (indexDigest !== undefined && !indexes.has(indexDigest)) {
      indexes.add(indexDigest);
      digests.push({ name, digest: indexDigest, isIndex: true });
    }
    const known = platform === undefined ? {} : { platform };
    digests.push({ name, digest: listed.digest, isIndex: false, ...known });
  }
  return digests;
}

/**
 * Returns the platform of a manifest. If the manifest is not in the layout, only its index states
 * it.
 */
async function platformOf(
  files: ImageFiles,
  listed: ListedManifest,
): Promise<Platform | undefined> {
  return (await readListed(files, listed)).platform;
}

function isWanted(platform: Platform | undefined, wanted: SourceRequest['platforms']): boolean {
  if (wanted === 'all' || wanted.length === 0) return true;
  return wanted.some((one) => isPlatform(platform, one));
}
