/** Images as registries store them: manifests and blobs that are found by their digests. */

import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { StoredManifest } from './client.ts';
import type { Descriptor } from './manifest.ts';
import type { ImageReference } from './reference.ts';

/** The bytes of a blob, which the reader compares with its digest. */
export interface BlobBytes {
  /**
   * Returns all bytes from the start; can be called several times. A chunk is valid until the
   * second one after it is requested.
   */
  chunks(): AsyncIterable<Uint8Array>;
  /** Returns the first bytes; fewer only if the blob has fewer. */
  head(lengthBytes: number): Promise<Uint8Array>;
}

/**
 * Manifests and blobs by their digests.
 *
 * Both methods throw AssayError: `NOT_FOUND` or `DAMAGED` for content that is not there,
 * `CONTENT_MISMATCH`, and as registries and files do.
 */
export interface ContentStore {
  /** Returns a manifest, whose digest was compared. */
  manifest(descriptor: Pick<Descriptor, 'digest' | 'mediaType'>): Promise<StoredManifest>;
  blob(descriptor: Descriptor): Promise<BlobBytes>;
}

/** An image of one platform, and the image index that it was reached by. */
export interface StoredImage {
  /** The target of a tag: an index, or the manifest of the image itself. */
  readonly root: Pick<Descriptor, 'digest' | 'mediaType'>;
  /** The digest of the manifest of this image. */
  readonly manifestDigest: Digest;
  readonly store: ContentStore;
  /** The repository of a registry that the image comes from; absent for other places. */
  readonly repository?: Pick<ImageReference, 'domain' | 'path'>;
}

/** All that a registry stores of an image. */
export interface ImageContent extends Pick<StoredImage, 'store' | 'repository'> {
  /** Each once, a manifest before the indexes that list it; the last one is what a tag leads to. */
  readonly manifests: readonly StoredManifest[];
  /** Digests of the manifests that were scanned. */
  readonly images: readonly Digest[];
  /** Configurations and layers, each once. */
  readonly blobs: readonly Descriptor[];
}
