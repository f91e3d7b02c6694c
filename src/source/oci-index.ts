/**
 * The index of an OCI layout, and the manifests that it leads to.
 *
 * Source: OCI image specification, "Image Layout", "Image Index" and "Image Manifest"; Docker's manifest list and
 * manifest version 2, schema 2 have the same form. Blobs are compared with their descriptors. Refuses more than 1,000
 * manifests and more than four indexes within each other.
 */

import { AssayError } from '../base/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../format/json.ts';
import type { Digest, Platform } from '../model/artifact.ts';
import { checkDigest, contentMismatch, parseDigest } from '../format/digest-check.ts';
import { readPlatform } from './image-config.ts';
import { readImageJson, type ImageFiles } from './image-files.ts';

/** What points at a blob. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number | undefined;
  readonly platform: Platform | undefined;
  readonly urls: readonly string[];
  readonly annotations: ReadonlyMap<string, string>;
}

/** One image manifest that an index lists. Its blob may be missing: layouts may hold one platform of many. */
export interface ListedManifest {
  readonly descriptor: Descriptor;
  readonly digest: Digest;
  /** Names in annotations of the descriptors on the way to it. */
  readonly tags: readonly string[];
  /** The index, other than that of the layout, that lists it. */
  readonly indexDigest: Digest | undefined;
  /** Manifests with the same key are one image for several platforms. */
  readonly group: string;
  /** Of the row that leads to it among those of the layout's own index, from 0. */
  readonly position: number;
}

const INDEX_TYPES = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const MANIFEST_TYPES = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);

/** The first is the tag or the whole name; the second, of containerd and docker, is the whole name. */
const NAME_ANNOTATIONS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
const ATTESTATION_ANNOTATION = 'vnd.docker.reference.type';

const MAX_MANIFESTS = 1000;
const MAX_DEPTH = 4;

/** Whether the files have this form. */
export async function isOciLayout(files: ImageFiles): Promise<boolean> {
  return (await files.get('/index.json')) !== undefined;
}

/** What the indexes of a layout list, in order. */
export interface ManifestList {
  readonly images: readonly ListedManifest[];
  /** Attestations and other artifacts. */
  readonly others: readonly OtherManifest[];
}

/** A manifest that is not of an image, or is not to be taken for one. */
export interface OtherManifest extends Omit<ListedManifest, 'descriptor' | 'group'> {
  /** Such as `attestation`, or its media type. */
  readonly what: string;
}

/** All manifests. @throws AssayError `DAMAGED` */
export async function listManifests(files: ImageFiles): Promise<ManifestList> {
  await checkLayoutVersion(files);
  const index = await readImageJson(files, '/index.json');
  if (index === undefined) throw damaged(files, 'it has no index.json');
  const images: ListedManifest[] = [];
  const others: OtherManifest[] = [];
  let indexCount = 0;
  const walk = async (
    json: JsonValue,
    above: Omit<ListedManifest, 'descriptor' | 'digest'>,
    depth: number,
  ): Promise<void> => {
    for (const [row, descriptor] of readIndex(json, files).entries()) {
      const position = depth === 0 ? row : above.position;
      // Indexes that list nothing count too, or a few of them would be walked for ever.
      if (Math.max(images.length + others.length, indexCount) >= MAX_MANIFESTS)
        throw damaged(files, `it lists more than ${MAX_MANIFESTS} images`);
      const tags = [...new Set([...above.tags, ...namesOf(descriptor)])];
      const kind = isAttestation(descriptor) ? undefined : await kindOf(descriptor, files);
      if (kind === 'index') {
        if (depth >= MAX_DEPTH) throw damaged(files, 'its indexes lie too deep within each other');
        indexCount += 1;
        const nested = await readBlobJson(files, descriptor);
        if (nested === undefined) continue;
        const { digest } = descriptor;
        await walk(nested, { tags, indexDigest: digest, group: digest, position }, depth + 1);
      } else if (kind === 'manifest') {
        const group = depth === 0 ? tags.join(' ') : above.group;
        images.push({
          descriptor,
          digest: descriptor.digest,
          tags,
          indexDigest: above.indexDigest,
          group,
          position,
        });
      } else {
        const what = isAttestation(descriptor) ? 'attestation' : descriptor.mediaType;
        const { indexDigest } = above;
        others.push({
          what: what || 'unknown',
          digest: descriptor.digest,
          tags,
          indexDigest,
          position,
        });
      }
    }
  };
  await walk(index.json, { tags: [], indexDigest: undefined, group: '', position: 0 }, 0);
  return { images, others };
}

/** The manifest in a layout whose configuration has the digest; `undefined` where the files are no layout. */
export async function findManifestOfConfig(
  files: ImageFiles,
  configDigest: Digest,
): Promise<ListedManifest | undefined> {
  if (!(await isOciLayout(files))) return undefined;
  const { images } = await listManifests(files);
  for (const listed of images) {
    const json = await readBlobJson(files, listed.descriptor);
    if (!isJsonObject(json)) continue;
    const config = json['config'];
    if (isJsonObject(config) && config['digest'] === configDigest) return listed;
  }
  return undefined;
}

/** The blob of a descriptor as JSON, its digest checked; `undefined` where it is not in the layout. */
export async function readBlobJson(
  files: ImageFiles,
  descriptor: Descriptor,
): Promise<JsonValue | undefined> {
  const stored = await readImageJson(files, blobPath(descriptor.digest));
  if (stored === undefined) return undefined;
  checkDigest(stored.bytes, descriptor.digest, `a manifest or configuration in "${files.name}"`);
  return stored.json;
}

export function blobPath(digest: Digest): string {
  return `/blobs/${digest.replace(':', '/')}`;
}

/** @throws AssayError `DAMAGED` where it has no usable digest. */
export function readDescriptor(json: JsonValue | undefined, files: ImageFiles): Descriptor {
  if (!isJsonObject(json)) throw damaged(files, 'a manifest lists something that is no descriptor');
  const digest = parseDigest(json['digest']);
  if (digest === undefined) throw damaged(files, 'a manifest names a blob without a usable digest');
  const { mediaType, size, urls } = json;
  return {
    mediaType: typeof mediaType === 'string' ? mediaType : '',
    digest,
    sizeBytes: typeof size === 'number' ? size : undefined,
    platform: readPlatform(json['platform']),
    urls: isJsonArray(urls) ? urls.filter((url) => typeof url === 'string') : [],
    annotations: readAnnotations(json),
  };
}

/** @throws AssayError `CONTENT_MISMATCH` where a blob has another size than its descriptor says. */
export function checkSize(descriptor: Descriptor, sizeBytes: number, name: string): void {
  if (descriptor.sizeBytes === undefined || descriptor.sizeBytes === sizeBytes) return;
  throw contentMismatch(name, `${descriptor.sizeBytes} bytes`, `${sizeBytes} bytes`);
}

export function damaged(files: ImageFiles, reason: string): AssayError {
  return new AssayError(
    'DAMAGED',
    `"${files.name}" is no usable ${files.form ?? 'OCI layout'}: ${reason}`,
  );
}

async function checkLayoutVersion(files: ImageFiles): Promise<void> {
  const layout = await readImageJson(files, '/oci-layout');
  if (layout === undefined) return;
  const version = isJsonObject(layout.json) ? layout.json['imageLayoutVersion'] : undefined;
  if (typeof version === 'string' && version.startsWith('1.')) return;
  throw damaged(files, `its layout version is ${JSON.stringify(version ?? null)} and not 1.0.0`);
}

/** Some tools leave out the media type; then the blob itself says what it is. */
async function kindOf(
  descriptor: Descriptor,
  files: ImageFiles,
): Promise<'index' | 'manifest' | undefined> {
  if (INDEX_TYPES.has(descriptor.mediaType)) return 'index';
  if (MANIFEST_TYPES.has(descriptor.mediaType)) return 'manifest';
  if (descriptor.mediaType !== '') return undefined;
  const json = await readBlobJson(files, descriptor);
  if (!isJsonObject(json)) return undefined;
  if (isJsonArray(json['manifests'])) return 'index';
  return isJsonArray(json['layers']) ? 'manifest' : undefined;
}

function readIndex(json: JsonValue, files: ImageFiles): readonly Descriptor[] {
  const manifests = isJsonObject(json) ? json['manifests'] : undefined;
  if (!isJsonArray(manifests)) throw damaged(files, 'an index lists no manifests');
  return manifests.map((item) => readDescriptor(item, files));
}

function readAnnotations(json: JsonObject): ReadonlyMap<string, string> {
  const annotations = json['annotations'];
  if (!isJsonObject(annotations)) return new Map();
  const entries = Object.entries(annotations);
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

function namesOf(descriptor: Descriptor): readonly string[] {
  return NAME_ANNOTATIONS.flatMap((key) => descriptor.annotations.get(key) ?? []);
}

/** Provenance and bills of material that build tools attach to an image as if they were platforms. */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  if (annotations.has(ATTESTATION_ANNOTATION)) return true;
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}
