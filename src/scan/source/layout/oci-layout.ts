/**
 * Images in an OCI layout, a folder or an archive of one.
 *
 * Source: OCI image specification, "Image Layout". Of an image for several platforms those asked
 * for are opened, else that of the host.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Platform } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { openParts, type ImageParts, type StoredImagesRequest } from '../image/image.ts';
import type { StoredImage } from '../../../clients/oci/content-store.ts';
import type { Descriptor, ImageManifest } from '../../../clients/oci/index.ts';
import { parseImageConfig, type ImageConfig } from '../image/image-config.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { skippedImageNotes } from '../image/skipped-images.ts';
import {
  blobPath,
  checkSize,
  damagedLayout,
  listManifests,
  readBlob,
  readListedManifest,
  type ListedManifest,
  type ManifestList,
  type OtherManifest,
} from './oci-index.ts';
import { formatPlatform } from '../../../core/model/artifact/platform.ts';
import { choosePlatforms } from '../platform.ts';
import { chooseByName, hasName, formatSelection, type Selection } from '../image/selection.ts';
import type { OpenArtifact } from '../source.ts';
import { blobBytes, type StoredBytes } from '../stored-bytes.ts';

/** Returns the images asked for. The last of them to be disposed of closes `files`. */
export async function openOciLayout(
  files: ImageFiles,
  request: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const all = await listManifests(files);
  const listed = selectManifests(all.images, request.selection, files).map((one) =>
    withSelectedRoot(one, request.selection),
  );
  const images = await Promise.all(listed.map((manifest) => readListed(files, manifest)));
  const chosen = choosePlatforms(images, request.platforms, files.name);
  const notes = skippedImagesOf(all, { images, chosen, selection: request.selection });
  const parts: ImageParts[] = [];
  for (const [index, image] of chosen.entries()) {
    const part = await readImage(files, image, request.reference);
    parts.push(index === 0 ? { ...part, notes } : part);
  }
  return openParts(parts, files, request, context);
}

/**
 * Returns the list with a selected root. A digest selects an image or an index, whatever else leads
 * to it.
 */
function withSelectedRoot(listed: ListedManifest, { digest }: Selection): ListedManifest {
  if (digest === undefined || digest === listed.root.digest) return listed;
  if (digest === listed.digest) return { ...listed, root: listed.descriptor };
  return { ...listed, root: { ...listed.root, mediaType: '', digest } };
}

/** An image whose platform is known. */
export interface ListedImage {
  readonly listed: ListedManifest;
  readonly group: string;
  readonly platform: Platform | undefined;
  readonly isMislabelled: boolean;
  readonly isUnlisted: boolean;
}

/** Equal manifests are one image with all their names. */
export function selectManifests(
  all: readonly ListedManifest[],
  selection: Selection,
  files: ImageFiles,
): readonly ListedManifest[] {
  if (all.length === 0) throw damagedLayout(files, 'it lists no container image');
  const byDigest = new Map<string, ListedManifest>();
  for (const manifest of select(all, selection, files.name)) {
    const tags = new Set([...(byDigest.get(manifest.digest)?.tags ?? []), ...manifest.tags]);
    byDigest.set(manifest.digest, { ...manifest, tags: [...tags] });
  }
  if (byDigest.size > 0) return [...byDigest.values()];
  const names = [...new Set(all.flatMap((manifest) => manifest.tags))];
  throw new AssayError(
    'NOT_FOUND',
    `"${files.name}" holds no image "${formatSelection(selection) ?? ''}"`,
    {
      hint:
        names.length > 0
          ? `It holds ${names.join(', ')}.`
          : `Its images have no names; their digests are ${all.map((it) => it.digest).join(', ')}.`,
    },
  );
}

/** @throws AssayError `USAGE` where the tag is of several images. */
function select(
  all: readonly ListedManifest[],
  { tag, digest, position }: Selection,
  layout: string,
): readonly ListedManifest[] {
  if (position !== undefined) return all.filter((manifest) => manifest.position === position);
  if (tag !== undefined) return chooseByName(all, tag, layout);
  if (digest === undefined) return all;
  return all.filter((manifest) => [manifest.digest, manifest.indexDigest].includes(digest));
}

/** Returns whether something that is not an image stands beside one that was selected. */
function isBeside(other: OtherManifest, { tag, digest, position }: Selection): boolean {
  if (position !== undefined) return other.position === position;
  if (tag !== undefined) return hasName(other.tags, tag);
  return digest === undefined || [other.digest, other.indexDigest].includes(digest);
}

/** Returns one note for all that stands beside what is opened. */
export function skippedImagesOf(
  { others }: ManifestList,
  of: {
    readonly images: readonly ListedImage[];
    readonly chosen: readonly ListedImage[];
    readonly selection: Selection;
  },
): readonly Diagnostic[] {
  const taken = new Set(of.chosen);
  const beside = others.filter((other) => isBeside(other, of.selection));
  return skippedImageNotes([
    ...beside.map(({ what, digest }) => `${what} (${digest})`),
    ...of.images
      .filter((image) => !taken.has(image))
      .map(({ platform, listed }) => `${formatPlatform(platform)} (${listed.digest})`),
  ]);
}

/** Reads the configuration only where the index does not say the platform. */
export async function readListed(files: ImageFiles, listed: ListedManifest): Promise<ListedImage> {
  const { descriptor, group, isMislabelled, isUnlisted } = listed;
  const platform = descriptor.platform ?? (await readOwnPlatform(files, listed));
  return { listed, group, platform, isMislabelled, isUnlisted };
}

async function readOwnPlatform(
  files: ImageFiles,
  listed: ListedManifest,
): Promise<Platform | undefined> {
  return (await readConfig(files, await readManifest(files, listed))).config.platform;
}

/** Returns the parts that are needed to open an image of a layout. @throws AssayError `DAMAGED` */
export async function readImage(
  files: ImageFiles,
  image: ListedImage,
  reference: string,
): Promise<ImageParts> {
  const { listed } = image;
  const manifest = await readManifest(files, listed);
  const { config, configBytes } = await readConfig(files, manifest);
  return {
    reference,
    config,
    configBytes,
    configDigest: manifest.config.digest,
    layers: await Promise.all(
      manifest.layers.map(async (descriptor, index) => ({
        bytes: await findLayer(files, descriptor, index),
        blobDigest: descriptor.digest,
      })),
    ),
    namedBy: 'manifest',
    stored: storedInLayout(files, listed),
    tags: listed.tags,
    annotations: manifest.annotations,
    platform: image.platform,
    manifestDigest: listed.digest,
    indexDigest: listed.indexDigest,
  };
}

async function readManifest(files: ImageFiles, listed: ListedManifest): Promise<ImageManifest> {
  const manifest = await readListedManifest(files, listed);
  if (manifest !== undefined) return manifest;
  throw damagedLayout(files, `the manifest ${listed.digest} is missing`);
}

/** Returns an image as its layout has it. */
export function storedInLayout(
  files: ImageFiles,
  { root, digest }: Pick<ListedManifest, 'root' | 'digest'>,
): StoredImage {
  return {
    root,
    manifestDigest: digest,
    store: {
      async manifest(descriptor) {
        const bytes = await readBlob(files, descriptor);
        if (bytes !== undefined) return { ...descriptor, bytes };
        throw damagedLayout(files, `the manifest ${descriptor.digest} is missing`);
      },
      async blob(descriptor) {
        const bytes = await files.get(blobPath(descriptor.digest));
        if (bytes !== undefined) return blobBytes(bytes);
        throw missingLayer(`blob ${descriptor.digest} of "${files.name}"`, descriptor);
      },
    },
  };
}

async function readConfig(
  files: ImageFiles,
  { config }: ImageManifest,
): Promise<{ readonly config: ImageConfig; readonly configBytes: Uint8Array }> {
  const bytes = await readBlob(files, config);
  if (bytes === undefined)
    throw damagedLayout(files, `the configuration ${config.digest} is missing`);
  return { config: parseImageConfig(bytes, `an image in "${files.name}"`), configBytes: bytes };
}

async function findLayer(
  files: ImageFiles,
  descriptor: Descriptor,
  index: number,
): Promise<StoredBytes> {
  const name = `layer ${index + 1} (${descriptor.digest}) of "${files.name}"`;
  if (descriptor.mediaType.endsWith('+encrypted')) {
    throw new AssayError('DAMAGED', `${name} is encrypted`, {
      hint: 'Decrypt the image first, for example with skopeo.',
    });
  }
  const bytes = await files.get(blobPath(descriptor.digest));
  if (bytes === undefined) throw missingLayer(name, descriptor);
  checkSize(descriptor, bytes.sizeBytes, name);
  return bytes;
}

/** Foreign layers are kept by their publisher; images of Windows have them. */
function missingLayer(name: string, descriptor: Descriptor): AssayError {
  const isForeign =
    descriptor.urls.length > 0 || /foreign|nondistributable/.test(descriptor.mediaType);
  if (!isForeign) return new AssayError('DAMAGED', `${name} is missing`);
  const from = descriptor.urls.length > 0 ? `, which lies at ${descriptor.urls.join(', ')}` : '';
  return new AssayError('DAMAGED', `${name} is missing: it is a foreign layer${from}`, {
    hint: 'Copy the image with its foreign layers, for example with docker pull and docker save.',
  });
}
