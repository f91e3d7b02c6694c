/** Small images in every stored form, made when a test runs. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import type { Digest, Platform } from '../../src/core/model/artifact/artifact.ts';
import { missingTool } from './tools.ts';
import { rawFrame } from './zstd-frame.ts';

export interface MadeLayer {
  readonly blob: Buffer;
  readonly digest: Digest;
  readonly diffId: Digest;
  readonly mediaType: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface MadeImage {
  readonly layers: readonly MadeLayer[];
  readonly config: Buffer;
  readonly configDigest: Digest;
  readonly platform: Platform;
}

export type LayerForm = 'plain' | 'gzip' | 'zstd';

export interface ImageOptions {
  /** Form of each layer, the last one for all further ones. Default: `gzip`. */
  readonly forms?: readonly LayerForm[];
  readonly platform?: Platform;
  /** Replaces fields of the configuration. */
  readonly config?: Readonly<Record<string, unknown>>;
}

export const hasZstdCommand = missingTool('zstd') === undefined;

export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function makeLayer(tar: Buffer, form: LayerForm = 'gzip'): MadeLayer {
  const blob = compress(tar, form);
  const suffix = { plain: '', gzip: '+gzip', zstd: '+zstd' }[form];
  return {
    blob,
    digest: digestOf(blob),
    diffId: digestOf(tar),
    mediaType: `application/vnd.oci.image.layer.v1.tar${suffix}`,
  };
}

export function makeImage(
  layers: readonly (readonly TarMember[])[],
  options: ImageOptions = {},
): MadeImage {
  return imageOfTars(
    layers.map((members) => Buffer.from(writeTar(members))),
    options,
  );
}

/** An image whose layers are these archives. */
export function imageOfTars(tars: readonly Buffer[], options: ImageOptions = {}): MadeImage {
  const forms = options.forms ?? ['gzip'];
  const made = tars.map((tar, index) => makeLayer(tar, forms[index] ?? forms.at(-1)));
  const platform = options.platform ?? { os: 'linux', architecture: 'amd64' };
  const config = Buffer.from(
    JSON.stringify({
      ...platform,
      created: '2024-01-02T03:04:05Z',
      config: {},
      rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
      history: made.map((_, index) => ({ created_by: `command ${index + 1}` })),
      ...options.config,
    }),
  );
  return { layers: made, config, configDigest: digestOf(config), platform };
}

/**
 * What `docker save` writes. `style` is that of docker before 25, of docker since, or of skopeo.
 */
export function dockerArchive(
  images: readonly { readonly image: MadeImage; readonly tags: readonly string[] }[],
  style: 'classic' | 'blobs' = 'classic',
): TarMember[] {
  const members: TarMember[] = [];
  const manifest = images.map(({ image, tags }, index) => {
    const configPath = nameOf(image.configDigest, style, '.json');
    members.push({ path: configPath, body: image.config });
    const layers = image.layers.map((layer, number) => {
      const path =
        style === 'blobs' ? nameOf(layer.digest, style, '') : `image${index}-${number}/layer.tar`;
      members.push({ path, body: layer.blob });
      return path;
    });
    return { Config: configPath, RepoTags: tags, Layers: layers };
  });
  return [...members, { path: 'manifest.json', body: JSON.stringify(manifest) }];
}

export interface ListedImage {
  readonly image: MadeImage;
  readonly tag?: string;
  /** Whether the index says the platform. */
  readonly isPlatformListed?: boolean;
}

/** Files of an OCI layout by path; images in a nested list are platforms of one image. */
export function ociFiles(
  images: readonly (
    ListedImage | { readonly tag?: string; readonly platforms: readonly ListedImage[] }
  )[],
): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const addBlob = (bytes: Buffer): Digest => {
    const digest = digestOf(bytes);
    files.set(nameOf(digest, 'blobs', ''), bytes);
    return digest;
  };
  const addManifest = ({ image, tag, isPlatformListed }: ListedImage): object => {
    addBlob(image.config);
    for (const layer of image.layers) addBlob(layer.blob);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          digest: image.configDigest,
          size: image.config.length,
        },
        layers: image.layers.map((layer) => ({
          mediaType: layer.mediaType,
          digest: layer.digest,
          size: layer.blob.length,
          ...(layer.annotations !== undefined && { annotations: layer.annotations }),
        })),
      }),
    );
    return {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: addBlob(manifest),
      size: manifest.length,
      ...(tag !== undefined && { annotations: { 'org.opencontainers.image.ref.name': tag } }),
      ...(isPlatformListed === true && { platform: image.platform }),
    };
  };
  const manifests = images.map((item) => {
    if ('image' in item) return addManifest(item);
    const nested = Buffer.from(
      JSON.stringify({ schemaVersion: 2, manifests: item.platforms.map(addManifest) }),
    );
    return {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: addBlob(nested),
      size: nested.length,
      ...(item.tag !== undefined && {
        annotations: { 'org.opencontainers.image.ref.name': item.tag },
      }),
    };
  });
  files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
  return files;
}

/** Returns the manifests that the index of an OCI layout lists, in its order. */
export function listedManifests(
  files: ReadonlyMap<string, Buffer>,
): readonly { readonly digest: Digest; readonly size: number }[] {
  const index = JSON.parse(files.get('index.json')?.toString() ?? '{}') as {
    manifests: { digest: Digest; size: number }[];
  };
  return index.manifests;
}

export function writeFiles(folder: string, files: ReadonlyMap<string, Buffer>): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export function tarOf(files: ReadonlyMap<string, Buffer>): Uint8Array {
  return writeTar([...files].map(([path, body]) => ({ path, body })));
}

/** Compresses with zstd; without the tool, into a frame that compresses nothing. */
export function zstdOf(bytes: Uint8Array): Buffer {
  if (!hasZstdCommand) return rawFrame(bytes);
  return execFileSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 1e9 });
}

function compress(tar: Buffer, form: LayerForm): Buffer {
  switch (form) {
    case 'plain':
      return tar;
    case 'gzip':
      return gzipSync(tar);
    case 'zstd':
      return zstdOf(tar);
  }
}

function nameOf(digest: Digest, style: 'classic' | 'blobs', suffix: string): string {
  const hex = digest.slice('sha256:'.length);
  return style === 'blobs' ? `blobs/sha256/${hex}` : `${hex}${suffix}`;
}
