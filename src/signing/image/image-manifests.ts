/** The manifests behind a reference: an image alone, or an index with its children. */

import { AssayError } from '../../base/errors.ts';
import { isJsonObject, readJson } from '../../format/json.ts';
import type { Digest, Platform } from '../../model/artifact.ts';
import { formatPlatform, isPlatform } from '../../model/platform.ts';
import type { ImageRepository, StoredManifest } from '../../oci/client.ts';
import { readManifest, type ImageManifest } from '../../oci/index.ts';

/** A manifest that can be signed. */
export interface SignableManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** Of children: as the index says. */
  readonly platform?: Platform;
}

/** What a reference leads to. */
export interface SignableImage extends SignableManifest {
  readonly isIndex: boolean;
  /** Of an index and of the indexes that it lists, each manifest once; empty if nobody asked for them. */
  readonly children: readonly SignableManifest[];
  /** Of an image alone. */
  readonly manifest?: ImageManifest;
}

const MAX_CHILDREN = 1000;
const MAX_DEPTH = 4;
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

/** Reads what a version leads to, and maybe what an index lists. @throws AssayError `NOT_FOUND` if there is no such image, and as the registry answers */
export async function readSignableImage(
  repository: ImageRepository,
  version: string,
  { hasChildren }: { readonly hasChildren: boolean },
): Promise<SignableImage> {
  const stored = await repository.manifest(version);
  const manifest = readManifest(stored.bytes, stored.mediaType, `"${version}"`);
  const own = {
    digest: stored.digest,
    mediaType: manifest.mediaType === '' ? stored.mediaType : manifest.mediaType,
    sizeBytes: stored.bytes.length,
  };
  if (manifest.kind === 'manifest') return { ...own, isIndex: false, children: [], manifest };
  const children = new Map<Digest, SignableManifest>();
  if (hasChildren) await addChildren({ repository, stored, depth: 1 }, children);
  return { ...own, isIndex: true, children: [...children.values()] };
}

/**
 * The manifests that are run on a platform: of an index the children that it lists for it, else the image itself.
 *
 * @throws AssayError `NOT_FOUND` if there is none
 */
export async function manifestsForPlatform(
  repository: ImageRepository,
  image: SignableImage,
  wanted: Platform,
): Promise<readonly SignableManifest[]> {
  const { manifest } = image;
  const all =
    manifest === undefined
      ? image.children
      : [{ ...image, platform: await platformOf(repository, manifest) }];
  const chosen = all.filter(({ platform }) => isPlatform(platform, wanted));
  if (chosen.length > 0) return chosen;
  const there = [...new Set(all.map(({ platform }) => formatPlatform(platform)))].join(', ');
  throw new AssayError(
    'NOT_FOUND',
    `there is no image for ${formatPlatform(wanted)}; there are images for ${there}`,
  );
}

async function platformOf(
  repository: ImageRepository,
  { config }: ImageManifest,
): Promise<Platform> {
  const document = readJson('config', await repository.readBlob(config, MAX_CONFIG_BYTES));
  const { os, architecture, variant } = isJsonObject(document) ? document : {};
  return {
    os: typeof os === 'string' ? os : '',
    architecture: typeof architecture === 'string' ? architecture : '',
    ...(typeof variant === 'string' && variant !== '' && { variant }),
  };
}

async function addChildren(
  at: {
    readonly repository: ImageRepository;
    readonly stored: StoredManifest;
    readonly depth: number;
  },
  children: Map<Digest, SignableManifest>,
): Promise<void> {
  const { repository, stored, depth } = at;
  const index = readManifest(stored.bytes, stored.mediaType, `"${stored.digest}"`);
  if (index.kind !== 'index') return;
  for (const { digest, platform } of index.manifests) {
    if (children.has(digest)) continue;
    if (children.size >= MAX_CHILDREN || depth > MAX_DEPTH) {
      throw new AssayError(
        'LIMIT_EXCEEDED',
        `the index lists more than ${MAX_CHILDREN} images, or is more than ${MAX_DEPTH} indexes deep`,
      );
    }
    const child = await repository.manifest(digest);
    const { mediaType } = readManifest(child.bytes, child.mediaType, `"${digest}"`);
    children.set(digest, {
      digest,
      mediaType: mediaType === '' ? child.mediaType : mediaType,
      sizeBytes: child.bytes.length,
      ...(platform !== undefined && { platform }),
    });
    await addChildren({ repository, stored: child, depth: depth + 1 }, children);
  }
}
