/** Where what is attached to images is read from, each manifest once in a run. */

import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';
import type { Descriptor } from '../../../clients/oci/index.ts';

/** The requests that reading what is attached needs. */
export type AttachedSource = Pick<
  ImageRepository,
  'manifest' | 'readBlob' | 'referrers' | 'resolve'
>;

/** Manifests of signatures have some kilobytes; larger ones are requested again. */
const MAX_KEPT_BYTES = 64 * 1024;
const MAX_KEPT = 1000;

/**
 * Returns the same source, which requests a manifest of a digest once, and the referrers of a
 * digest once. Tags are requested each time, because they can move.
 */
export function rememberManifests(source: AttachedSource): AttachedSource {
  const manifests = new Map<string, StoredManifest>();
  const referrers = new Map<Digest, Promise<readonly Descriptor[]>>();
  return {
    resolve: (version) => source.resolve(version),
    readBlob: (descriptor, maxBytes) => source.readBlob(descriptor, maxBytes),
    manifest: async (version) => {
      const known = manifests.get(version);
      if (known !== undefined) return known;
      const found = await source.manifest(version);
      const isKept = parseDigest(version) !== undefined && found.bytes.length <= MAX_KEPT_BYTES;
      if (isKept && manifests.size < MAX_KEPT) manifests.set(version, found);
      return found;
    },
    referrers: (digest) => {
      const known = referrers.get(digest) ?? source.referrers(digest);
      referrers.set(digest, known);
      return known;
    },
  };
}
