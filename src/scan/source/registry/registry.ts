/**
 * Images in a registry: `--image-src remote`. Manifests and configurations are got when an image is
 * opened, layers when they are walked.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError, type ErrorCode } from '../../../core/base/errors.ts';
import type { Digest, Platform } from '../../../core/model/artifact/artifact.ts';
import { ifThere } from '../../../clients/oci/if-there.ts';
import {
  createRegistryClient,
  familiarReference,
  IMAGE_CONFIG_TYPES,
  isAttestation,
  readManifest,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
  type ImageReference,
  type Repository,
  type StoredManifest,
} from '../../../clients/oci/index.ts';
import type { StoredImage } from '../../../clients/oci/content-store.ts';
import { openImages, type ImageParts } from '../image/image.ts';
import { parseImageConfig, type ImageConfig } from '../image/image-config.ts';
import { skippedImageNotes } from '../image/skipped-images.ts';
import {
  kindOfNonImage,
  LAYER_HEAD_BYTES,
  looksLikeFilesystem,
  pullableIndexes,
} from '../image/non-image-manifest.ts';
import { formatPlatform, isPlatform } from '../../../core/model/artifact/platform.ts';
import { choosePlatforms } from '../platform.ts';
import { RegistryBlobs } from './registry-blob.ts';
import { blobBytes } from '../stored-bytes.ts';
import { openLazyImage, TableBudget } from './registry-lazy.ts';
import type { ImageDigest, ImageStore, SourceRequest } from '../source.ts';

/** The limit of archives: far more than any configuration has. */
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;
const MAX_MANIFESTS = 1000;
const MAX_DEPTH = 4;
/** After these the next registry that a short name may mean is asked. */
const NOT_THERE: ReadonlySet<ErrorCode> = new Set(['NOT_FOUND', 'REGISTRY_DENIED', 'NETWORK']);

export const registry: ImageStore = {
  id: 'remote',
  async open(request, context) {
    const found = await find(request, context);
    const { chosen, left } = await chooseImages(found, request);
    const blobs = new RegistryBlobs(found.repository, context);
    try {
      const parts: ImageParts[] = [];
      const reading = { request, blobs, context, room: new TableBudget() };
      for (const image of chosen) {
        parts.push(await readParts(found, image, reading));
      }
      const [first, ...others] = parts;
      const noted =
        first === undefined
          ? []
          : [{ ...first, notes: [...skippedImageNotes(left), ...(first.notes ?? [])] }, ...others];
      return await openImages(noted, blobs, context);
    } catch (error) {
      await blobs.close();
      throw error;
    }
  },
  async digests(request, context) {
    const found = await find(request, context);
    const { images } = await listImages(found);
    const name = familiarReference({ domain: found.reference.domain, path: found.reference.path });
    const digests: ImageDigest[] = found.isIndex
      ? [{ name, digest: found.stored.digest, isIndex: true }]
      : [];
    for (const { digest, platform } of images) {
      if (!isWanted(platform, request.platforms)) continue;
      digests.push({
        name,
        digest,
        isIndex: false,
        ...(platform === undefined ? {} : { platform }),
      });
    }
    return digests;
  },
};

/** The manifest of a reference. */
interface Found {
  /** With the tag that was asked for. */
  readonly reference: ImageReference;
  readonly repository: Repository;
  readonly stored: StoredManifest;
  readonly isIndex: boolean;
  /** Configurations that were read, so that none is asked for twice. */
  readonly configs: Map<Digest, ReadConfig>;
}

/** A configuration, with its bytes. */
interface ReadConfig {
  readonly config: ImageConfig;
  readonly configBytes: Uint8Array;
}

/** An image manifest, and what is known of it without reading it. */
interface Listed {
  readonly digest: Digest;
  readonly group: string;
  readonly platform: Platform | undefined;
  /** It is marked as an attestation, and one of its layers is a file system. */
  readonly isMislabelled: boolean;
  /** An index lists it without a platform. */
  readonly isUnlisted: boolean;
}

async function find(request: SourceRequest, context: Context): Promise<Found> {
  if (context.fetch === undefined) {
    throw new AssayError('OFFLINE', 'the network is off', {
      hint: 'Run again without --offline, or save the image where there is a network and scan the file.',
    });
  }
  const options = request.env === undefined ? {} : { env: request.env };
  const client = createRegistryClient({ ...options, ...request.registry }, context);
  let failure: unknown;
  for (const named of await client.resolveName(request.reference)) {
    const hasVersion = named.tag !== undefined || named.digest !== undefined;
    const reference = hasVersion ? named : { ...named, tag: 'latest' };
    const repository = await client.repository(reference);
    try {
      const stored = await repository.manifest(reference.digest ?? reference.tag ?? 'latest');
      const { kind } = readManifest(stored.bytes, stored.mediaType, quoted(reference));
      return { reference, repository, stored, isIndex: kind === 'index', configs: new Map() };
    } catch (error) {
      if (!(error instanceof AssayError) || !NOT_THERE.has(error.code)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

async function chooseImages(
  found: Found,
  request: SourceRequest,
): Promise<{ readonly chosen: readonly Listed[]; readonly left: readonly string[] }> {
  const { images, others } = await listImages(found);
  if (images.length === 0) throw damaged(found.reference, 'its index lists no container image');
  const chosen = choosePlatforms(images, request.platforms, request.reference);
  const taken = new Set(chosen);
  const beside = images.filter((image) => !taken.has(image));
  const left = beside.map(({ platform, digest }) => `${formatPlatform(platform)} (${digest})`);
  return { chosen, left: [...others, ...left] };
}

/**
 * Returns all images behind a reference, in the order of the indexes; what else they list by name.
 */
async function listImages(
  found: Found,
): Promise<{ readonly images: readonly Listed[]; readonly others: readonly string[] }> {
  const { stored, reference, repository } = found;
  const images: Listed[] = [];
  const others: string[] = [];
  let readCount = 0;
  const read = async ({ digest, mediaType }: Descriptor): Promise<ImageManifest | ImageIndex> => {
    readCount += 1;
    return readChild(await repository.manifest(digest), mediaType, reference);
  };
  const add = async (
    manifest: ImageManifest,
    { digest, descriptor }: { readonly digest: Digest; readonly descriptor?: Descriptor },
  ): Promise<void> => {
    const readHead = (layer: Descriptor): Promise<Uint8Array | undefined> =>
      ifThere(headOf(repository, layer));
    const what = descriptor && (await kindOfNonImage(manifest, descriptor, readHead));
    if (what !== undefined) {
      others.push(`${what || 'unknown'} (${digest})`);
      return;
    }
    const platform = descriptor?.platform ?? (await readConfig(found, manifest)).config.platform;
    const isMislabelled = descriptor !== undefined && isAttestation(descriptor);
    const isUnlisted = descriptor !== undefined && descriptor.platform === undefined;
    images.push({ digest, group: '', platform, isMislabelled, isUnlisted });
  };
  const walk = async (index: ImageIndex, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw damaged(reference, 'its indexes lie too deep within each other');
    const pullable = pullableIndexes(index.manifests);
    for (const [place, descriptor] of index.manifests.entries()) {
      // Indexes that list nothing count too, or a few of them would lead to a request for ever.
      if (Math.max(images.length + others.length, readCount) >= MAX_MANIFESTS) {
        throw damaged(reference, `it lists more than ${MAX_MANIFESTS} images`);
      }
      const { digest, platform } = descriptor;
      const isLabelled = isAttestation(descriptor);
      // An index lists the platforms, so that manifests of other platforms are not read.
      if (platform !== undefined && !isLabelled) {
        images.push({ digest, group: '', platform, isMislabelled: false, isUnlisted: false });
      } else if (isLabelled && !pullable.has(place)) others.push(`attestation (${digest})`);
      else {
        const child = isLabelled ? await ifThere(read(descriptor)) : await read(descriptor);
        if (child === undefined) others.push(`attestation (${digest})`);
        else if (child.kind === 'index') await walk(child, depth + 1);
        else await add(child, { digest, descriptor });
      }
    }
  };
  const manifest = readManifest(stored.bytes, stored.mediaType, quoted(reference));
  if (manifest.kind === 'index') await walk(manifest, 0);
  else await add(manifest, { digest: stored.digest });
  return { images, others };
}

/**
 * Returns a child of an index. It must satisfy the index's descriptor and the registry's headers.
 */
function readChild(
  { bytes, mediaType: announced }: StoredManifest,
  mediaType: string,
  reference: ImageReference,
): ImageManifest | ImageIndex {
  readManifest(bytes, mediaType, quoted(reference));
  return readManifest(bytes, announced, quoted(reference));
}

/** Ends a download early. */
class EnoughBytes extends Error {}

/**
 * Returns the first bytes of a layer. Those of a layer that is not a file system are of its digest:
 * all of it is downloaded, or a registry could show other bytes here than to a runtime.
 */
async function headOf(repository: Repository, layer: Descriptor): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  const take = (piece: Uint8Array): void => {
    if (head.length >= LAYER_HEAD_BYTES) return;
    head = Buffer.concat([head, piece]).subarray(0, LAYER_HEAD_BYTES);
    if (head.length === LAYER_HEAD_BYTES && looksLikeFilesystem(head)) throw new EnoughBytes();
  };
  try {
    await repository.download({ ...layer, urls: [] }, take);
  } catch (error) {
    if (!(error instanceof EnoughBytes)) throw error;
  }
  return head;
}

/** The objects that are needed to read an image. */
interface Reading {
  readonly request: SourceRequest;
  readonly blobs: RegistryBlobs;
  readonly context: Context;
  /** For the tables of contents of all images that are opened. */
  readonly room: TableBudget;
}

async function readParts(
  found: Found,
  image: Listed,
  { request, blobs, context, room }: Reading,
): Promise<ImageParts> {
  const { reference, stored, isIndex } = found;
  const document =
    image.digest === stored.digest ? stored : await found.repository.manifest(image.digest);
  const manifest = readManifest(document.bytes, document.mediaType, quoted(reference));
  if (manifest.kind === 'index')
    throw damaged(reference, `${image.digest} is an index and was listed as an image`);
  const { config, configBytes } = await readConfig(found, manifest);
  const count = manifest.layers.length;
  const from = { repository: found.repository, name: quoted(reference), room };
  const lazy =
    request.isLazy === true ? await openLazyImage(manifest.layers, from, context) : undefined;
  const { domain, path, tag } = reference;
  // A request for a platform means that one; otherwise the index is meant, which is the image on
  // all platforms.
  const isMeant = request.platforms.length > 0 || !isIndex;
  const digests = isIndex ? [stored.digest, image.digest] : [image.digest];
  return {
    reference: request.reference,
    config,
    configBytes,
    configDigest: manifest.config.digest,
    layers: manifest.layers.map((layer, index) => ({
      bytes: blobs.get(layer, `layer ${index + 1} of ${count} of ${quoted(reference)}`),
      blobDigest: layer.digest,
      lazy: lazy?.layers.get(index),
    })),
    ...(lazy !== undefined && { notes: lazy.notes }),
    namedBy: 'manifest',
    stored: storedInRegistry(found, document.digest, blobs),
    source: { kind: 'registry', place: domain },
    tags: tag === undefined ? [] : [familiarReference({ domain, path, tag })],
    repoDigests: (isMeant ? digests.reverse() : digests).map((digest) =>
      familiarReference({ domain, path, digest }),
    ),
    annotations: manifest.annotations,
    platform: image.platform,
    manifestDigest: document.digest,
    ...(isIndex && { indexDigest: stored.digest }),
  };
}

/** Returns an image as its registry has it. What a scan has downloaded is not downloaded again. */
function storedInRegistry(
  { repository, reference, stored }: Found,
  manifestDigest: Digest,
  blobs: RegistryBlobs,
): StoredImage {
  return {
    root: stored,
    manifestDigest,
    repository: repository.reference,
    store: {
      manifest: async ({ digest }) =>
        digest === stored.digest ? stored : repository.manifest(digest),
      blob: (descriptor) =>
        Promise.resolve(
          blobBytes(blobs.get(descriptor, `blob ${descriptor.digest} of ${quoted(reference)}`)),
        ),
    },
  };
}

async function readConfig(found: Found, manifest: ImageManifest): Promise<ReadConfig> {
  const { config } = manifest;
  const { reference, repository, configs } = found;
  const known = configs.get(config.digest);
  if (known !== undefined) return known;
  // Some tools leave the type out.
  if (config.mediaType !== '' && !IMAGE_CONFIG_TYPES.has(config.mediaType)) {
    const what = manifest.artifactType ?? config.mediaType;
    throw new AssayError('DAMAGED', `${quoted(reference)} is not a container image but "${what}"`, {
      hint: 'Registries keep charts, signatures and other things beside images.',
    });
  }
  const bytes = await repository.readBlob(config, MAX_CONFIG_BYTES);
  const read = { config: parseImageConfig(bytes, quoted(reference)), configBytes: bytes };
  configs.set(config.digest, read);
  return read;
}

function isWanted(platform: Platform | undefined, wanted: SourceRequest['platforms']): boolean {
  if (wanted === 'all' || wanted.length === 0) return true;
  return wanted.some((one) => isPlatform(platform, one));
}

function quoted(reference: ImageReference): string {
  return `"${familiarReference(reference)}"`;
}

function damaged(reference: ImageReference, reason: string): AssayError {
  return new AssayError('DAMAGED', `${quoted(reference)} cannot be used: ${reason}`);
}
