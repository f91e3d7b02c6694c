/**
 * Images in the form of `docker save`: a `manifest.json` that names configurations and layers.
 *
 * Source: Docker image specification v1.2, "Combined Image JSON + Filesystem Changeset Format", and what docker since
 * 25, skopeo, podman and crane write. Layers may be plain or compressed, named by themselves or by links; since docker
 * 25 the same archive is an OCI layout, whose manifest then gives its digest.
 */

import type { Context } from '../base/context.ts';
import { AssayError } from '../base/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../format/json.ts';
import type { Digest } from '../model/artifact.ts';
import { checkDigest, parseDigest, sha256Of } from '../format/digest-check.ts';
import { openImage, withKnownFacts, type ImageParts, type StoredImagesRequest } from './image.ts';
import { readImageConfig } from './image-config.ts';
import { readImageJson, type ImageFiles } from './image-files.ts';
import { findManifestOfConfig } from './oci-index.ts';
import { choosePlatforms } from './platform.ts';
import { chooseByName, wantedImage, type Selection } from './selection.ts';
import { shareClosing } from './share-closing.ts';
import type { OpenArtifact, SourceRequest } from './source.ts';

/** One entry of `manifest.json`. */
interface SavedImage {
  readonly configPath: string;
  readonly layerPaths: readonly string[];
  readonly tags: readonly string[];
  /** Where the list has it, from 0: more than once where entries are equal. */
  readonly positions: readonly number[];
}

/** As in `<hex>.json`, `sha256:<hex>` and `blobs/sha256/<hex>`. */
const NAMED_BY_DIGEST = /(?:^|\/)(?:sha256:)?(?<hex>[0-9a-f]{64})(?:\.json)?$/;
const BLOB_PATH = /^\/?blobs\/sha256\/(?<hex>[0-9a-f]{64})$/;

/** As of layouts. */
const MAX_IMAGES = 1000;

/** Whether the files have this form. */
export async function isDockerArchive(files: ImageFiles): Promise<boolean> {
  return (await files.get('/manifest.json')) !== undefined;
}

/** All images, or those selected. The last of them to be disposed of closes `files`. */
export async function openDockerArchive(
  files: ImageFiles,
  request: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const manifest = await readImageJson(files, '/manifest.json');
  if (manifest === undefined) throw damaged(files, 'it has no manifest.json');
  const images = readSavedImages(manifest.json, files);
  const all: ImageParts[] = [];
  for (const image of images) all.push(await readImage(image, files, request.reference));
  const { position } = request.selection;
  const selected =
    position === undefined
      ? select(all, request.selection, files.name)
      : all.filter((_, at) => images[at]?.positions.includes(position));
  if (selected.length === 0) throw notFound(files, images, request.selection);
  const parts = withPlatforms(selected, request.platforms, files.name);
  const closing = shareClosing(files, parts.length);
  return Promise.all(
    parts.map((part) => openImage(withKnownFacts(part, request.known), context, closing())),
  );
}

/** Equal entries are one image with all their names. */
function readSavedImages(json: JsonValue, files: ImageFiles): readonly SavedImage[] {
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
  if (!isJsonArray(json)) throw damaged(files, 'its manifest.json is no list');
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
  if (!isJsonArray(value)) throw damaged(files, `"${key}" in its manifest.json is no list`);
  return value.map((text) => {
    if (typeof text === 'string') return text;
    throw damaged(files, `"${key}" in its manifest.json holds something that is no text`);
  });
}

async function readImage(
  image: SavedImage,
  files: ImageFiles,
  reference: string,
): Promise<ImageParts> {
  const stored = await readImageJson(files, image.configPath);
  if (stored === undefined)
    throw damaged(files, `the configuration "${image.configPath}" is missing`);
  const name = `"${image.configPath}" in "${files.name}"`;
  const named = NAMED_BY_DIGEST.exec(image.configPath)?.groups?.['hex'];
  const configDigest = parseDigest(`sha256:${named ?? ''}`) ?? sha256Of(stored.bytes);
  checkDigest(stored.bytes, configDigest, `the configuration ${name}`);
  const config = readImageConfig(stored.json, name);
  const layers = [];
  for (const path of image.layerPaths) {
    const bytes = await files.get(path);
    if (bytes === undefined) throw damaged(files, `the layer "${path}" is missing`);
    layers.push({ bytes, ...blobDigestOf(path) });
  }
  const manifest = await findManifestOfConfig(files, configDigest);
  return {
    reference,
    config,
    configDigest,
    layers,
    tags: image.tags,
    manifestDigest: manifest?.digest,
    indexDigest: manifest?.indexDigest,
  };
}

/** Every image stands for itself: without a platform asked for none is left out. */
function withPlatforms(
  images: readonly ImageParts[],
  platforms: SourceRequest['platforms'],
  name: string,
): readonly ImageParts[] {
  const grouped = images.map((parts, index) => ({
    parts,
    group: String(index),
    platform: parts.config.platform,
  }));
  return choosePlatforms(grouped, platforms, name).map(({ parts }) => parts);
}

/** Only names of blobs are digests of what is stored; others are of the uncompressed layer, or of nothing. */
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
  const wanted = wantedImage(selection);
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
  return new AssayError('DAMAGED', `"${files.name}" is no usable image archive: ${reason}`);
}
