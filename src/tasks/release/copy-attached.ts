/**
 * Writes what belongs to an image at its source to a repository, byte for byte. A tag that the
 * repository has already is completed, so that signatures made there stay. A bill of materials that
 * the repository has already stays as it is: a tag has room for one, and signatures can be about
 * its manifest.
 */

import type { ImageRepository } from '../../clients/oci/client.ts';
import { layerAddition, storeBlob } from '../../trust/signing/image/attached.ts';
import { referrerAddition } from '../../trust/signing/image/bundle-referrer.ts';
import {
  addToTags,
  manifestOrNone,
  putAgain,
  type Patience,
  type TagAddition,
} from '../../trust/signing/image/shared-tags.ts';
import type { AttachedManifest } from './attached-content.ts';

/**
 * Writes these manifests to a repository that has the image and its children already. Returns the
 * tags of bills of materials that the repository has already and that are others.
 */
export async function copyAttached(
  attached: readonly AttachedManifest[],
  repository: ImageRepository,
  patience: Patience,
): Promise<readonly string[]> {
  const additions: TagAddition[] = [];
  for (const one of attached) {
    const addition =
      one.tag === undefined
        ? await copyReferrer(one, repository)
        : tagAddition(one, one.tag, repository);
    if (addition !== undefined) additions.push(addition);
  }
  await addToTags(repository, additions, patience);
  const others: string[] = [];
  for (const { tag, stored } of attached) {
    if (tag === undefined || !isSbomTag(tag)) continue;
    const { digest } = (await manifestOrNone(repository, tag)) ?? stored;
    if (digest !== stored.digest) others.push(tag);
  }
  return others;
}

function isSbomTag(tag: string): boolean {
  return tag.endsWith('.sbom');
}

function tagAddition(
  { manifest, stored, blobs }: AttachedManifest,
  tag: string,
  repository: ImageRepository,
): TagAddition {
  if (isSbomTag(tag)) {
    return {
      tag,
      isHeldBy: (there) => there !== undefined,
      prepare: () => storeBlobs(blobs, repository),
      addTo: (there) => Promise.resolve(there ?? stored),
    };
  }
  const documents = manifest.layers.map(({ digest, mediaType, annotations }) => ({
    mediaType,
    bytes: blobs.get(digest) ?? Buffer.alloc(0),
    annotations: Object.fromEntries(annotations),
  }));
  const merged = layerAddition({ tag, documents }, repository);
  return {
    ...merged,
    prepare: () => storeBlobs(blobs, repository),
    addTo: (there) => (there === undefined ? Promise.resolve(stored) : merged.addTo(there)),
  };
}

/**
 * Writes a referrer. Returns the entry for the referrers tag if the registry has no list of its
 * own.
 */
async function copyReferrer(
  { subject, manifest, stored, blobs }: AttachedManifest,
  repository: ImageRepository,
): Promise<TagAddition | undefined> {
  const { digest, mediaType, bytes } = stored;
  const { hasSubject } = await putAgain(repository, digest, async () => {
    await storeBlobs(blobs, repository);
    return stored;
  });
  if (hasSubject) return undefined;
  const artifactType = manifest.artifactType ?? manifest.config.mediaType;
  const annotations = Object.fromEntries(manifest.annotations);
  const entry = { mediaType, digest, size: bytes.length, artifactType, annotations };
  return referrerAddition(subject, entry);
}

async function storeBlobs(
  blobs: AttachedManifest['blobs'],
  repository: ImageRepository,
): Promise<void> {
  for (const bytes of blobs.values()) await storeBlob(repository, bytes);
}
