/**
 * The index of an OCI layout, and the manifests that it leads to.
 *
 * Source: OCI image specification, "Image Layout", "Image Index" and "Image Manifest"; Docker's
 * manifest list and manifest version 2, schema 2 have the same form. Blobs are compared with their
 * descriptors. Refuses more than 1,000 manifests and more than four indexes within each other.
 */

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { checkDigest, contentMismatch } from '../../../formats/crypto/digest/digest-check.ts';
import { isJsonObject, readJsonValue } from '../../../formats/text/json/json.ts';
import { foldKey } from '../../../formats/text/json/go-struct-json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import {
  imageNames,
  isAttestation,
  readManifest,
  type Descriptor,
  type ImageIndex,
  type ImageManifest,
} from '../../../clients/oci/manifest.ts';
import { INDEX_TYPES, MANIFEST_TYPES } from '../../../clients/oci/media-types.ts';
import { readImageFile, readImageJson, type ImageFiles } from '../image/image-files.ts';
import { kindOfNonImage, LAYER_HEAD_BYTES, pullableIndexes } from '../image/non-image-manifest.ts';

/**
 * One image manifest that an index lists. Its blob may be missing: layouts may hold one platform of
 * many.
 */
export interface ListedManifest {
  readonly descriptor: Descriptor;
  readonly digest: Digest;
  /** Names in annotations of the descriptors on the way to it. */
  readonly tags: readonly string[];
  /** The index, other than that of the layout, that lists it. */
  readonly indexDigest: Digest | undefined;
  /** The row of the layout's own index that leads to it: an index, or the manifest itself. */
  readonly root: Descriptor;
  /** Manifests with the same key are one image for several platforms. */
  readonly group: string;
  /** Position of the row that leads to it in the layout's own index, from 0. */
  readonly position: number;
  /** It is marked as an attestation, and one of its layers is a file system. */
  readonly isMislabelled: boolean;
  /** An index, other than that of the layout, lists it without a platform. */
  readonly isUnlisted: boolean;
}

const LISTS = new Set(['layers', 'manifests', 'fslayers']);
/** The size that registries accept. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

const MAX_MANIFESTS = 1000;
const MAX_DEPTH = 4;

/** Returns whether the files have this form. */
export async function isOciLayout(files: ImageFiles): Promise<boolean> {
  return (await files.get('/index.json')) !== undefined;
}

/** The manifests that the indexes of a layout list, in order. */
export interface ManifestList {
  readonly images: readonly ListedManifest[];
  /** Attestations and other artifacts. */
  readonly others: readonly OtherManifest[];
}

/** A manifest that is not of an image, or is not to be taken for one. */
export interface OtherManifest extends Omit<
  ListedManifest,
  'descriptor' | 'root' | 'group' | 'isMislabelled' | 'isUnlisted'
> {
  /** Such as `attestation`, or its media type. */
  readonly what: string;
}

/** Returns all manifests. @throws AssayError `DAMAGED` */
export async function listManifests(files: ImageFiles): Promise<ManifestList> {
  await checkLayoutVersion(files);
  const file = await readImageFile(files, '/index.json');
  if (file === undefined) throw damagedLayout(files, 'it has no index.json');
  const index = readManifest(file.bytes, '', file.name);
  if (index.kind !== 'index') throw damagedLayout(files, 'its index.json lists no manifests');
  const listing = new Listing(files);
  await listing.add(index, { tags: [], indexDigest: undefined, group: '', position: 0 }, 0);
  return listing;
}

/** The path to an index. */
type Above = Pick<ListedManifest, 'tags' | 'indexDigest' | 'group' | 'position'> & {
  readonly root?: Descriptor;
};

class Listing implements ManifestList {
  readonly images: ListedManifest[] = [];
  readonly others: OtherManifest[] = [];
  readonly #files: ImageFiles;
  #indexCount = 0;

  constructor(files: ImageFiles) {
    this.#files = files;
  }

  async add(index: ImageIndex, above: Above, depth: number): Promise<void> {
    // Rows of the layout's own index are chosen by name or place, whatever their platform.
    const pullable = depth === 0 ? undefined : pullableIndexes(index.manifests);
    for (const [row, descriptor] of index.manifests.entries()) {
      this.#checkCount();
      const { digest } = descriptor;
      const tags = [...new Set([...above.tags, ...imageNames(descriptor)])];
      const { indexDigest } = above;
      const listed = { digest, tags, indexDigest, position: depth === 0 ? row : above.position };
      const root = above.root ?? descriptor;
      const isRead = pullable?.has(row) ?? true;
      const kind = isRead ? await this.#kindOf(descriptor) : 'attestation';
      if (typeof kind === 'string') {
        if (kind !== 'missing') this.others.push({ what: kind, ...listed });
      } else if (kind.kind === 'index') {
        if (depth >= MAX_DEPTH) {
          throw damagedLayout(this.#files, 'its indexes lie too deep within each other');
        }
        this.#indexCount += 1;
        await this.add(kind, { ...listed, root, indexDigest: digest, group: digest }, depth + 1);
      } else {
        const group = depth === 0 ? tags.join(' ') : above.group;
        this.images.push({
          descriptor,
          root,
          group,
          ...listed,
          isMislabelled: isAttestation(descriptor),
          isUnlisted: depth > 0 && descriptor.platform === undefined,
        });
      }
    }
  }

  /** Indexes that list nothing count too, or a few of them would be walked for ever. */
  #checkCount(): void {
    const count = Math.max(this.images.length + this.others.length, this.#indexCount);
    if (count >= MAX_MANIFESTS) {
      throw damagedLayout(this.#files, `it lists more than ${MAX_MANIFESTS} images`);
    }
  }

  /** Returns the index to go into, a manifest of an image, or what else it is. */
  async #kindOf(descriptor: Descriptor): Promise<ImageIndex | { kind: 'manifest' } | string> {
    const { mediaType, platform } = descriptor;
    const isLabelled = isAttestation(descriptor);
    const isManifest = MANIFEST_TYPES.has(mediaType);
    if (isManifest && platform !== undefined && !isLabelled) return { kind: 'manifest' };
    const isIndex = INDEX_TYPES.has(mediaType);
    const bytes = await this.#read(descriptor, isManifest || isIndex);
    if (bytes === undefined) {
      if (isLabelled) return 'attestation';
      if (isManifest) return { kind: 'manifest' };
      return isIndex ? 'missing' : mediaType || 'unknown';
    }
    const manifest = readManifest(
      bytes,
      mediaType,
      `${descriptor.digest} in "${this.#files.name}"`,
    );
    if (manifest.kind === 'index') return manifest;
    const readHead = async (layer: Descriptor): Promise<Uint8Array | undefined> => {
      const stored = await this.#files.get(blobPath(layer.digest));
      return stored?.head(LAYER_HEAD_BYTES);
    };
    const what = await kindOfNonImage(manifest, descriptor, readHead);
    return what === undefined ? { kind: 'manifest' } : what || 'unknown';
  }

  /** Reads an entry. An entry of unknown type is read only if it looks like a manifest. */
  async #read(descriptor: Descriptor, isKnown: boolean): Promise<Uint8Array | undefined> {
    if (isKnown) return readBlob(this.#files, descriptor);
    const stored = await this.#files.get(blobPath(descriptor.digest));
    if (stored === undefined || stored.sizeBytes > MAX_MANIFEST_BYTES) return undefined;
    const bytes = await readBlob(this.#files, descriptor);
    return bytes !== undefined && mayBeManifest(bytes) ? bytes : undefined;
  }
}

/**
 * Returns whether a blob has one of the lists by which tools tell manifests; whether it is one, its
 * reader decides.
 */
function mayBeManifest(bytes: Uint8Array): boolean {
  try {
    const json = readJsonValue('', bytes);
    return isJsonObject(json) && Object.keys(json).some((key) => LISTS.has(foldKey(key)));
  } catch (error) {
    if (error instanceof ParseError) return false;
    throw error;
  }
}

/**
 * Returns an image manifest of a layout; `undefined` where its blob is not there.
 * @throws AssayError `DAMAGED`
 */
export async function readListedManifest(
  files: ImageFiles,
  { descriptor, digest }: ListedManifest,
): Promise<ImageManifest | undefined> {
  const bytes = await readBlob(files, descriptor);
  if (bytes === undefined) return undefined;
  const { mediaType } = descriptor;
  const announced = MANIFEST_TYPES.has(mediaType) ? mediaType : '';
  const manifest = readManifest(bytes, announced, `${digest} in "${files.name}"`);
  if (manifest.kind === 'manifest') return manifest;
  throw damagedLayout(files, `${digest} is an index and is listed as an image`);
}

/**
 * Returns the bytes of a small blob, its digest checked; `undefined` where it is not in the layout.
 */
export async function readBlob(
  files: ImageFiles,
  { digest }: Pick<Descriptor, 'digest'>,
): Promise<Uint8Array | undefined> {
  const file = await readImageFile(files, blobPath(digest));
  if (file === undefined) return undefined;
  checkDigest(file.bytes, digest, `a manifest or configuration in "${files.name}"`);
  return file.bytes;
}

/** Returns the path of a blob within an OCI layout. */
export function blobPath(digest: Digest): string {
  return `/blobs/${digest.replace(':', '/')}`;
}

/**
 * Compares the size of a blob with its descriptor.
 *
 * @throws AssayError `CONTENT_MISMATCH` where a blob has another size than its descriptor says.
 */
export function checkSize(descriptor: Descriptor, sizeBytes: number, name: string): void {
  if (descriptor.sizeBytes === undefined || descriptor.sizeBytes === sizeBytes) return;
  throw contentMismatch(name, `${descriptor.sizeBytes} bytes`, `${sizeBytes} bytes`);
}

/** Returns the error for a layout that cannot be read. */
export function damagedLayout(files: ImageFiles, reason: string): AssayError {
  return new AssayError(
    'DAMAGED',
    `"${files.name}" is not a usable ${files.form ?? 'OCI layout'}: ${reason}`,
  );
}

async function checkLayoutVersion(files: ImageFiles): Promise<void> {
  const layout = await readImageJson(files, '/oci-layout', 'oci-layout');
  if (layout === undefined) return;
  const version = isJsonObject(layout) ? layout['imageLayoutVersion'] : undefined;
  if (typeof version === 'string' && version.startsWith('1.')) return;
  throw damagedLayout(
    files,
    `its layout version is ${JSON.stringify(version ?? null)} and not 1.0.0`,
  );
}
