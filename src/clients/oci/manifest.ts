/**
 * Manifests and indexes.
 *
 * Source: OCI image specification, "Content Descriptors", "Image Manifest" and "Image Index";
 * Docker image manifest version 2, schema 2. Refuses manifests of schema 1, documents that are an
 * index and a manifest at once (CVE-2021-41190), descriptors without a digest, and what
 * `image-document.ts` refuses.
 */

import { AssayError } from '../../core/base/errors.ts';
import { parseDigest } from '../../formats/crypto/digest/digest-check.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../formats/text/json/json.ts';
import type { Digest, Platform } from '../../core/model/artifact/artifact.ts';
import { readImageDocument } from './image-document.ts';
import { INDEX_TYPES, MANIFEST_TYPES, SCHEMA_1_TYPES } from './media-types.ts';

/** A reference to a blob or a manifest. */
export interface Descriptor {
  /** May be empty. */
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number | undefined;
  readonly platform?: Platform;
  readonly artifactType?: string;
  /** Other locations of the blob: foreign layers. */
  readonly urls: readonly string[];
  readonly annotations: ReadonlyMap<string, string>;
}

/** The manifest of one image: its configuration and its layers. */
export interface ImageManifest {
  readonly kind: 'manifest';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly config: Descriptor;
  /** Oldest first. */
  readonly layers: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: ReadonlyMap<string, string>;
}

/** An image index: one manifest for each platform. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly mediaType: string;
  readonly artifactType?: string;
  readonly manifests: readonly Descriptor[];
  readonly subject?: Descriptor;
  readonly annotations: ReadonlyMap<string, string>;
}

const NO_MANIFEST_HINT =
  'Check that the name is that of an image, and what stands in front of the registry.';
const DAMAGED_HINT = 'Build the image again, or get it from its publisher.';
/**
 * A descriptor of more says nothing that anybody could check; Node's numbers are exact up to here.
 */
const MAX_SIZE_BYTES = Number.MAX_SAFE_INTEGER;

/**
 * Reads what a registry or a layout stores. `mediaType` is what it was announced as, empty where
 * nothing was said; `name` says in errors what it is, as in `"ghcr.io/acme/app:1"`.
 *
 * @throws AssayError `DAMAGED`
 */
export function readManifest(
  bytes: Uint8Array,
  mediaType: string,
  name: string,
): ImageManifest | ImageIndex {
  const reader = new ManifestReader(name);
  const json = reader.parse(bytes);
  const type = reader.mediaType(json, mediaType);
  if (json['schemaVersion'] === 1 || isSchema1(json, mediaType) || isSchema1(json, type)) {
    throw schema1(name);
  }
  const hasManifests = isSet(json['manifests']);
  const hasLayers = isSet(json['layers']) || isSet(json['config']);
  if (hasManifests && hasLayers) reader.refuse('it is an index and a manifest at once');
  if (hasManifests && MANIFEST_TYPES.has(type)) {
    reader.refuse(`it is an image index and has the media type "${type}"`);
  }
  const common = reader.common(json, type);
  if (INDEX_TYPES.has(type) || hasManifests) {
    return { kind: 'index', ...common, manifests: reader.descriptors(json['manifests']) };
  }
  if (!MANIFEST_TYPES.has(type) && !hasLayers) {
    const what = type || 'something without a media type';
    reader.refuse(`it is not an image manifest but "${what}"`, NO_MANIFEST_HINT);
  }
  return {
    kind: 'manifest',
    ...common,
    config: reader.descriptor(json['config']),
    layers: reader.descriptors(json['layers']),
  };
}

/** The annotation that names an image of an OCI layout: a tag, or a whole name. */
export const REF_NAME_ANNOTATION = 'org.opencontainers.image.ref.name';
/**
 * All annotations that name an image of an OCI layout. The first one, of containerd and Docker,
 * contains a whole name.
 */
const IMAGE_NAME_ANNOTATIONS = ['io.containerd.image.name', REF_NAME_ANNOTATION] as const;

/** Returns the names in the annotations of an image of an OCI layout. */
export function imageNames({ annotations }: Pick<Descriptor, 'annotations'>): readonly string[] {
  return IMAGE_NAME_ANNOTATIONS.flatMap((key) => annotations.get(key) ?? []);
}

/** Tools attach provenance and bills of material to an image as if they were platforms. */
export function isAttestation({ annotations, platform }: Descriptor): boolean {
  if (annotations.has('vnd.docker.reference.type')) return true;
  return platform?.os === 'unknown' && platform.architecture === 'unknown';
}

class ManifestReader {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  refuse(reason: string, hint = DAMAGED_HINT): never {
    throw new AssayError('DAMAGED', `the manifest of ${this.#name} cannot be used: ${reason}`, {
      hint,
    });
  }

  parse(bytes: Uint8Array): JsonObject {
    const json = readImageDocument(bytes, 'manifest', `the manifest of ${this.#name}`);
    return isJsonObject(json) ? json : this.refuse('it is not an object');
  }

  /** Returns the media type that the document states; it must not contradict the announced one. */
  mediaType(json: JsonObject, announced: string): string {
    const own = json['mediaType'];
    if (typeof own !== 'string' || own === '') return announced;
    const isKnown = INDEX_TYPES.has(announced) || MANIFEST_TYPES.has(announced);
    if (isKnown && own !== announced) {
      this.refuse(`it was announced as "${announced}" and calls itself "${own}"`);
    }
    return own;
  }

  common(
    json: JsonObject,
    mediaType: string,
  ): Pick<ImageManifest, 'mediaType' | 'artifactType' | 'subject' | 'annotations'> {
    const { artifactType, subject } = json;
    return {
      mediaType,
      annotations: readAnnotations(json),
      ...(typeof artifactType === 'string' && artifactType !== '' && { artifactType }),
      ...(isJsonObject(subject) && { subject: this.descriptor(subject) }),
    };
  }

  descriptors(json: JsonValue | undefined): readonly Descriptor[] {
    if (!isJsonArray(json)) return this.refuse('a list of descriptors is missing');
    return json.map((item) => this.descriptor(item));
  }

  descriptor(json: JsonValue | undefined): Descriptor {
    if (!isJsonObject(json)) return this.refuse('it lists something that is not a descriptor');
    const digest = parseDigest(json['digest']);
    if (digest === undefined) return this.refuse('it names a blob without a usable digest');
    const { mediaType, size, urls, artifactType } = json;
    const platform = readPlatform(json['platform']);
    return {
      mediaType: typeof mediaType === 'string' ? mediaType : '',
      digest,
      sizeBytes: readSize(size),
      urls: isJsonArray(urls) ? urls.filter((url) => typeof url === 'string') : [],
      annotations: readAnnotations(json),
      ...(platform !== undefined && { platform }),
      ...(typeof artifactType === 'string' && artifactType !== '' && { artifactType }),
    };
  }
}

/** Returns whether a field is there; Go takes `null` for an absent one. */
function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

/**
 * Fields of schema 1 beside those of another version would be read by whatever takes it for schema
 * 1.
 */
function isSchema1(json: JsonObject, mediaType: string): boolean {
  return SCHEMA_1_TYPES.has(mediaType) || isSet(json['fsLayers']) || isSet(json['history']);
}

function schema1(name: string): AssayError {
  return new AssayError(
    'DAMAGED',
    `the manifest of ${name} has the form of 2014 (schema 1), which does not name its layers by what they hold`,
    { hint: 'Push the image again with any docker, podman or skopeo of the last years.' },
  );
}

/**
 * Returns the `os`, `architecture` and `variant` of a descriptor. As for containerd, no `os` is
 * that of the host: Linux.
 */
function readPlatform(json: JsonValue | undefined): Platform | undefined {
  if (!isJsonObject(json)) return undefined;
  const { os = '', architecture, variant } = json;
  if (typeof architecture !== 'string' || architecture === '') return undefined;
  const hasVariant = typeof variant === 'string' && variant !== '';
  const isNamed = typeof os === 'string' && os !== '';
  return { os: isNamed ? os : 'linux', architecture, ...(hasVariant && { variant }) };
}

function readSize(json: JsonValue | undefined): number | undefined {
  const isSize = typeof json === 'number' && Number.isInteger(json) && json >= 0;
  return isSize && json <= MAX_SIZE_BYTES ? json : undefined;
}

function readAnnotations(json: JsonObject): ReadonlyMap<string, string> {
  const annotations = json['annotations'];
  if (!isJsonObject(annotations)) return new Map();
  const entries = Object.entries(annotations);
  return new Map(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
