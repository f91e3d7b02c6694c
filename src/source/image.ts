/** An opened image: its facts from the configuration, its layers from wherever they are stored. */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { COMPRESSION_MAGIC_BYTES, detectCompression } from '../format/decompress.ts';
import { createLayerBudgets } from '../format/layer-tar.ts';
import type { Artifact, Digest, ImageFacts, Layer, Platform } from '../model/artifact.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { ImageConfig } from './image-config.ts';
import { walkStoredLayer, type StoredLayer } from './image-layer.ts';
import type { OpenArtifact } from './source.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** What a source has found out about one image. */
export interface ImageParts {
  /** As the caller wrote it. */
  readonly reference: string;
  readonly config: ImageConfig;
  readonly configDigest: Digest;
  /** Oldest first. */
  readonly layers: readonly { readonly bytes: StoredBytes; readonly blobDigest?: Digest }[];
  readonly tags: readonly string[];
  /** Where the configuration does not say it. */
  readonly platform?: Platform | undefined;
  readonly manifestDigest?: Digest | undefined;
  readonly indexDigest?: Digest | undefined;
  /** What is to be said before any layer is walked. */
  readonly notes?: readonly Diagnostic[];
}

/**
 * `close` is called when the artifact is disposed of.
 *
 * @throws AssayError `DAMAGED` where the configuration lists another number of layers than there are.
 */
export async function openImage(
  parts: ImageParts,
  context: Context,
  close: () => Promise<void>,
): Promise<OpenArtifact> {
  const { config, reference } = parts;
  if (config.diffIds.length !== parts.layers.length) {
    throw new AssayError(
      'DAMAGED',
      `"${reference}" has ${parts.layers.length} layers and a configuration that lists ${config.diffIds.length}`,
    );
  }
  const layers = await storedLayers(parts);
  const artifact: Artifact = {
    kind: 'image',
    reference,
    layers: layers.map((layer, index) => layerFacts(layer, config.commands[index])),
    image: imageFacts(parts),
  };
  const budgets = createLayerBudgets(context.limits, reference);
  const notes = new Map<number, Diagnostic>();
  return {
    artifact,
    async walk(index, visit, walkContext) {
      const layer = layers[index];
      if (layer === undefined) throw new RangeError(`"${reference}" has no layer ${index}`);
      const counts = await walkStoredLayer(layer, visit, budgets(index), walkContext);
      if (counts.unknownCount > 0) notes.set(index, unknownMembers(layer, counts.unknownCount));
    },
    diagnostics: () => [...(parts.notes ?? []), ...notes.values()],
    [Symbol.asyncDispose]: close,
  };
}

async function storedLayers(parts: ImageParts): Promise<readonly StoredLayer[]> {
  const count = parts.layers.length;
  return Promise.all(
    parts.layers.map(async ({ bytes, blobDigest }, index) => {
      const compression = detectCompression(await bytes.head(COMPRESSION_MAGIC_BYTES));
      const diffId = parts.config.diffIds[index];
      if (diffId === undefined) throw new RangeError(`no diff id for layer ${index}`);
      return {
        name: `layer ${index + 1} of ${count} of "${parts.reference}"`,
        shortName: `layer ${index + 1}/${count}`,
        bytes,
        compression,
        // What is stored plain has one digest for both forms; the walk compares it.
        blobDigest: blobDigest ?? (compression === 'none' ? diffId : undefined),
        diffId,
      };
    }),
  );
}

function layerFacts(layer: StoredLayer, createdBy: string | undefined): Layer {
  return {
    diffId: layer.diffId,
    compressedBytes: layer.bytes.sizeBytes,
    ...(layer.blobDigest !== undefined && { blobDigest: layer.blobDigest }),
    ...(createdBy !== undefined && { createdBy }),
  };
}

function imageFacts(parts: ImageParts): ImageFacts {
  const { config, manifestDigest, indexDigest } = parts;
  return {
    configDigest: parts.configDigest,
    platform: config.platform ?? parts.platform ?? { os: 'unknown', architecture: 'unknown' },
    tags: parts.tags,
    repoDigests: [],
    env: config.env,
    entrypoint: config.entrypoint,
    user: config.user,
    labels: config.labels,
    ...(manifestDigest !== undefined && { manifestDigest }),
    ...(indexDigest !== undefined && { indexDigest }),
    ...(config.createdAt !== undefined && { createdAt: config.createdAt }),
  };
}

function unknownMembers(layer: StoredLayer, count: number): Diagnostic {
  return {
    stage: 'source',
    message: `${layer.name} holds ${count} tar members of an unknown type, which were passed over`,
  };
}
