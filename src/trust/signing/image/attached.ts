/**
 * Documents that are stored beside an image: as layers of a tag that is made from its digest.
 *
 * Source: sigstore/cosign, `specs/SIGNATURE_SPEC.md`.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';
import { readManifest } from '../../../clients/oci/index.ts';
import { OCI_CONFIG, OCI_MANIFEST } from '../../../clients/oci/media-types.ts';
import { COSIGN_ANNOTATIONS } from '../cosign-annotations.ts';
import { MAX_SIGNATURES } from './read-attached.ts';
import type { TagAddition } from './shared-tags.ts';

const NO_TIME = '0001-01-01T00:00:00Z';

/** Returns the tag in which cosign stores the unsigned bill of materials of a manifest. */
export function sbomTag(digest: Digest): string {
  return `${digest.replace(':', '-')}.sbom`;
}

/** A document that becomes a layer of a tag. */
export interface LayerDocument {
  readonly mediaType: string;
  readonly bytes: Buffer;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The addition to a tag. */
export interface TagContent {
  readonly tag: string;
  readonly documents: readonly LayerDocument[];
  /** Returns those of the layers that stay; absent: all. */
  readonly kept?: (layers: readonly RawDescriptor[]) => Promise<readonly RawDescriptor[]>;
}

/** Returns what adds documents to a tag. */
export function layerAddition(
  { tag, documents, kept }: TagContent,
  repository: ImageRepository,
): TagAddition {
  const added = documents.map(({ mediaType, bytes, annotations }) => {
    return { mediaType, size: bytes.length, digest: sha256Of(bytes), annotations };
  });
  return {
    tag,
    isHeldBy: (stored) => {
      const layers = stored === undefined ? [] : layersOf(tag, stored);
      return added.every((layer) => layers.some((one) => isSame(one, layer)));
    },
    prepare: () => Promise.all(documents.map(({ bytes }) => storeBlob(repository, bytes))),
    addTo: async (stored) => {
      const all = stored === undefined ? [] : layersOf(tag, stored);
      const before = (await kept?.(all)) ?? all;
      if (before.length + added.length > MAX_SIGNATURES) {
        throw new AssayError(
          'LIMIT_EXCEEDED',
          `the tag "${tag}" holds ${before.length} signatures, and at most ${MAX_SIGNATURES} are read`,
          { hint: 'Delete the tag and sign again.' },
        );
      }
      return signatureManifest(repository, stored, [...before, ...added]);
    },
  };
}

function isSame(one: RawDescriptor, other: RawDescriptor): boolean {
  const [signature, ours] = [one, other].map(
    (it) => it.annotations?.[COSIGN_ANNOTATIONS.signature],
  );
  return one.digest === other.digest && signature === ours;
}

/** A descriptor as it is written. */
export interface RawDescriptor {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest or an index as it is written. */
export interface RawManifest {
  readonly layers?: readonly RawDescriptor[];
  readonly manifests?: readonly RawDescriptor[];
}

/** Returns the layers as they are written, so that nothing of them is lost. */
function layersOf(tag: string, { bytes, mediaType }: StoredManifest): readonly RawDescriptor[] {
  const manifest = readManifest(bytes, mediaType, `"${tag}"`);
  if (manifest.kind !== 'manifest') {
    throw new AssayError('DAMAGED', `the tag "${tag}" holds an index, and no signatures`, {
      hint: 'Delete the tag, or find out who took its name.',
    });
  }
  return rawOf(bytes).layers ?? [];
}

/** Returns a manifest as it is written, so that nothing of it is lost. */
export function rawOf(bytes: Uint8Array): RawManifest {
  return JSON.parse(Buffer.from(bytes).toString()) as RawManifest;
}

async function signatureManifest(
  repository: ImageRepository,
  stored: StoredManifest | undefined,
  layers: readonly RawDescriptor[],
): Promise<Pick<StoredManifest, 'bytes' | 'mediaType'>> {
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      created: NO_TIME,
      history: layers.map(() => ({ created: NO_TIME })),
      os: '',
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
      config: {},
    }),
  );
  const manifest = {
    ...(stored === undefined ? { schemaVersion: 2, mediaType: OCI_MANIFEST } : rawOf(stored.bytes)),
    config: {
      mediaType: OCI_CONFIG,
      size: config.length,
      digest: await storeBlob(repository, config),
    },
    layers,
  };
  return {
    bytes: Buffer.from(JSON.stringify(manifest)),
    mediaType: stored === undefined || stored.mediaType === '' ? OCI_MANIFEST : stored.mediaType,
  };
}

/** Stores a small blob, unless it is there. */
export async function storeBlob(repository: ImageRepository, bytes: Buffer): Promise<Digest> {
  const digest = sha256Of(bytes);
  if (await repository.hasBlob(digest)) return digest;
  await repository.uploadBlob({ digest, sizeBytes: bytes.length }, async function* chunks() {
    yield await Promise.resolve(bytes);
  });
  return digest;
}
