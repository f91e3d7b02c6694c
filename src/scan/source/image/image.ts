/** An opened image: its facts from the configuration, its layers from wherever they are stored. */

import type { Context } from '../../../core/base/context.ts';
import { maskSecrets, maskSetting } from '../../../core/base/mask-secrets.ts';
import { redact } from '../../../core/base/redact.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { COMPRESSION_MAGIC_BYTES, detectCompression } from '../../../formats/archive/decompress.ts';
import { createUnpackBudgets } from '../../../formats/archive/tar/layer-tar.ts';
import type {
  Artifact,
  Digest,
  ImageFacts,
  Layer,
  Platform,
  SourceUsed,
} from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { ImageConfiguration } from '../../../core/model/artifact/image-configuration.ts';
import { namedBases } from '../../../clients/oci/base-annotations.ts';
import type { StoredImage } from '../../../clients/oci/content-store.ts';
import type { ConvertedImage } from './converted-image.ts';
import type { ImageConfig } from './image-config.ts';
import type { ImageFiles } from './image-files.ts';
import { walkStoredLayer, type StoredLayer } from './image-layer.ts';
import { walkLazyLayer, type LazyLayer } from '../registry/lazy-layer.ts';
import type { Selection } from './selection.ts';
import type { LayerIdentity, OpenArtifact, SourceRequest } from '../source.ts';
import type { StoredBytes } from '../stored-bytes.ts';

/** The images of an archive or layout to open. */
export interface StoredImagesRequest extends Pick<SourceRequest, 'reference' | 'platforms'> {
  readonly selection: Selection;
  /** Facts from the image's origin, if it has better data than the stored files. */
  readonly known?: KnownImageFacts;
}

/** Facts of a daemon or store about an image, beside its export or manifest. */
export interface KnownImageFacts {
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
  /** Set if the export was converted and has another digest. */
  readonly configDigest?: Digest;
  /**
   * Digests of manifests that are known elsewhere than in the export, which may have been given one
   * of its own.
   */
  readonly isKnownDigest: (digest: Digest) => boolean;
  /** The digest behind the name that was asked for. */
  readonly requested?: { readonly reference: string; readonly digest: Digest };
  readonly source: SourceUsed;
}

/** The parts of one image that a source has read. */
export interface ImageParts {
  /** The reference as the caller wrote it. */
  readonly reference: string;
  readonly config: ImageConfig;
  readonly configDigest: Digest;
  readonly configBytes: Uint8Array;
  /** Oldest first. */
  readonly layers: readonly {
    readonly bytes: StoredBytes;
    readonly blobDigest?: Digest;
    /** Its table of contents, where it is read by that. */
    readonly lazy?: LazyLayer | undefined;
  }[];
  /**
   * Whether a manifest of compared digest names the layers by their `blobDigest`; else all digests
   * are claims.
   */
  readonly namedBy?: 'manifest' | 'claim';
  readonly tags: readonly string[];
  readonly repoDigests?: readonly string[];
  /** Annotations of its manifest, where there is one. */
  readonly annotations?: ReadonlyMap<string, string>;
  /** Set if the configuration does not state the platform. */
  readonly platform?: Platform | undefined;
  readonly manifestDigest?: Digest | undefined;
  readonly indexDigest?: Digest | undefined;
  /** Absent where the opener of the source names it. */
  readonly source?: SourceUsed;
  /** The image as a registry stores it; absent where only its files are here. */
  readonly stored?: StoredImage | undefined;
  /** Notes for the report that are known before any layer is walked. */
  readonly notes?: readonly Diagnostic[];
}

/** Opens images of one archive or layout. The last of them to be disposed of closes `files`. */
export async function openParts(
  parts: readonly ImageParts[],
  files: Pick<ImageFiles, 'close'>,
  { known }: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const notes = claimNotes(parts, known);
  const noted = parts.map((part, index) => {
    const first = index === 0 ? { ...part, notes: [...(part.notes ?? []), ...notes] } : part;
    return withKnownFacts(first, known);
  });
  return openImages(noted, files, context);
}

/**
 * Opens images that are read from the same files. The last of them to be disposed of closes
 * `files`.
 */
export function openImages(
  parts: readonly ImageParts[],
  files: Pick<ImageFiles, 'close'>,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const open = new Set(parts);
  return Promise.all(
    parts.map((part) =>
      openImage(part, context, async () => {
        if (open.delete(part) && open.size === 0) await files.close();
      }),
    ),
  );
}

/**
 * Opens an image. `close` is called when the artifact is disposed of.
 *
 * @throws AssayError `DAMAGED` where the configuration lists another number of layers than there
 * are; `LIMIT_EXCEEDED`
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
  refuseLarge(parts, context);
  const layers = await storedLayers(parts);
  const artifact: Artifact = {
    kind: 'image',
    reference,
    layers: layers.map((layer, index) => layerFacts(layer, config.commands[index])),
    image: imageFacts(parts),
    ...(parts.source !== undefined && { source: parts.source }),
  };
  const budgets = createUnpackBudgets(context.limits, reference);
  const checked = new Set<number>();
  const trusted = new Set<number>();
  let converted: Promise<ConvertedImage> | undefined;
  const walk: OpenArtifact['walk'] = async (index, visit, walkContext, mayTrust = false) => {
    const layer = layers[index];
    if (layer === undefined) throw new RangeError(`"${reference}" has no layer ${index}`);
    const lazy = parts.layers[index]?.lazy;
    const plan = { budget: budgets(index), mayTrust };
    if (lazy !== undefined) {
      await walkLazyLayer(lazy, visit, plan.budget, walkContext);
      return;
    }
    const { isChecked } = await walkStoredLayer(layer, visit, plan, walkContext);
    if (isChecked) checked.add(index);
    else trusted.add(index);
  };
  return {
    artifact,
    configuration: () => configurationOf(parts),
    walk,
    nameOf: (index) => layerName(parts, index),
    check: (index, checkContext) => walk(index, () => undefined, checkContext),
    isChecked: (index) => checked.has(index),
    isTrusted: (index) => trusted.has(index) && !checked.has(index),
    isLazy: (index) => parts.layers[index]?.lazy !== undefined,
    stored: parts.stored,
    async convert(storing) {
      const { convertImage } = await import('./converted-image.ts');
      converted ??= convertImage({ layers, configBytes: parts.configBytes }, storing);
      return converted;
    },
    diagnostics: () => parts.notes ?? [],
    async [Symbol.asyncDispose]() {
      await (await converted?.catch(() => undefined))?.[Symbol.asyncDispose]();
      await close();
    },
  };
}

/** Returns the configuration; the code that reads it is loaded only if rules use it. */
async function configurationOf({
  configBytes,
  reference,
}: ImageParts): Promise<ImageConfiguration> {
  const { readImageConfiguration } = await import('./image-configuration.ts');
  return readImageConfiguration(configBytes, `"${reference}"`);
}

/** Refuses a large image before any layer is read, which would be a download from a registry. */
function refuseLarge({ reference, layers }: ImageParts, { limits }: Context): void {
  const { maxImageBytes } = limits;
  let storedBytes = 0;
  for (const { bytes } of layers) storedBytes += bytes.sizeBytes;
  if (maxImageBytes === undefined || storedBytes <= maxImageBytes) return;
  throw new AssayError(
    'LIMIT_EXCEEDED',
    `the layers of "${reference}" have ${storedBytes} bytes, of which ${maxImageBytes} are allowed`,
    { hint: 'Give it more room: --max-image-size SIZE' },
  );
}

function layerName(parts: ImageParts, index: number): LayerIdentity | undefined {
  const { blobDigest, lazy } = parts.layers[index] ?? {};
  // Nothing that is read of it has been compared with any digest of the layer.
  if (lazy !== undefined) return undefined;
  if (parts.namedBy === 'manifest' && blobDigest !== undefined) {
    return { digest: blobDigest, of: 'stored', by: 'manifest' };
  }
  const diffId = parts.config.diffIds[index];
  return diffId && { digest: diffId, of: 'unpacked', by: 'claim' };
}

async function storedLayers(parts: ImageParts): Promise<readonly StoredLayer[]> {
  const count = parts.layers.length;
  return Promise.all(
    parts.layers.map(async ({ bytes, blobDigest }, index) => {
      // Who knows the digest of the stored bytes need not look at them, which of a registry would
      // be a request.
      const isPlain =
        blobDigest === undefined &&
        detectCompression(await bytes.head(COMPRESSION_MAGIC_BYTES)) === 'none';
      const diffId = parts.config.diffIds[index];
      if (diffId === undefined) throw new RangeError(`no diff id for layer ${index}`);
      return {
        name: `layer ${index + 1} of ${count} of "${parts.reference}"`,
        shortName: `layer ${index + 1}/${count}`,
        bytes,
        // What is stored plain has one digest for both forms; the walk compares it.
        blobDigest: isPlain ? diffId : blobDigest,
        diffId,
        isNamed: parts.namedBy === 'manifest' && blobDigest !== undefined,
      };
    }),
  );
}

function layerFacts(layer: StoredLayer, createdBy: string | undefined): Layer {
  return {
    diffId: layer.diffId,
    compressedBytes: layer.bytes.sizeBytes,
    ...(layer.blobDigest !== undefined && { blobDigest: layer.blobDigest }),
    ...(createdBy !== undefined && { createdBy: maskSecrets(createdBy) }),
  };
}

/**
 * Titles, sources and revisions have a meaning of their own; only what may be a secret is masked.
 */
function maskedLabel(key: string, value: string): string {
  return maskSetting(`${key}=${value}`).slice(key.length + 1);
}

function imageFacts(parts: ImageParts): ImageFacts {
  const { config, manifestDigest, indexDigest, annotations } = parts;
  const baseBy = namedBases(config.labels, ...(annotations === undefined ? [] : [annotations]));
  return {
    configDigest: parts.configDigest,
    platform: config.platform ?? parts.platform ?? { os: 'unknown', architecture: 'unknown' },
    tags: parts.tags,
    repoDigests: parts.repoDigests ?? [],
    env: config.env.map(maskSetting),
    entrypoint: config.entrypoint.map(maskSecrets),
    ...(config.cmd.length > 0 && { cmd: config.cmd.map(maskSecrets) }),
    user: config.user,
    ...(config.workingDirectory !== '' && { workingDirectory: config.workingDirectory }),
    labels: new Map([...config.labels].map(([key, value]) => [key, maskedLabel(key, value)])),
    ...(manifestDigest !== undefined && { manifestDigest }),
    ...(indexDigest !== undefined && { indexDigest }),
    ...(config.createdAt !== undefined && { createdAt: config.createdAt }),
    ...(config.baseHint !== undefined && { baseHint: config.baseHint }),
    ...(baseBy.length > 0 && { baseBy: baseBy.map((one) => ({ ...one, name: redact(one.name) })) }),
  };
}

/** Returns the parts as the place that keeps the image knows them. */
function withKnownFacts(parts: ImageParts, known: KnownImageFacts | undefined): ImageParts {
  if (known === undefined) return parts;
  const { manifestDigest, indexDigest } = parts;
  const published = (digest: Digest | undefined): Digest | undefined =>
    digest !== undefined && known.isKnownDigest(digest) ? digest : undefined;
  return {
    ...parts,
    tags: known.tags,
    repoDigests: known.repoDigests,
    configDigest: known.configDigest ?? parts.configDigest,
    manifestDigest: published(manifestDigest),
    indexDigest: published(indexDigest),
    stored: published(manifestDigest) === undefined ? undefined : parts.stored,
    source: known.source,
  };
}

/**
 * Returns notes about the requested digest, if no manifest of the images has it.
 *
 * @throws AssayError `NOT_FOUND` where the place of the images does not name it either
 */
function claimNotes(
  parts: readonly ImageParts[],
  known: KnownImageFacts | undefined,
): readonly Diagnostic[] {
  if (known?.requested === undefined) return [];
  const { reference, digest } = known.requested;
  const hasDigest = ({ manifestDigest, indexDigest }: ImageParts): boolean =>
    manifestDigest === digest || indexDigest === digest;
  if (parts.some(hasDigest)) return [];
  if (!known.isKnownDigest(digest)) {
    throw new AssayError('NOT_FOUND', `the image found for "${reference}" has another digest`, {
      hint: 'Pull it again by its digest.',
    });
  }
  const message = `${digest} is a claim of ${known.source.kind} (RepoDigests): its export has no manifest to compare with this digest`;
  return [{ stage: 'source', message }];
}
