/**
 * Lists all that a registry stores of an image that was scanned, and makes sure that it is what was
 * scanned: each manifest that is not one of the scanned images holds no file system.
 */

import { AssayError } from '../../core/base/errors.ts';
import { createDigestCheck } from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { StoredManifest } from '../../clients/oci/client.ts';
import type { ImageContent, StoredImage } from '../../clients/oci/content-store.ts';
import { readManifest, type Descriptor, type ImageManifest } from '../../clients/oci/manifest.ts';
import { OCI_INDEX, OCI_MANIFEST } from '../../clients/oci/media-types.ts';
import {
  kindOfNonImage,
  LAYER_HEAD_BYTES,
  type ReadHead,
} from '../source/image/non-image-manifest.ts';

/** An index of more is refused by the sources too. */
const MAX_MANIFESTS = 1000;
const MAX_DEPTH = 5;

type Pointer = Pick<Descriptor, 'digest' | 'mediaType'>;

/**
 * Lists the content of an image with all its platforms. `images` have one root.
 *
 * @throws AssayError `DAMAGED` if a manifest holds a file system that was not scanned; `NOT_FOUND`,
 * `LIMIT_EXCEEDED`
 */
export async function readImageContent(
  images: readonly [StoredImage, ...StoredImage[]],
): Promise<ImageContent> {
  const [{ root, store, repository }] = images;
  const listing = new Listing(images);
  await listing.add(root, 0);
  return {
    store,
    ...(repository !== undefined && { repository }),
    manifests: [...listing.manifests.values()],
    images: images.map(({ manifestDigest }) => manifestDigest),
    blobs: [...listing.blobs.values()],
  };
}

/**
 * Refuses a manifest that was not scanned and holds a file system. Labels do not matter here,
 * because a runtime can be given any manifest by its digest.
 *
 * @throws AssayError `DAMAGED`
 */
export async function refuseFilesystem(
  manifest: ImageManifest,
  { digest, mediaType }: Pointer,
  readHead: ReadHead,
): Promise<void> {
  // Under this label the bytes of the layers decide, whatever their media types.
  const labelled = { digest, mediaType, sizeBytes: undefined, urls: [], annotations: ATTESTATION };
  if ((await kindOfNonImage(manifest, labelled, readHead)) !== undefined) return;
  throw new AssayError('DAMAGED', `${digest} holds a file system that was not scanned`, {
    hint: 'It is listed as something else than an image. Build the image again, or push its platforms one by one.',
  });
}

class Listing {
  readonly manifests = new Map<Digest, StoredManifest>();
  readonly blobs = new Map<Digest, Descriptor>();
  readonly #store: StoredImage['store'];
  readonly #scanned: ReadonlySet<Digest>;
  readonly #begun = new Set<Digest>();

  constructor(images: readonly [StoredImage, ...StoredImage[]]) {
    this.#store = images[0].store;
    this.#scanned = new Set(images.map(({ manifestDigest }) => manifestDigest));
  }

  async add(pointer: Pointer | Descriptor, depth: number): Promise<void> {
    const { digest } = pointer;
    if (this.#begun.has(digest)) return;
    this.#begun.add(digest);
    if (this.#begun.size > MAX_MANIFESTS || depth > MAX_DEPTH) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `the index lists more than ${MAX_MANIFESTS} manifests, or is more than ${MAX_DEPTH} indexes deep`,
      );
    }
    const { bytes, mediaType } = await this.#store.manifest(pointer);
    const manifest = readManifest(bytes, mediaType, `"${digest}"`);
    if (manifest.kind === 'index') {
      for (const child of manifest.manifests) await this.add(child, depth + 1);
    } else {
      if (!this.#scanned.has(digest)) {
        await refuseFilesystem(manifest, pointer, (layer) => this.#readComparedHead(layer));
      }
      for (const blob of [manifest.config, ...manifest.layers]) this.blobs.set(blob.digest, blob);
    }
    const usual = manifest.kind === 'index' ? OCI_INDEX : OCI_MANIFEST;
    // Last, so that an index comes after what it lists.
    this.manifests.set(digest, { digest, bytes, mediaType: manifest.mediaType || usual });
  }

  /**
   * Returns the first bytes of a layer after all of it was compared with its digest. A blob that
   * the target has already is not read again, so its digest would stand for other bytes than those
   * that were looked at.
   */
  async #readComparedHead(layer: Descriptor): Promise<Uint8Array> {
    const blob = await this.#store.blob(layer);
    const check = createDigestCheck(layer.digest, `blob ${layer.digest}`);
    let head: Uint8Array = new Uint8Array(0);
    for await (const chunk of blob.chunks()) {
      check.update(chunk);
      if (head.length < LAYER_HEAD_BYTES) {
        head = Buffer.concat([head, chunk]).subarray(0, LAYER_HEAD_BYTES);
      }
    }
    check.verify();
    return head;
  }
}

const ATTESTATION: ReadonlyMap<string, string> = new Map([
  ['vnd.docker.reference.type', 'attestation-manifest'],
]);
