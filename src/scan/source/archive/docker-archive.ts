/**
 * Images in the form of `docker save`: a `manifest.json` that names configurations and layers.
 *
 * Source: Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format", and
 * what docker since 25, skopeo, podman and crane write. Layers may be plain or compressed, named by
 * themselves or by links; since docker 25 the same archive is an OCI layout, see
 * `hybrid-archive.ts`.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { checkDigest, parseDigest, sha256Of } from '../../../formats/crypto/digest/digest-check.ts';
import { openParts, type ImageParts, type StoredImagesRequest } from '../image/image.ts';
import { parseImageConfig } from '../image/image-config.ts';
import { readImageFile, readImageJson, type ImageFiles } from '../image/image-files.ts';
import { choosePlatforms } from '../platform.ts';
import { chooseByName, formatSelection, type Selection } from '../image/selection.ts';
import type { OpenArtifact, SourceRequest } from '../source.ts';

/** One entry of `manifest.json`. */
interface SavedImage {
  readonly configPath: string;
  readonly layerPaths: readonly string[];
  readonly tags: readonly string[];
  /** Positions in the list, from 0: more than one if entries are equal. */
  readonly positions: readonly number[];
}

/**
 * A file name that contains its digest, as in `<hex>.json`, `sha256:<hex>` and
 * `blobs/sha256/<hex>`.
 */
const NAMED_BY_DIGEST = /(?:^|\/)(?:sha256:)?(?<hex>[0-9a-f]{64})(?:\.json)?$/;
const BLOB_PATH = /^\/?blobs\/sha256\/(?<hex>[0-9a-f]{64})$/;

/** The limit of layouts. */
const MAX_IMAGES = 1000;

/** Returns whether the files have this form. */
export async function isDockerArchive(files: ImageFiles): Promise<boolean> {
  return (await files.get('/manifest.json')) !== undefined;
}

/** Returns all images, or those selected. The last of them to be disposed of closes `files`. */
export async function openDockerArchive(
  files: ImageFiles,
  request: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const saved = await readSavedImages(files, request.reference);
  return openParts(chooseSaved(saved, files, request), files, request, context);
}

/** The images of `manifest.json`, with its data about each. */
export interface SavedImages {
  readonly images: readonly SavedImage[];
  readonly parts: readonly ImageParts[];
}

/** Returns all images of an archive. @throws AssayError `DAMAGED` */
export async function readSavedImages(files: ImageFiles, reference: string): Promise<SavedImages> {
  const images = await readList(files);
  const parts: ImageParts[] = [];
  for (const image of images) parts.push(await readImage(image, files, reference));
  return { images, parts };
}

/** Returns the images asked for. @throws AssayError `NOT_FOUND`, `USAGE` */
export function chooseSaved(
  { images, parts }: SavedImages,
  files: ImageFiles,
  { selection, platforms }: StoredImagesRequest,
): readonly ImageParts[] {
  const { position } = selection;
  const selected =
    position === undefined
      ? select(parts, selection, files.name)
      : parts.filter((_, at) => images[at]?.positions.includes(position));
  if (selected.length === 0) throw notFound(files, images, selection);
  return withPlatforms(selected, platforms, files.name);
}

/** Equal entries are one image with all their names. */
async function readList(files: ImageFiles): Promise<readonly SavedImage[]> {
  const json = await readImageJson(files, '/manifest.json', 'docker-archive');
  if (json === undefined) throw damaged(files, 'it has no manifest.json');
  const byContent = new Map<string, SavedImage>();
  for (const image of readEntries(json, files)) {
    const key = JSON.stringify([image.configPath, image.layerPaths]);
    const known = byContent.get(key);
    const tags = new Set([...(known?.tags ?? []), ...image.tags]);
    const positions = [...(known?.positions ?? []), ...image.positions];
    byContent.set(key, { ...image, tags: [...tags], positions });
  }
  if (byContent.size > MAX_IMAGES) throw damaged(files, `it lists more than ${MAX_IMAGES} images`);
  return [...byContent.values()];
}

function readEntries(json: JsonValue, files: ImageFiles): readonly SavedImage[] {
  if (!isJsonArray(json)) throw damaged(files, 'its manifest.json is not a list');
  return json.map((item, position) => {
    if (!isJsonObject(item))
      throw damaged(files, 'its manifest.json lists something else than images');
    const configPath = item['Config'];
    if (typeof configPath !== 'string') {
      throw damaged(files, 'its manifest.json has an image without configuration');
    }
    return {
      configPath,
      layerPaths: readTexts(item, 'Layers', files),
      tags: readTexts(item, 'RepoTags', files),
      positions: [position],
    };
  });
}

function readTexts(item: JsonObject, key: string, files: ImageFiles): readonly string[] {
  const value = item[key] ?? [];
  if (!isJsonArray(value)) throw damaged(files, `"${key}" in its manifest.json is not a list`);
  return value.map((text) => {
    if (typeof text === 'string') return text;
    throw damaged(files, `"${key}" in its manifest.json holds something that is not text`);
  });
}

async function readImage(
  image: SavedImage,
  files: ImageFiles,
  reference: string,
): Promise<ImageParts> {
  const stored = await readImageFile(files, image.configPath);
  if (stored === undefined)
    throw damaged(files, `the configuration "${image.configPath}" is missing`);
  const name = `"${image.configPath}" in "${files.name}"`;
  const named = NAMED_BY_DIGEST.exec(image.configPath)?.groups?.['hex'];
  const configDigest = parseDigest(`sha256:${named ?? ''}`) ?? sha256Of(stored.bytes);
  checkDigest(stored.bytes, configDigest, `the configuration ${name}`);
  const config = parseImageConfig(stored.bytes, name);
  const layers = [];
  for (const path of image.layerPaths) {
    const bytes = await files.get(path);
    if (bytes === undefined) throw damaged(files, `the layer "${path}" is missing`);
    layers.push({ bytes, ...blobDigestOf(path) });
  }
  return {
    reference,
    config,
    configDigest,
    configBytes: stored.bytes,
    layers,
    tags: image.tags,
  };
}

/**
 * Chooses by platform. Images of an archive are not platforms of one another, so all are chosen
 * when none is requested.
 */
function withPlatforms(
  images: readonly ImageParts[],
  platforms: SourceRequest['platforms'],
  name: string,
): readonly ImageParts[] {
  if (platforms === 'all' || platforms.length === 0) return images;
  const grouped = images.map((parts, index) => ({
    parts,
    group: String(index),
    platform: parts.config.platform,
  }));
  return choosePlatforms(grouped, platforms, name).map(({ parts }) => parts);
}

/**
 * Only names of blobs are digests of what is stored; others are of the uncompressed layer, or of
 * nothing.
 */
function blobDigestOf(path: string): { readonly blobDigest?: Digest } {
  const hex = BLOB_PATH.exec(path)?.groups?.['hex'];
  return hex === undefined ? {} : { blobDigest: `sha256:${hex}` };
}

function select(
  images: readonly ImageParts[],
  { tag, digest }: Selection,
  archive: string,
): readonly ImageParts[] {
  if (tag !== undefined) {
    const named = images.map((parts) => ({ parts, tags: parts.tags, group: parts.configDigest }));
    return chooseByName(named, tag, archive).map(({ parts }) => parts);
  }
  if (digest === undefined) return images;
  return images.filter((image) =>
    [image.configDigest, image.manifestDigest, image.indexDigest].includes(digest),
  );
}

function notFound(
  files: ImageFiles,
  images: readonly SavedImage[],
  selection: Selection,
): AssayError {
  const wanted = formatSelection(selection);
  if (wanted === undefined) return damaged(files, 'its manifest.json lists no image');
  const tags = images.flatMap((image) => image.tags);
  const count = images.flatMap(({ positions }) => positions).length;
  return new AssayError('NOT_FOUND', `"${files.name}" holds no image "${wanted}"`, {
    hint:
      tags.length === 0
        ? `Its images have no names; it lists ${count} of them, from @0 on.`
        : `It holds ${tags.join(', ')}.`,
  });
}

function damaged(files: ImageFiles, reason: string): AssayError {
  return new AssayError('DAMAGED', `"${files.name}" is not a usable image archive: ${reason}`);
}
