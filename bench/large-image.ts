/** A generated image of 1 GB, in the forms from which images are pushed. */

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { writeTar } from '../src/formats/archive/tar/tar-writer.ts';
import { measureCommand } from './measure.ts';

const MIB = 1024 * 1024;
const LAYERS = 4;
const FILES = 32;
const FILE_BYTES = 8 * MIB;
/** The layout, the archive, the copies of one round, and temporary files of a push. */
const NEEDED_BYTES = 6 * 1024 * MIB;

/** Where the image is. */
export interface LargeImage {
  /** As `oci:FOLDER`. */
  readonly layout: string;
  /** A file as `docker save` writes it. */
  readonly archive: string;
}

/** Returns why the image cannot be written to a directory; `undefined` if it can. */
export function missingRoom(folder: string): string | undefined {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= NEEDED_BYTES) return undefined;
  return `"${folder}" has less than ${NEEDED_BYTES / MIB} MiB free`;
}

/** Writes the image. Half of each file can be compressed, as in usual images. */
export function writeLargeImage(folder: string): LargeImage {
  const layout = path.join(folder, 'large');
  mkdirSync(path.join(layout, 'blobs/sha256'), { recursive: true });
  const layers = Array.from({ length: LAYERS }, (_, index) => writeLayer(layout, index));
  const config = put(layout, 'application/vnd.oci.image.config.v1+json', {
    ...{ architecture: 'amd64', os: 'linux', config: {} },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = put(layout, mediaType, {
    ...{ schemaVersion: 2, mediaType, config },
    layers: layers.map(({ descriptor }) => descriptor),
  });
  const index = { schemaVersion: 2, manifests: [manifest] };
  writeFileSync(path.join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(path.join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const archive = path.join(folder, 'large.tar');
  const copy = ['--insecure-policy', 'copy', '--quiet'];
  measureCommand('skopeo', [...copy, `oci:${layout}`, `docker-archive:${archive}:large:1`]);
  return { layout: `oci:${layout}`, archive };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function writeLayer(
  layout: string,
  index: number,
): { readonly diffId: string; readonly descriptor: Descriptor } {
  const members = Array.from({ length: FILES }, (_, file) => {
    const body = Buffer.alloc(FILE_BYTES, `text of the file ${file} `);
    // Every second block of 4 KiB is noise.
    const noise = randomBytes(FILE_BYTES / 2);
    for (let at = 0; at < noise.length; at += 4096) noise.copy(body, 2 * at, at, at + 4096);
    return { path: `srv/layer-${index}/file-${file}`, body };
  });
  const manifest = JSON.stringify({ name: 'left', version: '1.0.1' });
  members.push({ path: 'srv/node_modules/left/package.json', body: Buffer.from(manifest) });
  const tar = writeTar(members);
  const descriptor = put(layout, 'application/vnd.oci.image.layer.v1.tar+gzip', gzipSync(tar));
  return { diffId: digestOf(tar), descriptor };
}

function put(layout: string, mediaType: string, content: Uint8Array | object): Descriptor {
  const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
  const digest = digestOf(bytes);
  writeFileSync(path.join(layout, 'blobs/sha256', digest.slice('sha256:'.length)), bytes);
  return { mediaType, digest, size: bytes.length };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
