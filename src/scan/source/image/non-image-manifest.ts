/**
 * Telling manifests that are not container image: signatures, attestations, bills of material and
 * other artifacts.
 *
 * Labels and media types are claims, and runtimes unpack layers by their bytes. They only decide
 * whether the bytes are looked at; a manifest is not an image when none of its layers begins as a
 * file system does.
 *
 * Source: OCI image specification, "Image Manifest"; BuildKit, "Image attestation storage";
 * cosign's signature specification; `archive/compression` of containerd and of containers/storage
 * for what they unpack.
 */

import { detectCompression } from '../../../formats/archive/decompress.ts';
import { looksLikeTarHeader, TAR_BLOCK_BYTES } from '../../../formats/archive/tar/tar-header.ts';
import {
  isAttestation,
  type Descriptor,
  type ImageManifest,
} from '../../../clients/oci/manifest.ts';
import { IMAGE_CONFIG_TYPES } from '../../../clients/oci/media-types.ts';

/** First bytes of a layer; `undefined` where it is not stored here and cannot be got. */
export type ReadHead = (layer: Descriptor) => Promise<Uint8Array | undefined>;

/** Bytes that {@link ReadHead} has to return, or all of a shorter layer. */
export const LAYER_HEAD_BYTES = TAR_BLOCK_BYTES;

/** bzip2, xz and lzma: runtimes unpack them, and Assay refuses such a layer when it is read. */
const OTHER_MAGIC: readonly (readonly number[])[] = [
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
  [0x5d, 0x00, 0x00],
];

/** A media type of layers of images, as in `application/vnd.oci.image.layer.v1.tar+gzip`. */
const LAYER_TYPE = /[./]tar(?:[.+][a-z+]+)?$/u;

/**
 * Returns whether a layer that begins with these bytes is a tar, or a compressed stream that may be
 * one.
 */
export function looksLikeFilesystem(head: Uint8Array): boolean {
  if (detectCompression(head) !== 'none') return true;
  if (OTHER_MAGIC.some((magic) => magic.every((byte, index) => head[index] === byte))) return true;
  // A tar may begin with an empty block, and text never does.
  return looksLikeTarHeader(head) || head[0] === 0;
}

/**
 * Returns the kind of a manifest that is not an image, as in `attestation` or a media type;
 * `undefined` for an image. `descriptor` is the one that lists it.
 */
export async function kindOfNonImage(
  manifest: ImageManifest,
  descriptor: Descriptor,
  readHead: ReadHead,
): Promise<string | undefined> {
  const isLabelled = isAttestation(descriptor);
  const { layers, config } = manifest;
  if (!isLabelled) {
    const hasImageConfig = config.mediaType === '' || IMAGE_CONFIG_TYPES.has(config.mediaType);
    const hasLayerTypes = layers.every(({ mediaType }) => LAYER_TYPE.test(mediaType));
    if (hasLayerTypes && (layers.length > 0 || hasImageConfig)) return undefined;
  }
  for (const layer of layers) {
    const head = await readHead(layer);
    // A layer that lies elsewhere can be anything.
    if (head === undefined ? layer.urls.length > 0 : looksLikeFilesystem(head)) return undefined;
  }
  if (isLabelled) return 'attestation';
  return manifest.artifactType ?? layers[0]?.mediaType ?? config.mediaType;
}

/**
 * Returns the manifests of an index that a choice of a platform can lead to, by their place: all
 * but those of an unknown platform that an earlier entry has, since tools take the first of
 * several. containers/image prefers a later one that is marked as compressed with zstd.
 */
export function pullableIndexes(descriptors: readonly Descriptor[]): ReadonlySet<number> {
  const places = new Set<number>();
  const unknown = new Set<string>();
  for (const [place, { platform, annotations }] of descriptors.entries()) {
    if (platform?.os === 'unknown' && platform.architecture === 'unknown') {
      const variant = platform.variant ?? '';
      if (unknown.has(variant) && !annotations.has(ZSTD_MARK)) continue;
      unknown.add(variant);
    }
    places.add(place);
  }
  return places;
}

const ZSTD_MARK = 'io.github.containers.compression.zstd';
