/** Images made of some layers of another one, for benches of images that share layers. */

import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

interface Manifest {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

interface Config {
  readonly rootfs: { readonly type: string; readonly diff_ids: readonly string[] };
  readonly history?: unknown;
}

/** How many layers the first image of an OCI layout has. */
export function layerCount(layout: string): number {
  return readManifest(layout).layers.length;
}

/**
 * Writes an OCI layout with the layers from `start` to before `end`; their blobs are linked, not
 * copied.
 */
export function writeSubset(layout: string, target: string, start: number, end: number): string {
  const manifest = readManifest(layout);
  const config = readJson(blobPath(layout, manifest.config)) as Config;
  const layers = manifest.layers.slice(start, end);
  mkdirSync(path.join(target, 'blobs/sha256'), { recursive: true });
  for (const layer of layers) linkOrCopy(blobPath(layout, layer), blobPath(target, layer));
  const rootfs = { ...config.rootfs, diff_ids: config.rootfs.diff_ids.slice(start, end) };
  const written = writeBlob(target, { ...config, rootfs, history: undefined });
  const { digest, size } = writeBlob(target, {
    ...manifest,
    config: { ...manifest.config, ...written },
    layers,
  });
  writeFileSync(path.join(target, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest, size }] };
  writeFileSync(path.join(target, 'index.json'), JSON.stringify(index));
  return target;
}

function readManifest(layout: string): Manifest {
  const index = readJson(path.join(layout, 'index.json')) as {
    readonly manifests: readonly Descriptor[];
  };
  const [first] = index.manifests;
  if (first === undefined) throw new Error(`no image in ${layout}`);
  return readJson(blobPath(layout, first)) as Manifest;
}

function writeBlob(layout: string, value: object): Pick<Descriptor, 'digest' | 'size'> {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  writeFileSync(blobPath(layout, { digest }), bytes);
  return { digest, size: bytes.length };
}

function blobPath(layout: string, { digest }: Pick<Descriptor, 'digest'>): string {
  return path.join(layout, 'blobs', digest.replace(':', '/'));
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Links do not reach over file systems. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
