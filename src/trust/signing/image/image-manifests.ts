/** The manifests behind a reference: an image alone, or an index with its children. */

import { AssayError } from '../../../core/base/errors.ts';
import { isJsonObject, readJson } from '../../../formats/text/json/json.ts';
import type { Digest, Platform } from '../../../core/model/artifact/artifact.ts';
import { formatPlatform, isPlatform } from '../../../core/model/artifact/platform.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';
import { readManifest, type ImageManifest } from '../../../clients/oci/index.ts';

/** A manifest that can be signed. */
export interface SignableManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  /** The platforms for which indexes list it; absent for the image that a reference leads to. */
  readonly platforms?: readonly Platform[];
}

/** The manifest of a reference. */
export interface SignableImage extends SignableManifest {
  readonly isIndex: boolean;
  /**
   * Manifests of an index and of the indexes that it lists, each once; empty unless they are
   * requested.
   */
  readonly children: readonly SignableManifest[];
  /** The manifest of an image; absent for an index. */
  readonly manifest?: ImageManifest;
}

const MAX_CHILDREN = 1000;
const MAX_DEPTH = 4;
const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

/**
 * Reads the manifest of a tag or digest, and with `hasChildren` the manifests that an index lists.
 *
 * @throws AssayError `NOT_FOUND` if there is no such image, `LIMIT_EXCEEDED`, and as the registry
 * answers
 */
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
  const children = new Map<Digest, ListedManifest>();
  if (hasChildren) await addChildren({ repository, stored, depth: 1 }, children);
  return { ...own, isIndex: true, children: [...children.values()] };
}

/**
 * Returns the manifests for a platform: the children that an index lists for it, or the image
 * itself.
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
      : [{ ...image, platforms: [await platformOf(repository, manifest)] }];
  const chosen = all.filter(({ platforms = [] }) =>
    platforms.some((one) => isPlatform(one, wanted)),
  );
  if (chosen.length > 0) return chosen;
  const listed = all.flatMap(({ platforms = [] }) =>
    platforms.length === 0 ? [formatPlatform(undefined)] : platforms.map(formatPlatform),
  );
  const there = [...new Set(listed)].join(', ');
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

/** A manifest whose platforms are still collected. */
interface ListedManifest extends SignableManifest {
  readonly platforms: Platform[];
}

async function addChildren(
  at: {
    readonly repository: ImageRepository;
    readonly stored: StoredManifest;
    readonly depth: number;
  },
  children: Map<Digest, ListedManifest>,
): Promise<void> {
  const { repository, stored, depth } = at;
  const index = readManifest(stored.bytes, stored.mediaType, `"${stored.digest}"`);
  if (index.kind !== 'index') return;
  for (const { digest, platform } of index.manifests) {
    const known = children.get(digest);
    if (known !== undefined) {
      // An index can list a manifest again for another platform, and that entry can be the one that
      // is run.
      if (platform !== undefined) known.platforms.push(platform);
      continue;
    }
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
      platforms: platform === undefined ? [] : [platform],
    });
    await addChildren({ repository, stored: child, depth: depth + 1 }, children);
  }
}
